"""Changes of when a rule counts, and of what a form asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studio.content.editing.changing import named, section
from studio.content.editing.errors import EditError
from studio.content.editing.tracks import TITLES, Kind


@dataclass(frozen=True)
class SetCondition:
    """What must be so before a rule counts; `at_start`: only for the first message of a conversation."""

    kind: Kind
    name: str
    condition: Sequence[Mapping[str, Any]]
    at_start: bool = False

    def applied(self, data: Any) -> Any:
        """Before the steps; nothing is written where nothing must be so."""
        path = named(section(data, self.kind), TITLES[self.kind], self.name)
        before = {key: value for key, value in path.items() if key == TITLES[self.kind]}
        rest = {key: value for key, value in path.items() if key not in (*before, "condition", "conversation_start")}
        start = {"conversation_start": True} if self.at_start else {}
        condition = {"condition": [dict(each) for each in self.condition]} if self.condition else {}
        path.clear()
        path.update({**before, **start, **condition, **rest})
        return data


@dataclass(frozen=True)
class SetAsks:
    """What a form asks for, in this order."""

    form: str
    slots: Sequence[str]

    def applied(self, data: Any) -> Any:
        """A form without questions would never end."""
        forms = section(data, "forms")
        if not self.slots:
            raise EditError("A form needs at least one thing to ask for.")
        if not isinstance(forms, dict) or self.form not in forms:
            raise EditError(f"There is no form “{self.form}” in this file any more.")
        form = forms[self.form] if isinstance(forms[self.form], dict) else {}
        forms[self.form] = {**form, "required_slots": list(self.slots)}
        return data
