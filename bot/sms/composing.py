"""One message a turn: joins replies, numbers what can be chosen, and cuts what is too long where a reader would."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.replies import Reply
from bot.sms.segments import measure
from bot.sms.wording import cheapest

_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+|\n+")
_WORDS_END = re.compile(r"\s+")
_LONGEST_TITLE = 60


@dataclass(frozen=True)
class Style:
    """How a channel texts. `budget` is the most segments of one message; `more` ends one whose rest waits."""

    budget: int = 3
    fold: bool = True
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Composed:
    """One text message. A `held` one waits until the person asks for more."""

    text: str
    segments: int
    held: bool = False


def compose(replies: Sequence[Reply], style: Style) -> tuple[Composed, ...]:
    """The text messages of a turn, usually one; () where nothing is said.

    A message that asks something goes out whole, in parts if need be; a long answer stops and offers the rest.
    """
    text = cheapest(
        "\n".join(part for part in (*(reply.text for reply in replies), _choices(replies)) if part), fold=style.fold
    )
    if not text:
        return ()
    if measure(text).count <= style.budget:
        return (_composed(text),)
    asks = any(reply.buttons for reply in replies)
    more = "" if asks else style.more.get(replies[-1].language, "")
    hint = f" {more}" if more else ""
    parts = split(text, style.budget, hint)
    return tuple(_composed(part, held=bool(hint) and number > 0) for number, part in enumerate(parts))


def split(text: str, budget: int, hint: str = "") -> list[str]:
    """Cut into messages of at most `budget` segments: after a sentence, else after a word, never inside one (or a URL).

    All but the last end with `hint`.
    """
    parts: list[str] = []
    rest = text
    while measure(rest).count > budget:
        cut = _cut(rest, budget, hint)
        parts.append(rest[:cut].rstrip() + hint)
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest else parts


def _cut(text: str, budget: int, hint: str) -> int:
    """Where to end a message: after the last sentence that fits, if that is not too early, else after a word."""
    most = _fitting(text, budget, hint)
    for ends, least in ((_SENTENCE_ENDS, most // 3), (_WORDS_END, 1)):
        places = [match.end() for match in ends.finditer(text[: most + 1]) if least <= match.start() <= most]
        if places:
            return places[-1]
    return most  # one word longer than a whole message


def _fitting(text: str, budget: int, hint: str) -> int:
    """The most characters of `text` that fit together with `hint`; more characters never need less room."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle].rstrip() + hint).count <= budget:
            low = middle
        else:
            high = middle - 1
    return low


def _choices(replies: Sequence[Reply]) -> str:
    """One line a choice; a single one is offered by its name, as "1" may be the answer to what is asked, unless the
    question names it: "… or skip this".

    Of several replies the last one's choices are open: Rasa's side reads a number against those (nlu/meaning.py).
    """
    asking = next((reply for reply in reversed(replies) if reply.buttons), None)
    titles = [title[:_LONGEST_TITLE] for title, _ in asking.buttons] if asking else []
    if asking and len(titles) == 1:
        named = re.search(rf"\b{re.escape(titles[0])}(?:l[oa])?\b", asking.text, re.IGNORECASE)  # "omitirlo"
        return "" if named else f"({titles[0]})"
    return "\n".join(f"{number} {title}" for number, title in enumerate(titles, start=1))


def _composed(text: str, *, held: bool = False) -> Composed:
    return Composed(text, measure(text).count, held)
