"""What a check has to say: where, how bad, and in which words."""

from dataclasses import dataclass
from typing import Any, Literal

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands: a file below the project, line and column from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}, line {self.line}"


@dataclass(frozen=True)
class Finding:
    """One thing to mend. `hint` is the likely right word, if there is one."""

    place: Place
    level: Level
    code: str
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        where = f"{self.place.path}:{self.place.line}:{self.place.column}"
        return f"{where}: {self.level}: {self.message} [{self.code}]"

    def to_json(self) -> dict[str, Any]:
        """As docs/content-check.md describes it."""
        return {
            "file": self.place.path,
            "line": self.place.line,
            "column": self.place.column,
            "level": self.level,
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
        }
