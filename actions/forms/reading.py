"""Read one message in an open form: a command, a correction, an answer, several facts, or a question beside it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from actions.base import NOT_UNDERSTOOD, Turn
from actions.forms.commands import OWN_INTENTS, PLAIN, command, declines, skips
from actions.forms.correcting import corrected
from actions.forms.draft import D, Outcome, Said, Value
from actions.forms.field import Field
from actions.forms.message import Message, changed, noted, told
from actions.forms.steering import reviewed, steered, wants_to_send
from actions.forms.values import position_in, yes_or_no

_BARE = 3
"""Words up to which a yes or a no is only that."""
_TELLING = 3
"""Words from which a statement that answers nothing is worth keeping in the story."""
_STORY = 10
"""The same at the review, where a shorter one may be a correction that was not understood."""


def begin(draft: D, fields: Sequence[Field], turn: Turn) -> Outcome[D]:
    """Read the opening message: the facts in its words, and the field of a button such as "consultation:park"."""
    draft = told(draft, fields, turn.text)
    pressed = _pressed(fields, turn.choice)
    return Outcome(draft.with_value(*pressed) if pressed else draft)


def read(draft: D, fields: Sequence[Field], turn: Turn, own: frozenset[str] = frozenset()) -> Outcome[D]:
    """Read a message while the form is open."""
    message = Message(draft, tuple(fields), turn, OWN_INTENTS | own)
    for reader in (_listed, steered, _question, corrected, reviewed, _answered, _besides, _aside, _told_on):
        outcome = reader(message)
        if outcome:
            return outcome
    return _missed(message)


def _listed(message: Message[D]) -> Outcome[D] | None:
    """A button of any question, or words that choose from the open question's list."""
    turn, item = message.turn, message.open_field
    pressed = _pressed(message.fields, turn.choice)
    if pressed:
        earlier = message.field(pressed[0])
        if earlier and earlier is not item and earlier.name in message.draft.values:
            return changed(message.draft, earlier, earlier.read(pressed[1]) or pressed[1])
        value = item.read(pressed[1]) if item and item.name == pressed[0] else None
        return Outcome(message.draft.with_value(pressed[0], value or pressed[1]).answered())
    if not item or not item.options or not turn.text or turn.is_question or _commands(turn):
        return None
    value = _chosen(message, item)
    return None if value is None else _with(message, item, value)


def _pressed(fields: Sequence[Field], choice: str) -> tuple[str, str] | None:
    for item in fields:
        value = choice.removeprefix(f"{item.name}:")
        if value != choice and (not item.options or value in dict(item.options)):
            return item.name, value
    return None


def _commands(turn: Turn) -> bool:
    return bool(command(turn)) and turn.confidence >= PLAIN


def _chosen(message: Message[D], item: Field) -> Value | None:
    turn = message.turn
    if turn.intent in ("affirm", "deny") and message.words <= _BARE:
        said = yes_or_no(item.options, turn.text)
        return item.read(said or turn.text)
    return item.read(turn.text)


def _question(message: Message[D]) -> Outcome[D] | None:
    """A question about something else; what the person states beside it is kept."""
    turn = message.turn
    if not turn.is_question:
        return None
    known = turn.is_aside(message.own, free_text=True)
    stated = " ".join(part for part in sentences(turn.text) if not part.endswith("?") and "¿" not in part)
    if not stated or stated == turn.text:
        return Outcome(message.draft, then="aside") if known else None
    if not known and turn.intent not in NOT_UNDERSTOOD:
        return None
    outcome = read(message.draft, message.fields, replace(turn, text=stated, intent=""), message.own)
    if known:
        return replace(outcome, says=(), then="aside") if outcome.draft.misses else replace(outcome, then="aside")
    return replace(outcome, says=(*outcome.says, Said("utter_forms_no_answer")))


def sentences(text: str) -> list[str]:
    """The sentences of a message, each with its mark; a dot inside "5.30" or after "St" ends none."""
    parts = re.split(r"(?<=[.!?])(?<!\bst\.)(?<!\bave\.)(?<!\brd\.)(?<!\bdr\.)\s+|\n+|(?=¿)", text, flags=re.IGNORECASE)
    return [part.strip() for part in parts if part.strip()]


