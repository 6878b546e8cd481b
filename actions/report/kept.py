"""The follow-up that sends kept reports when the agency is back, and tells the person then."""

from typing import Any

from rasa_sdk.events import SlotSet

from actions.base import Turn
from actions.forms.keeping import SendKept, Try
from actions.report.sending import Kept, ask_number, send


class SendKeptReports(SendKept):
    """Silent while the agency is still down; every try uses the key of the first one."""

    slot = "kept_reports"

    def name(self) -> str:
        return "action_send_kept_reports"

    async def again(self, item: dict[str, Any], turn: Turn) -> Try:
        """Send the report, or ask for the number of one that a batch service has taken."""
        kept = Kept(**item)
        sending = await (ask_number(kept) if kept.token else send(kept, max(2, turn.attempt), first=False))
        requests = turn.slots.get("my_requests") or []
        events = (SlotSet("my_requests", [*requests, sending.request]),) if sending.request else ()
        return Try(sending.says, sending.kept.to_slot() if sending.kept else None, events)
