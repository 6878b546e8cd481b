"""A conversation that went as it should, as a test of its topic."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from studio.content.editing import EditError
from studio.web.trying.talking import Exchange

_FEW = 60  # characters of a reply without a name


@dataclass(frozen=True)
class AddConversation:
    """One more conversation at the end of a topic's tests.yml."""

    name: str
    language: str
    channel: str
    steps: Sequence[dict[str, Any]]

    def applied(self, data: Any) -> Any:
        """Refuses a name that is there already."""
        known = data if isinstance(data, list) else []
        if any(isinstance(each, dict) and each.get("name") == self.name for each in known):
            raise EditError(f"There is a test “{self.name}” already.")
        channel = {"channel": self.channel} if self.channel != "web" else {}
        return [*known, {"name": self.name, "language": self.language, **channel, "steps": list(self.steps)}]


def steps_of(exchanges: Sequence[Exchange]) -> list[dict[str, Any]]:
    """What was said, and the answer that must come."""
    return [{"press" if each.pressed else "user": each.said, **_expected(each)} for each in exchanges if each.replies]


def _expected(exchange: Exchange) -> dict[str, Any]:
    """The last answer: where several come, it is the one that goes on."""
    named = [each.answer for each in exchange.replies if each.answer and each.answer.startswith("utter_")]
    return {"answer": named[-1]} if named else {"says": exchange.replies[-1].text[:_FEW].strip()}
