"""The form `poll_form`: one question, one vote a conversation, the result so far; the vote may change until the end."""

import hashlib
import hmac
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from actions.agencies.errors import AgencyError, AgencyRefused
from actions.agencies.participation import Poll
from actions.base import Turn, settings
from actions.forms.draft import Draft, Outcome, Said
from actions.forms.field import Field, choice
from actions.forms.form import Form
from actions.participation.asking import client, day, lead, polls
from actions.words import word

log = logging.getLogger(__name__)

_CHANGE = re.compile(r"\b(?:chang|cambi|differen|otra respuesta)", re.IGNORECASE)


@dataclass(frozen=True)
class PollDraft(Draft):
    """The poll that is asked: of which agency, its question, its options as (id, words), its last day as a date."""

    agency: str = ""
    poll: str = ""
    question: str = ""
    options: tuple[tuple[str, str], ...] = ()
    closes: str = ""


class PollForm(Form[PollDraft]):
    """Asks, counts and shows; nothing to review, since an answer can be changed."""

    topic = "poll"
    drafts = PollDraft
    intents = frozenset({"take_poll"})

    async def fields(self, draft: PollDraft, turn: Turn) -> Sequence[Field]:
        """The one question."""
        blanks = {"question": draft.question, "date": _day(draft.closes, turn)}
        return (choice("option", draft.options, blanks=blanks),) if draft.options else ()

    async def title(self, draft: PollDraft, turn: Turn) -> str:
        """A poll is not offered again: nothing was written yet."""
        return ""

    async def begin(self, draft: PollDraft, turn: Turn) -> Outcome[PollDraft]:
        """Ask the first poll that has no vote of this person yet; else show how the vote stands."""
        found = await polls(lambda agency, poll: voter(turn.sender, agency, poll), turn.language)
        opened = [poll for poll in found if poll.status == "open"]
        change = bool(_CHANGE.search(turn.text))
        wanted = next((item for item in opened if turn.choice == f"change:{item.id}" or (change and item.mine)), None)
        new = next((poll for poll in opened if not poll.mine), None)
        if wanted or new:
            return Outcome(_asked(wanted or new or opened[0], draft))
        if opened:
            return Outcome(draft, (_standing("utter_poll_voted", opened[0], turn),), "leave")
        if found:
            return Outcome(draft, (_standing("utter_poll_closed", found[0], turn),), "leave")
        return Outcome(draft, (Said("utter_poll_none"),), "leave")

    async def read(self, draft: PollDraft, turn: Turn) -> Outcome[PollDraft]:
        """While it is asked, "the poll" is no answer and no aside."""
        outcome = await super().read(draft, turn)
        missed = outcome.draft.misses > draft.misses
        return Outcome(draft) if missed and turn.intent in self.intents and not turn.choice else outcome

    async def settle(self, outcome: Outcome[PollDraft], before: PollDraft, turn: Turn) -> Outcome[PollDraft]:
        """An answer is sent at once."""
        chosen = "option" in outcome.draft.values and outcome.then == "ask"
        return replace(outcome, says=(), then="send") if chosen else outcome

    async def send(self, draft: PollDraft, turn: Turn) -> Outcome[PollDraft]:
        """Vote. A vote that may not have arrived is asked for again: the same voter never counts twice."""
        again = replace(draft.without("option"), step="option")
        try:
            poll = await client(draft.agency).vote(
                draft.poll, voter(turn.sender, draft.agency, draft.poll), draft.values["option"]
            )
        except AgencyRefused as refusal:
            log.warning("vote_refused", extra={"status": refusal.status})
            answer = "utter_poll_closed_meanwhile" if refusal.status in (404, 409, 410) else "utter_poll_refused"
            return Outcome(draft, (Said(answer),), "leave")
        except AgencyError as error:
            log.warning("vote_not_counted", extra={"reason": type(error).__name__})
            return Outcome(again, (Said("utter_poll_not_counted"),))
        # The answer to a vote may be in another language: the words are the ones the person chose from.
        poll = replace(poll, question=draft.question, options=draft.options)
        return Outcome(draft, (_standing("utter_poll_counted", poll, turn),), "leave")


def voter(sender: str, agency: str, poll: str) -> str:
    """This conversation's key for one poll; different in every poll, so that nobody can follow a person."""
    words = "\x1f".join(("voter", agency, poll, sender))
    return hmac.new(settings().secret.encode(), words.encode(), hashlib.sha256).hexdigest()[:32]


def _asked(poll: Poll, draft: PollDraft) -> PollDraft:
    return replace(
        draft,
        agency=poll.agency,
        poll=poll.id,
        question=poll.question,
        options=poll.options,
        closes=poll.closes.isoformat(),
    )


def _standing(answer: str, poll: Poll, turn: Turn) -> Said:
    """How the vote stands, with a button to change one's own while the poll is open."""
    results = poll.results or {}
    items = "\n".join(f"• {title}: {results.get(option, 0)}" for option, title in poll.options)
    mine = dict(poll.options).get(poll.mine, "")
    blanks = {"question": poll.question, "choice": mine, "items": items, "date": _day(poll.closes.isoformat(), turn)}
    change = lead(word("meetings", "change_vote", turn.language), "take_poll", f"change:{poll.id}")
    return Said(answer, (change,) if poll.status == "open" else (), blanks)


def _day(iso: str, turn: Turn) -> str:
    return day(date.fromisoformat(iso), turn.language) if iso else ""
