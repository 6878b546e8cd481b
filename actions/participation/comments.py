"""The form `comment_form`: which consultation, the words, and if they like area and name; reviewed and sent once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rasa_sdk.events import SlotSet

from actions.agencies.errors import AgencyError
from actions.agencies.participation import Consultation
from actions.base import VERY_SURE, Turn
from actions.forms.commands import SHORT
from actions.forms.draft import REVIEW, Draft, Outcome, Said
from actions.forms.field import LONGEST, Field, choice, text
from actions.forms.form import Form
from actions.forms.keeping import follow_up
from actions.participation.asking import consultations
from actions.participation.consultations import SLOT
from actions.participation.matching import find_consultation
from actions.participation.sending import KeptComment, send
from actions.words import word

READ_BACK = 300
"""Letters of a comment that the review shows; all of them are sent."""
LONG = 12
"""Words from which even a question is part of the comment."""
CLAUSE = 4
"""Words from which what follows "I want to comment on this," is the comment."""


_NAMELESS = re.compile(
    r"\b(?:anonym\w*|an[oó]nim\w*|no name|without (?:a |my )?name|sin (?:mi )?nombre|"
    r"(?:rather not|prefer not|don.?t want|do not want|won.?t|not going)(?: to)?\b.*|"
    r"no (?:lo |la )?(?:quiero|voy a|deseo)\b.*|prefiero (?:que )?no\b.*)",
    re.IGNORECASE,
)
_SEND = re.compile(
    r"(?:yes,? |ok,? |please,? |s[ií],? )*(?:send|submit)(?: it)?(?: please)?|"
    r"(?:s[ií],? |ok,? |ya )*(?:env[ií][ae]|m[aá]nd[ae])(?:lo|la)?(?: por favor)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class CommentDraft(Draft):
    """`offers` are the open consultations as (reference, title) when the form opened, in that `language`: it goes on
    without the agency."""

    offers: tuple[tuple[str, str], ...] = ()
    language: str = ""


class CommentForm(Form[CommentDraft]):
    """Takes a comment in the chat; without a name where the person gives none."""

    topic = "comment"
    drafts = CommentDraft
    intents = frozenset({"leave_comment"})

    async def fields(self, draft: CommentDraft, turn: Turn) -> Sequence[Field]:
        """The questions; area and name may be left out."""
        offers = await _offers(draft, turn.language)
        titles = dict(offers)

        def label(name: str) -> str:
            return word("meetings", f"item:{name}", turn.language)

        title = titles.get(draft.values.get("consultation", ""), "")
        return (
            choice("consultation", offers, label=label("consultation")),
            text("comment", story=True, label=label("comment"), show=_short, blanks={"title": title}),
            text("area", label=label("area"), required=False),
            text("name", label=label("name"), required=False),
        )

    async def begin(self, draft: CommentDraft, turn: Turn) -> Outcome[CommentDraft]:
        """Fetch what is open; a button, the words, or what was spoken of last may tell which one."""
        found = await consultations(turn.language, closed=True)
        opened = [item for item in found if item.status == "open"]
        if not opened:
            return Outcome(draft, (Said("utter_comment_nothing_open"),), "leave")
        offers = tuple((item.reference, item.title) for item in opened)
        draft = replace(draft, offers=offers, language=turn.language)
        meant = _meant(turn, found) or (opened[0] if len(opened) == 1 else None)
        if meant is None:
            return Outcome(draft)
        if meant not in opened:
            return Outcome(draft, (Said("utter_comment_not_open", blanks={"title": meant.title}),))
        draft = draft.with_value("consultation", meant.reference)
        said = "" if turn.is_question else told_besides(turn.text)
        return Outcome(draft.with_value("comment", said) if said else draft)

    async def read(self, draft: CommentDraft, turn: Turn) -> Outcome[CommentDraft]:
        """While the comment is asked for, a long text or unclear question is the comment."""
        if draft.step in ("area", "name") and _NAMELESS.search(turn.text):
            turn = replace(turn, choice="skip", text="", intent="choose")
        if draft.step == REVIEW and _SEND.fullmatch(turn.text.strip(" .!")):  # the classifier may hear "drop it"
            turn = replace(turn, choice="send", text="", intent="choose")
        if draft.step == "comment" and turn.intent == "leave_comment" and len(turn.text.split()) <= SHORT:
            return Outcome(draft)
        aloud = len(turn.text.split()) > LONG or (turn.is_question and turn.confidence < VERY_SURE)
        if draft.step == "comment" and aloud and not turn.choice:
            return Outcome(draft.with_value("comment", turn.text[:LONGEST]).answered())
        return await super().read(draft, turn)

    async def send(self, draft: CommentDraft, turn: Turn) -> Outcome[CommentDraft]:
        """Send the comment once; keep it where the agency does not answer."""
        reference = draft.values["consultation"]
        kept = KeptComment(
            key=turn.message_id,
            reference=reference,
            title=dict(await _offers(draft, turn.language)).get(reference, ""),
            comment={
                "text": draft.values["comment"],
                "area": draft.values.get("area", ""),
                "name": draft.values.get("name", ""),
                "language": turn.language,
            },
            since=turn.at,
        )
        sending = await send(kept, first=True)
        if sending.mend:
            return Outcome(replace(draft, step="comment"), sending.says)
        if sending.kept is None:
            return Outcome(draft, sending.says, "leave")
        waiting = [*(turn.slots.get("kept_comments") or []), sending.kept.to_slot()]
        effect = follow_up("action_send_kept_comments", [sending.kept.tries])
        return Outcome(draft, sending.says, "leave", (SlotSet("kept_comments", waiting),), (effect,))


async def _offers(draft: CommentDraft, language: str) -> tuple[tuple[str, str], ...]:
    """The offers with their titles in that language; as they are where the agency does not answer."""
    if language == draft.language:
        return draft.offers
    try:
        titles = {item.reference: item.title for item in await consultations(language, closed=True)}
    except AgencyError:
        titles = {}
    return tuple((reference, titles.get(reference, title)) for reference, title in draft.offers)


def _meant(turn: Turn, found: Sequence[Consultation]) -> Consultation | None:
    """The consultation of a button, of the words, or the one spoken of last."""
    by_reference = {item.reference: item for item in found}
    if turn.choice:
        return by_reference.get(turn.choice.removeprefix("consultation:"))
    named = find_consultation(turn.text, found)
    return named or by_reference.get((turn.slots.get(SLOT) or {}).get("consultation", ""))


def told_besides(words: str) -> str:
    """The comment in "I want to comment on bus 4: it should run later"; "" where the first clause is all."""
    _, mark, rest = re.sub(r"([,:;.])\s|\s-\s", "\n", words, count=1).partition("\n")
    return rest.strip()[:LONGEST] if mark and len(rest.split()) >= CLAUSE else ""


def _short(comment: str) -> str:
    return comment if len(comment) <= READ_BACK else f"{comment[:READ_BACK].rstrip()} … ({len(comment)})"
