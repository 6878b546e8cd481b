"""The blanks of an answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from nlu.blanks import Unfillable, fill

VALUES: dict[str, Any] = {
    "name": "Ana", "count": 0, "empty": "", "none": None, "yes": True, "trick": "{name} {0.__class__}",
    "city": {
        "phones": {"main": "555-0100"},
        "offices": [{"id": "hall", "name": {"en": "City Hall", "es": "Alcaldía"}}],
    },
}  # fmt: skip


@pytest.mark.parametrize(("text", "filled"), [
    ("Hi {name}, {count} left", "Hi Ana, 0 left"),
    ("{city.phones.main}", "555-0100"),
    ("{city.offices.hall.name}", "Alcaldía"),
    ("{trick}", "{name} {0.__class__}"),
    ("{}{Mon-Fri}{ name }{0}{", "{}{Mon-Fri}{ name }{0}{"),
])  # fmt: skip
def test_a_blank_is_filled_once_and_other_braces_stay(text: str, filled: str) -> None:
    assert fill(text, VALUES, "es") == filled


@pytest.mark.parametrize(
    "name", ["empty", "none", "yes", "unknown", "city", "city.phones", "name.upper", "city.offices.x"]
)
def test_a_blank_without_a_value_is_never_printed(name: str) -> None:
    with pytest.raises(Unfillable, match=name):
        fill(f"You have {{{name}}}.", VALUES, "es")


def test_what_goes_into_a_payload_is_escaped() -> None:
    filled = fill('{"who": "{name}"}', {"name": 'A "quoted" name'}, "en", lambda text: json.dumps(text)[1:-1])
    assert json.loads(filled) == {"who": 'A "quoted" name'}