def _answered(message: Message[D]) -> Outcome[D] | None:
    """The answer to the open question, and the facts beside it."""
    item, turn = message.open_field, message.turn
    if item is None or not (turn.text or turn.choice):
        return None
    if turn.is_aside(message.own, free_text=item.free_text) and item.find(turn.text) is None:
        return None
    if item.free_text and not item.story and item.find(turn.text) is None and _claimed(message, item):
        return None
    own: Outcome[D] | None = item.answer(message) if item.answer else None
    if own:
        return replace(own, draft=told(own.draft, message.fields, turn.text))
    lone_button = item.free_text and not item.options and position_in(turn.text, 1) == 0  # "1" for "Skip"
    declined = declines(turn) and not item.options
    if skips(turn) or declined or (item.free_text and (lone_button or (item.story and wants_to_send(message)))):
        return None if item.required else Outcome(message.draft.with_value(item.name, "").answered())
    if item.answer or (item.free_text and turn.intent in ("affirm", "deny") and message.words <= _BARE):
        return None
    value = next((value for value in _values(item, turn.text) if value is not None), None)
    return None if value is None else _with(message, item, value)


def _claimed(message: Message[D], asked: Field) -> bool:
    """Whether other fields account for everything that was said, so that it is no answer to this one."""
    open_ = [item for item in message.fields if item is not asked and not message.draft.values.get(item.name)]
    parts = clauses(message.turn.text)
    return bool(parts) and all(any(item.find(part) is not None for item in open_) for part in parts)


def _values(item: Field, text: str) -> Iterator[Value | None]:
    yield item.find(text)
    yield item.read(text)
    if not item.free_text:
        yield from (item.read(clause) for clause in re.split(r"[.,;]\s+", text))


def _with(message: Message[D], item: Field, value: Value) -> Outcome[D]:
    draft = message.draft.with_value(item.name, value).answered()
    return Outcome(told(draft, message.fields, message.turn.text))


def _besides(message: Message[D]) -> Outcome[D] | None:
    """No answer to the open question, but facts that answer others; the rest of the message goes to the story."""
    draft, story = told(message.draft, message.fields, message.turn.text), message.story
    if draft.values == message.draft.values:
        return None
    rest = [part for part in clauses(message.turn.text) if not any(item.find(part) for item in message.fields)]
    if story and len(" ".join(rest).split()) >= _TELLING:
        draft = draft.with_value(story.name, story.more(draft.values.get(story.name), ", ".join(rest)))
    return Outcome(replace(draft, misses=0), noted(message.draft, draft, message.fields))


def clauses(text: str) -> list[str]:
    """The sentences of a text, and the parts between its commas."""
    return [
        part.strip(" .!,;") for sentence in sentences(text) for part in re.split(r"[,;]\s", sentence) if part.strip()
    ]


def _aside(message: Message[D]) -> Outcome[D] | None:
    item = message.open_field
    free = bool(item and item.free_text)
    return Outcome(message.draft, then="aside") if message.turn.is_aside(message.own, free_text=free) else None


def _told_on(message: Message[D]) -> Outcome[D] | None:
    """A statement that answers nothing is kept where the form keeps such things."""
    story, item = message.story, message.open_field
    least = _TELLING if item else _STORY
    if not story or (item and item.free_text) or message.words < least or message.turn.is_question:
        return None
    if message.turn.intent in ("affirm", "deny", "skip", "change_item", "choose") or skips(message.turn):
        return None
    draft = message.draft.with_value(story.name, story.more(message.draft.values.get(story.name), message.turn.text))
    return Outcome(replace(draft, misses=0), noted(message.draft, draft, message.fields))


def _missed(message: Message[D]) -> Outcome[D]:
    draft = replace(message.draft, misses=message.draft.misses + 1)
    item = message.open_field
    answer = item.unclear if item else f"utter_forms_unclear_{draft.step}"
    if item and item.required and skips(message.turn):
        answer = item.needed
    elif message.turn.is_question and message.turn.intent in NOT_UNDERSTOOD and not (item and item.free_text):
        answer = "utter_forms_no_answer"
    stuck = (Said("utter_forms_stuck"),) if draft.misses % 3 == 0 else ()
    return Outcome(draft, (Said(answer), *stuck))
