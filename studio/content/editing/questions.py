"""Changes of example questions and titles."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from studio.content.editing.changing import named, section
from studio.content.editing.errors import EditError


def _one_line(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise EditError("An example question cannot be empty.")
    return words


def _changed(data: Any, question: str, change: Callable[[list[str]], list[str]]) -> Any:
    """Lines that do not change stay as they are, blanks and all."""
    found = named(section(data, "nlu"), "intent", question)
    written = found.get("examples")
    if isinstance(written, list):
        found["examples"] = change([str(each) for each in written])
        return data
    lines = change(str(written or "").splitlines())
    found["examples"] = "".join(line + "\n" for line in lines)
    return data


def _position(lines: list[str], text: str) -> int:
    for at, line in enumerate(lines):
        if line.strip().removeprefix("-").strip() == text.strip():
            return at
    raise EditError(f"The example “{text}” is not there any more.")


def _dashed(lines: list[str], text: str) -> str:
    return "- " + text if not lines or lines[0].lstrip().startswith("-") else text


@dataclass(frozen=True)
class AddExample:
    """One more example question; at the end, or before number `at`."""

    question: str
    text: str
    at: int | None = None

    def applied(self, data: Any) -> Any:
        """Refuses what is there already."""

        def change(lines: list[str]) -> list[str]:
            new = _dashed(lines, _one_line(self.text))
            if new in lines:
                raise EditError(f"The example “{self.text}” is there already.")
            at = len(lines) if self.at is None else self.at
            return [*lines[:at], new, *lines[at:]]

        return _changed(data, self.question, change)


@dataclass(frozen=True)
class ChangeExample:
    """Another wording of an example question."""

    question: str
    old: str
    new: str

    def applied(self, data: Any) -> Any:
        """Only this line."""

        def change(lines: list[str]) -> list[str]:
            at = _position(lines, self.old)
            return [*lines[:at], _dashed(lines, _one_line(self.new)), *lines[at + 1 :]]

        return _changed(data, self.question, change)


@dataclass(frozen=True)
class RemoveExample:
    """One example question less."""

    question: str
    text: str

    def applied(self, data: Any) -> Any:
        """Only this line."""

        def change(lines: list[str]) -> list[str]:
            at = _position(lines, self.text)
            return [*lines[:at], *lines[at + 1 :]]

        return _changed(data, self.question, change)


@dataclass(frozen=True)
class MarkLabel:
    """Characters `start` to `end` of an example, as written, become a label (entity)."""

    question: str
    text: str
    start: int
    end: int
    label: str

    def applied(self, data: Any) -> Any:
        """`12 Oak` becomes `[12 Oak](place)`."""
        words = self.text[self.start : self.end]
        if not words.strip() or any(sign in words for sign in "[](){}"):
            raise EditError("Choose some words that are no label yet.")
        marked = f"{self.text[: self.start]}[{words}]({self.label}){self.text[self.end :]}"
        return ChangeExample(self.question, self.text, marked).applied(data)


@dataclass(frozen=True)
class SetTitle:
    """What stands in “Did you mean …?”."""

    question: str
    title: str

    def applied(self, data: Any) -> Any:
        """In the question's metadata."""
        found = named(section(data, "nlu"), "intent", self.question)
        found["metadata"] = {**(found.get("metadata") or {}), "title": self.title}
        return data


@dataclass(frozen=True)
class AddQuestion:
    """A new question at the end of the file."""

    question: str
    title: str
    examples: Sequence[str]

    def applied(self, data: Any) -> Any:
        """Refuses a name that is there already."""
        data = data if isinstance(data, dict) else {"version": "3.1"}
        items = data.setdefault("nlu", [])
        if any(isinstance(item, dict) and item.get("intent") == self.question for item in items):
            raise EditError(f"The question “{self.question}” is there already.")
        lines = "".join(f"- {_one_line(each)}\n" for each in self.examples)
        items.append({"intent": self.question, "metadata": {"title": self.title}, "examples": lines})
        return data


@dataclass(frozen=True)
class RemoveQuestion:
    """A question goes with all its examples."""

    question: str

    def applied(self, data: Any) -> Any:
        """Its answer stays: that is another change."""
        items = section(data, "nlu")
        items.remove(named(items, "intent", self.question))
        return data
