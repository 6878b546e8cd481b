"""Which bin a thing goes into."""

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Event, ServiceAction, Turn, topics
from actions.collection.items import Items, load_items


class WhichBin(ServiceAction):
    """Says utter_collection_bin_<bin> {item} {note} for each thing named, utter_collection_bin_unknown for none.

    Asks utter_collection_bin_ask when nothing is named. "And batteries?" goes on from here.
    """

    def name(self) -> str:
        return "action_which_bin"

    def goes_on(self, turn: Turn) -> bool:
        """Another thing: "and batteries?"."""
        return len(turn.text.split()) <= 8 and bool(_items().find(turn.text))

    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        items = _items()
        chosen = items.by_key(turn.choice.removeprefix("item:")) if turn.choice.startswith("item:") else None
        found = [(chosen, "")] if chosen else items.find(turn.text)
        for item, said in found:
            say.utter_message(
                response=f"utter_collection_bin_{item.bin}",
                item=item.title(turn.language, said),
                note=item.note[turn.language],
            )
        if not found and items.names_nothing(turn.text):
            say.utter_message(response="utter_collection_bin_ask")
            return [SlotSet("awaiting", self.name())]
        if not found:
            self._unknown(turn, items, say)
        return [SlotSet("awaiting", None), self.looked_up(turn)]

    @staticmethod
    def _unknown(turn: Turn, items: Items, say: CollectingDispatcher) -> None:
        buttons = [
            {"title": item.title(turn.language), "payload": f'/collection_which_bin{{"choice": "item:{item.key}"}}'}
            for item in items.near(turn.text)
        ]
        if buttons:
            say.utter_message(response="utter_collection_bin_unknown", buttons=buttons)
        else:
            say.utter_message(response="utter_collection_bin_not_listed")


def _items() -> Items:
    return load_items(topics() / "collection" / "items.yml")
