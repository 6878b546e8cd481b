"""A resident who talks with Rasa and the actions through our channel, and remembers the buttons they saw."""

import json
import time
import urllib.request
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError

from tests.stack import Stack


@dataclass
class Resident:
    """One conversation. Each call is one turn and returns its replies."""

    stack: Stack
    language: str = "en"
    channel: str = "web"
    sender: str = field(default_factory=lambda: uuid.uuid4().hex)
    buttons: dict[str, str] = field(default_factory=dict)
    effects: list[dict[str, Any]] = field(default_factory=list)
    last_turn: dict[str, Any] = field(default_factory=dict)
    waited: float = 0.0

    def write(self, text: str) -> list[dict[str, Any]]:
        """Write a message."""
        return self._turn(text=text)

    def press(self, title: str) -> list[dict[str, Any]]:
        """Press one of the buttons of the latest replies."""
        assert title in self.buttons, f"There is no button {title!r}, only {sorted(self.buttons)}."
        return self._turn(choice=self.buttons[title])

    def due(self, action: str) -> list[dict[str, Any]]:
        """What a follow-up says when it is due."""
        return self._turn(action=action)

    def wait(self, *, hours: float = 0, days: float = 0) -> None:
        """Time passes; nobody sleeps."""
        self.waited += hours * 3600 + days * 86400

    def again(self) -> list[dict[str, Any]]:
        """The same turn once more, as after a crash of the worker."""
        return self._ask({**self.last_turn, "metadata": {"attempt": 2}})

    def _turn(self, **what: str) -> list[dict[str, Any]]:
        self.last_turn = {
            **what,
            "message_id": uuid.uuid4().hex,
            "sender": self.sender,
            "channel": self.channel,
            "language": self.language,
            "metadata": {"attempt": 1, "at": time.time() + self.waited},
        }
        return self._ask(self.last_turn)

    def _ask(self, turn: dict[str, Any]) -> list[dict[str, Any]]:
        request = urllib.request.Request(
            f"{self.stack.environment['RASA_URL']}/webhooks/assistant/messages",
            json.dumps(turn).encode(),
            {"Authorization": f"Bearer {self.stack.environment['RASA_SECRET']}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                answer = json.load(response)
        except HTTPError as error:
            raise AssertionError(f"{turn}: {error.code} {error.read()!r}") from error
        self.buttons = {b["title"]: b["payload"] for reply in answer["replies"] for b in reply["buttons"]}
        self.effects = answer["effects"]
        self.language = next((e["language"] for e in self.effects if "language" in e), self.language)
        replies: list[dict[str, Any]] = answer["replies"]
        return replies


def names(replies: list[dict[str, Any]]) -> list[str]:
    """The answers' names."""
    return [reply["answer"] for reply in replies]


def words(replies: list[dict[str, Any]]) -> str:
    """All that was said."""
    return "\n".join(reply["text"] for reply in replies)
