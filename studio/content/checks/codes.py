"""Every code of the check: how bad it is, what it means, why it harms, and a wrong and a right example."""

from dataclasses import dataclass
from typing import Any

from studio.content.checks.house_codes import HOUSE
from studio.content.checks.rasa_codes import RASA
from studio.content.checks.slip_codes import SLIPS
from studio.content.finding import Level


@dataclass(frozen=True)
class Code:
    """One kind of mistake. The examples are whole small files, such as `file`."""

    level: Level
    what: str
    why: str
    wrong: str = ""
    right: str = ""
    file: str = "data/extra.yml"

    def to_json(self, name: str) -> dict[str, Any]:
        """For programs."""
        return {"code": name, **{key: getattr(self, key) for key in ("level", "what", "why", "wrong", "right")}}


CODES: dict[str, Code] = {name: Code(*given) for part in (SLIPS, RASA, HOUSE) for name, given in part.items()}
