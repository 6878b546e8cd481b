"""Calls actions as Rasa does, and keeps slots and the open form between the calls."""

import json
import urllib.request
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Caller:
    """One conversation. `say` and `press` go to the open form; `said` are the answers of the latest call."""

    url: str
    language: str = "en"
    sender: str = field(default_factory=lambda: uuid.uuid4().hex)
    slots: dict[str, Any] = field(default_factory=dict)
    form: str | None = None
    said: list[str] = field(default_factory=list)
    words: str = ""
    choices: dict[str, str] = field(default_factory=dict)
    effects: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    message_id: str = ""
    channel: str = "web"
    at: float | None = None
    pictures: tuple[str, ...] = ()

    def open(self, form: str, text: str = "", intent: str = "report_problem") -> list[str]:
        """The message that opens a form."""
        self.form = form
        return self.run(f"validate_{form}", text, intent, opened=True)

    def say(self, text: str, intent: str = "nlu_fallback", confidence: float = 0.9) -> list[str]:
        """A message while the form is open."""
        return self.run(f"validate_{self.form}", text, intent, confidence=confidence)

    def press(self, title: str) -> list[str]:
        """A button of the latest answers."""
        return self.run(f"validate_{self.form}", "", "choose", choice=self.choices[title])

    def run(
        self, action: str, text: str = "", intent: str = "", *, choice: str = "", confidence: float = 0.9,
        opened: bool = False, same_turn: bool = False, labels: Mapping[str, str] | None = None,
    ) -> list[str]:  # fmt: skip
        """Call one action; its slots are kept, its answers returned by name."""
        if not same_turn:
            self.message_id = uuid.uuid4().hex
        self.slots["turn"] = {
            "message_id": self.message_id, "attempt": 1, "channel": self.channel, "language": self.language,
            "at": self.at, "pictures": self.pictures,
        }  # fmt: skip
        self.slots["language"] = self.language
        given = {**(labels or {}), **({"choice": choice} if choice else {})}
        entities = [{"entity": name, "value": value} for name, value in given.items()]
        message = {
            "text": text or "/choose",
            "intent": {"name": intent, "confidence": confidence},
            "entities": entities,
        }
        loop = [{"event": "active_loop", "name": self.form}] if opened else []
        tracker = {
            "sender_id": self.sender,
            "slots": self.slots,
            "latest_message": message,
            "events": [{"event": "user", **message}, *loop],
            "paused": False,
            "latest_action_name": "action_listen",
            "active_loop": {"name": self.form} if self.form else {},
        }
        call = {"next_action": action, "sender_id": self.sender, "tracker": tracker, "version": "3.6.21"}
        request = urllib.request.Request(
            f"{self.url}/webhook", json.dumps(call).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=20) as response:
            answer = json.load(response)
        self._keep(answer)
        return self.said

    def _keep(self, answer: dict[str, Any]) -> None:
        self.events = answer["events"]
        for event in self.events:
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
        messages = answer["responses"]
        self.effects = [message["custom"] for message in messages if message["custom"]]
        self.said = [message["response"] for message in messages if message["response"]]
        self.words = json.dumps(messages, ensure_ascii=False)
        pressable = [button for message in messages for button in message["buttons"]]
        self.choices = {
            b["title"]: json.loads(b["payload"].split("choose", 1)[1])["choice"]
            for b in pressable
            if "choose" in b["payload"]
        }
