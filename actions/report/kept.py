"""The follow-up that sends kept reports when the agency is back, and tells the person then."""

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Event, ServiceAction, Turn
from actions.forms.form import say_all
from actions.report.sending import Kept, ask_number, send, wait


class SendKeptReports(ServiceAction):
    """Silent while the agency is still down; every try uses the key of the first one."""

    def name(self) -> str:
        return "action_send_kept_reports"

    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        waiting: list[Kept] = []
        requests = list(tracker.get_slot("my_requests") or [])
        for item in tracker.get_slot("kept_reports") or []:
            kept = Kept(**item)
            sending = await (ask_number(kept) if kept.token else send(kept, max(2, turn.attempt), first=False))
            say_all(say, sending.says)
            if sending.kept:
                waiting.append(sending.kept)
            if sending.request:
                requests.append(sending.request)
        if waiting:
            say.utter_message(json_message={"follow_up": {"action": self.name(), "after": wait(waiting)}})
        return [SlotSet("kept_reports", [kept.to_slot() for kept in waiting]), SlotSet("my_requests", requests)]
