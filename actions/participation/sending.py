"""Send a comment to the agency, once; keep it when the agency does not answer, and send it later."""

import logging
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from actions.agencies.errors import AgencyError, AgencyRefused
from actions.base import Turn, city
from actions.forms.draft import Said
from actions.forms.keeping import SendKept, Try
from actions.participation.asking import client

log = logging.getLogger(__name__)

OUR_FAULT = (401, 403)
GIVEN_UP_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class KeptComment:
    """A comment that is not through yet, as an item of the slot `kept_comments`.

    `key` is the idempotency key of the first try and of every later one, `reference` the consultation's, `since`
    when it was first sent (seconds since 1970, UTC).
    """

    key: str
    reference: str
    title: str
    comment: dict[str, str]
    since: float
    tries: int = 1

    def to_slot(self) -> dict[str, Any]:
        """The item as JSON can carry it."""
        return asdict(self)


@dataclass(frozen=True)
class Sending:
    """What came of a try: what to say, what to keep; `mend` when the person can change the words and send again."""

    says: tuple[Said, ...] = ()
    kept: KeptComment | None = None
    mend: bool = False


async def send(kept: KeptComment, *, first: bool) -> Sending:
    """Try to send. `first`: the person is waiting; later tries say nothing until there is news."""
    agency, _, consultation = kept.reference.partition("/")
    title = {"title": kept.title}
    try:
        receipt = await client(agency).comment(consultation, kept.comment, kept.key)
    except AgencyRefused as refusal:
        log.warning("comment_refused", extra={"status": refusal.status})
        return _refused(refusal, kept, first=first)
    except AgencyError as error:
        log.warning("comment_kept", extra={"reason": type(error).__name__, "sent": error.sent, "tries": kept.tries})
        if first:
            return Sending((Said("utter_comment_kept" if error.sent == "no" else "utter_comment_unsure"),), kept)
        if datetime.now(UTC) - datetime.fromtimestamp(kept.since, UTC) > GIVEN_UP_AFTER:
            return Sending((Said("utter_comment_given_up", blanks=title),))
        return Sending(kept=replace(kept, tries=kept.tries + 1))
    answer = "utter_comment_sent" if first else "utter_comment_sent_later"
    if not receipt:
        return Sending((Said("utter_comment_sent_without_number", blanks=title),))
    return Sending((Said(answer, blanks={**title, "receipt": receipt}),))


def _refused(refusal: AgencyRefused, kept: KeptComment, *, first: bool) -> Sending:
    codes, title = {code for code, _ in refusal.messages}, {"title": kept.title}
    if refusal.status in OUR_FAULT:
        return Sending((Said("utter_comment_not_possible"),))
    if refusal.status in (404, 409, 410) or codes & {"closed", "upcoming"}:
        return Sending((Said("utter_comment_closed", blanks=title),))
    if refusal.status == 413 or "too_long" in codes:
        return Sending((Said("utter_comment_too_long", blanks=title),), mend=first)
    reason = "; ".join(words for _, words in refusal.messages if words)[:200].rstrip(".")
    if not reason or kept.comment["language"] != city().languages[0]:  # an agency gives its reasons in its own language
        return Sending((Said("utter_comment_refused_unexplained", blanks=title),))
    return Sending((Said("utter_comment_refused", blanks={**title, "reason": reason}),))


class SendKeptComments(SendKept):
    """Silent while the agency is still down; every try uses the key of the first one, so that nothing is doubled."""

    slot = "kept_comments"

    def name(self) -> str:
        return "action_send_kept_comments"

    async def again(self, item: dict[str, Any], turn: Turn) -> Try:
        """Send the comment."""
        sending = await send(KeptComment(**item), first=False)
        return Try(sending.says, sending.kept.to_slot() if sending.kept else None)
