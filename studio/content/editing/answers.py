"""Changes of answers: words, buttons, owner and dates, variations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studio.content.editing.changing import section, within
from studio.content.editing.errors import EditError


@dataclass(frozen=True)
class Which:
    """A variation of an answer: by language and channel, or by its number."""

    language: str | None = None
    channel: str | None = None
    index: int | None = None

    def among(self, variations: list[Any]) -> int:
        """Its position."""
        if self.index is not None:
            return within(variations, self.index, "wording")
        for at, each in enumerate(variations):
            metadata = each.get("metadata") or {}
            if metadata.get("language") == self.language and each.get("channel") == self.channel:
                return at
        raise EditError(
            f"There is no wording for {self.language or 'this language'}, {self.channel or 'web'} any more."
        )


def _variations(data: Any, answer: str) -> list[Any]:
    found = section(data, "responses").get(answer)
    if not isinstance(found, list):
        raise EditError(f"There is no answer “{answer}” in this file any more.")
    return found


def _variation(data: Any, answer: str, which: Which) -> dict[str, Any]:
    variations = _variations(data, answer)
    found: dict[str, Any] = variations[which.among(variations)]
    return found


@dataclass(frozen=True)
class SetText:
    """Other words."""

    answer: str
    which: Which
    text: str

    def applied(self, data: Any) -> Any:
        """Of one variation."""
        _variation(data, self.answer, self.which)["text"] = self.text
        return data


@dataclass(frozen=True)
class SetMetadata:
    """Owner, source, review date (a `date`) or whatever else; None takes it out."""

    answer: str
    which: Which
    key: str
    value: Any

    def applied(self, data: Any) -> Any:
        """Of one variation."""
        variation = _variation(data, self.answer, self.which)
        metadata = {**(variation.get("metadata") or {}), self.key: self.value}
        variation["metadata"] = {key: value for key, value in metadata.items() if value is not None}
        return data


@dataclass(frozen=True)
class AddButton:
    """One more button."""

    answer: str
    which: Which
    title: str
    payload: str
    at: int | None = None

    def applied(self, data: Any) -> Any:
        """At the end, or before number `at`."""
        variation = _variation(data, self.answer, self.which)
        buttons = list(variation.get("buttons") or ())
        buttons.insert(len(buttons) if self.at is None else self.at, {"title": self.title, "payload": self.payload})
        variation["buttons"] = buttons
        return data


@dataclass(frozen=True)
class ChangeButton:
    """Another title or target."""

    answer: str
    which: Which
    at: int
    title: str
    payload: str

    def applied(self, data: Any) -> Any:
        """Whatever else the button has stays."""
        buttons = _variation(data, self.answer, self.which).get("buttons") or []
        buttons[within(buttons, self.at, "button")].update(title=self.title, payload=self.payload)
        return data


@dataclass(frozen=True)
class RemoveButton:
    """One button less."""

    answer: str
    which: Which
    at: int

    def applied(self, data: Any) -> Any:
        """The last one takes the list with it."""
        variation = _variation(data, self.answer, self.which)
        buttons = variation.get("buttons") or []
        del buttons[within(buttons, self.at, "button")]
        if not buttons:
            del variation["buttons"]
        return data


@dataclass(frozen=True)
class AddVariation:
    """One more wording of an answer."""

    answer: str
    variation: Mapping[str, Any]

    def applied(self, data: Any) -> Any:
        """At the end."""
        _variations(data, self.answer).append(dict(self.variation))
        return data


@dataclass(frozen=True)
class RemoveVariation:
    """One wording less; the last one cannot go."""

    answer: str
    which: Which

    def applied(self, data: Any) -> Any:
        """An answer without words would leave people without one."""
        variations = _variations(data, self.answer)
        if len(variations) == 1:
            raise EditError("An answer needs at least one wording. Remove the answer instead.")
        del variations[self.which.among(variations)]
        return data


@dataclass(frozen=True)
class AddAnswer:
    """A new answer at the end of the file."""

    answer: str
    variations: Sequence[Mapping[str, Any]]

    def applied(self, data: Any) -> Any:
        """Refuses a name that is there already."""
        data = data if isinstance(data, dict) else {}
        responses = data.setdefault("responses", {})
        if self.answer in responses:
            raise EditError(f"The answer “{self.answer}” is there already.")
        responses[self.answer] = [dict(each) for each in self.variations]
        return data


@dataclass(frozen=True)
class RemoveAnswer:
    """An answer goes with all its wordings."""

    answer: str

    def applied(self, data: Any) -> Any:
        """Only this one."""
        _variations(data, self.answer)
        del data["responses"][self.answer]
        return data
