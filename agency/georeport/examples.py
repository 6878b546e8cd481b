"""Add the invented example requests of the seed file, once."""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from agency.georeport.catalog import Catalog, CatalogError
from agency.georeport.requests import Arrival, Move
from agency.georeport.store import KeyReused, Store
from agency.georeport.submission import BadForm, Form, read_content
from bot.yaml12 import YAMLError, read

_WHO = "example"


def add_examples(path: Path, catalog: Catalog, store: Store, now: datetime) -> int:
    """Add what is not there yet and return how many; raise CatalogError if the file cannot be used."""
    try:
        examples = read(path)
        return sum(_add(number, example, catalog, store, now) for number, example in enumerate(examples, 1))
    except OSError as error:
        raise CatalogError(f"The file of examples {path} cannot be read: {error.strerror}.") from error
    except (YAMLError, KeyError, TypeError, ValueError) as error:
        raise CatalogError(f"The file of examples {path} is wrong: {error}") from error


def _add(number: int, example: dict[str, Any], catalog: Catalog, store: Store, now: datetime) -> bool:
    service = catalog.by_code[example["service"]]
    try:
        content = read_content(_form(example), service)
    except BadForm as error:
        raise ValueError(f"number {number}: {' '.join(error.messages)}") from error
    requested = now - timedelta(days=example["days"], minutes=number * 7)
    arrival = Arrival(
        type=service.type,
        requested=requested,
        expected=requested + timedelta(days=service.days),
        ready=requested,
        client=_WHO,
        fingerprint=hashlib.sha256(repr(content).encode()).hexdigest(),
        key=f"example-{number}",
    )
    try:
        stored, is_new = store.add(content, arrival)
    except KeyReused:  # an older edition of the file was here
        return False
    for days, status, note in example.get("moves", []) if is_new else []:
        at = max(now - timedelta(days=days), requested + timedelta(minutes=5))
        store.move(Move(stored.id, at, _WHO, "", status, note))
    return is_new


def _form(example: dict[str, Any]) -> Form:
    form = [("description", example["description"]), ("address_string", example["address"])]
    form += [(name, str(example[name])) for name in ("lat", "long") if name in example]
    for code, value in example.get("attributes", {}).items():
        values = value if isinstance(value, list) else [value]
        form += [(f"attribute[{code}]", str(item)) for item in values]
    return form
