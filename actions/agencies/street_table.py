"""A city's table of streets and zones, from a CSV file or a YAML list."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.yaml12 import YAMLError, parse

_COLUMNS = {
    "street": "street street_name streetname name calle strasse rue",
    "low": "from low from_number number_from start min desde von de",
    "high": "to high to_number number_to end max hasta bis a",
    "side": "side parity lado seite cote",
    "zone": "zone route area district zona tour",
}
_SIDES = {"odd": 1, "o": 1, "impar": 1, "even": 0, "e": 0, "par": 0}


class BadTable(ValueError):
    """The table of streets cannot be used; the text says why."""


@dataclass(frozen=True)
class Stretch:
    """One row: numbers of a street from `low` to `high` (None: no limit), on one `side` (0 even, 1 odd, None both)."""

    street: str
    low: int | None
    high: int | None
    side: int | None
    zone: str

    def holds(self, number: int) -> bool:
        """Whether a house number lies on it."""
        low, high = self.low or 0, self.high if self.high is not None else 10**9
        return low <= number <= high and self.side in (None, number % 2)


def read_stretches(path: Path) -> tuple[Stretch, ...]:
    """The table in a CSV file (street, from, to, side, zone) or a YAML list of the same. Raises BadTable."""
    try:
        body = path.read_bytes()
    except OSError as error:
        raise BadTable(f"{path} cannot be opened ({error.strerror})") from error
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("cp1252", errors="replace")
    rows = _yaml_rows(path, text) if path.suffix in (".yml", ".yaml") else _csv_rows(text)
    try:
        return tuple(_stretch(row) for row in rows if row["street"])
    except (KeyError, ValueError) as error:
        raise BadTable(f"{path}: a row is not complete: {error}") from error


def _yaml_rows(path: Path, text: str) -> list[dict[str, Any]]:
    try:
        raw = parse(text)
    except YAMLError as error:
        raise BadTable(f"{path} cannot be read: {' '.join(str(error).split())}") from error
    rows = raw.get("streets") if isinstance(raw, dict) else raw
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadTable(f"{path} must be a list of rows with street and zone")
    return [_named(row) for row in rows]


def _csv_rows(text: str) -> list[dict[str, Any]]:
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    return [_named(row) for row in csv.DictReader(io.StringIO(text), delimiter=delimiter)]


def _named(row: Mapping[Any, Any]) -> dict[str, Any]:
    """The row under our names for its columns."""
    given = {re.sub(r"\W+", "_", str(key or "")).strip("_").lower(): value for key, value in row.items()}
    return {
        ours: next((given[name] for name in names.split() if given.get(name) not in (None, "")), None)
        for ours, names in _COLUMNS.items()
    }


def _stretch(row: Mapping[str, Any]) -> Stretch:
    if row["zone"] is None:
        raise ValueError(f"{row['street']} has no zone")
    side = _SIDES.get(str(row["side"] or "").strip().lower())
    return Stretch(str(row["street"]).strip(), _count(row["low"]), _count(row["high"]), side, str(row["zone"]).strip())


def _count(value: Any) -> int | None:
    digits = re.match(r"\s*(\d+)", str(value if value is not None else ""))
    return int(digits[1]) if digits else None
