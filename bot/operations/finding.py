"""One thing that `assistant doctor` looked at."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """`mend` is something to do; `note` is worth knowing."""

    state: Literal["ok", "note", "mend"]
    words: str
