"""Changes of rules and paths, step by step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from studio.content.editing.changing import named, section, within
from studio.content.editing.errors import EditError

Kind = Literal["rules", "stories"]
TITLES: Mapping[str, str] = {"rules": "rule", "stories": "story"}


def _steps(data: Any, kind: Kind, name: str) -> list[Any]:
    steps = named(section(data, kind), TITLES[kind], name).get("steps")
    if not isinstance(steps, list):
        raise EditError(f"“{name}” has no steps.")
    return steps


@dataclass(frozen=True)
class AddStep:
    """One more step, before number `at` (or at the end, if that is the number of steps)."""

    kind: Kind
    name: str
    at: int
    step: Mapping[str, Any]

    def applied(self, data: Any) -> Any:
        """The others move on."""
        _steps(data, self.kind, self.name).insert(self.at, dict(self.step))
        return data


@dataclass(frozen=True)
class ChangeStep:
    """Something else happens at this step."""

    kind: Kind
    name: str
    at: int
    step: Mapping[str, Any]

    def applied(self, data: Any) -> Any:
        """Only this step."""
        steps = _steps(data, self.kind, self.name)
        steps[within(steps, self.at, "step")] = dict(self.step)
        return data


@dataclass(frozen=True)
class RemoveStep:
    """One step less."""

    kind: Kind
    name: str
    at: int

    def applied(self, data: Any) -> Any:
        """The last one cannot go: remove the path."""
        steps = _steps(data, self.kind, self.name)
        del steps[within(steps, self.at, "step")]
        if not steps:
            raise EditError("A path or rule needs at least one step. Remove it as a whole instead.")
        return data


@dataclass(frozen=True)
class MoveStep:
    """A step goes to another position."""

    kind: Kind
    name: str
    at: int
    to: int

    def applied(self, data: Any) -> Any:
        """`to` is its number afterwards."""
        steps = _steps(data, self.kind, self.name)
        steps.insert(within(steps, self.to, "step"), steps.pop(within(steps, self.at, "step")))
        return data


@dataclass(frozen=True)
class AddPath:
    """A new rule or path at the end of the file."""

    kind: Kind
    name: str
    steps: Sequence[Mapping[str, Any]]
    condition: Sequence[Mapping[str, Any]] = ()

    def applied(self, data: Any) -> Any:
        """Refuses a name that is there already."""
        data = data if isinstance(data, dict) else {"version": "3.1"}
        items = data.setdefault(self.kind, [])
        title = TITLES[self.kind]
        if any(isinstance(item, dict) and item.get(title) == self.name for item in items):
            raise EditError(f"“{self.name}” is there already.")
        condition = {"condition": [dict(each) for each in self.condition]} if self.condition else {}
        items.append({title: self.name, **condition, "steps": [dict(each) for each in self.steps]})
        return data


@dataclass(frozen=True)
class RemovePath:
    """A rule or path goes."""

    kind: Kind
    name: str

    def applied(self, data: Any) -> Any:
        """With all its steps."""
        items = section(data, self.kind)
        items.remove(named(items, TITLES[self.kind], self.name))
        return data


@dataclass(frozen=True)
class RenamePath:
    """Another name for a rule or path."""

    kind: Kind
    name: str
    new: str

    def applied(self, data: Any) -> Any:
        """Nothing refers to it by name."""
        named(section(data, self.kind), TITLES[self.kind], self.name)[TITLES[self.kind]] = self.new
        return data
