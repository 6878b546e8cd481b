"""Send a report to the agency, once; keep it when the agency does not answer, and send it later."""

import logging
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from actions.agencies.open311 import AgencyError, AgencyRefused, Receipt, Report
from actions.base import agency, city, follow_code
from actions.forms.draft import Said

log = logging.getLogger(__name__)

OUR_FAULT = (401, 403)


@dataclass(frozen=True)
class Kept:
    """A report that is not through yet, as an item of the slot `kept_reports`.

    `key` is the idempotency key of the first try and of every later one. `token` is set when the agency has the
    report and only its number is missing. `since` is when the person began (seconds since 1970, UTC).
    """

    key: str
    report: dict[str, Any]
    service: str
    since: float
    tries: int = 1
    token: str = ""

    def to_slot(self) -> dict[str, Any]:
        """The item as JSON can carry it."""
        return asdict(self)

    def again(self) -> "Kept":
        """The same report after one more try that did not get through."""
        return replace(self, tries=self.tries + 1)


@dataclass(frozen=True)
class Sending:
    """What came of a try: what to say, the request to remember, what to keep; `refused` lets the person mend it."""

    says: tuple[Said, ...]
    request: dict[str, str] | None = None
    kept: Kept | None = None
    refused: bool = False


async def send(kept: Kept, attempt: int, *, first: bool) -> Sending:
    """Try to send; `attempt` above 1 looks first whether an earlier try arrived. `first`: the person is waiting."""
    try:
        receipt = await agency().submit(
            Report(**kept.report), kept.key, attempt, since=datetime.fromtimestamp(kept.since, UTC)
        )
    except AgencyRefused as refusal:
        log.warning("report_refused", extra={"status": refusal.status, "service": kept.report["service_code"]})
        return Sending((_refusal(refusal, kept, first=first),), refused=True)
    except AgencyError as error:
        log.warning("report_kept", extra={"reason": type(error).__name__, "sent": error.sent, "tries": kept.tries})
        answer = "utter_report_kept" if error.sent == "no" else "utter_report_unsure"
        return Sending((Said(answer),) if first else (), kept=kept if first else kept.again())
    return received(receipt, kept, later=not first)


async def ask_number(kept: Kept) -> Sending:
    """Ask for the number of a report that a batch service has taken."""
    try:
        request_id = await agency().request_id(kept.token)
    except AgencyError:
        request_id = None
    if request_id is None:
        return Sending((), kept=kept.again())
    return received(Receipt(request_id=request_id), kept, later=True)


def received(receipt: Receipt, kept: Kept, *, later: bool) -> Sending:
    """What to say and remember when the agency has the report."""
    if receipt.request_id:
        code = follow_code(receipt.request_id)
        said = Said(
            "utter_report_sent_later" if later else "utter_report_sent",
            blanks={"service": kept.service, "reference": receipt.request_id, "code": f"{code[:3]} {code[3:]}"},
        )
        return Sending((said, *_notice(receipt)), request={"id": receipt.request_id, "service": kept.service})
    if receipt.token:
        return Sending((Said("utter_report_number_follows"),), kept=replace(kept, token=receipt.token, tries=1))
    return Sending((Said("utter_report_no_number"), *_notice(receipt)))


def _refusal(refusal: AgencyRefused, kept: Kept, *, first: bool) -> Said:
    if refusal.status in OUR_FAULT:
        return Said("utter_report_not_possible")
    answer = "utter_report_refused" if first else "utter_report_refused_later"
    reason = "; ".join(text for _, text in refusal.messages if text)[:300]
    if not reason or kept.report["locale"] != city().languages[0]:  # an agency gives its reasons in its own language
        return Said(f"{answer}_unexplained", blanks={"service": kept.service})
    return Said(answer, blanks={"reason": reason.rstrip("."), "service": kept.service})


def _notice(receipt: Receipt) -> tuple[Said, ...]:
    return (Said("utter_report_notice", blanks={"notice": receipt.notice}),) if receipt.notice else ()
