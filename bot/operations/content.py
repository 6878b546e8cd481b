"""What somebody mistyped in the content: the file, the line and how to mend it, in plain words."""

import contextlib
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from yaml.constructor import ConstructorError

from bot import yaml12
from bot.city import City, load_city
from bot.errors import SettingError
from bot.slips import mended

NEEDED = ("name", "website", "time_zone", "languages", "emergency_number", "phones", "hours", "offices", "emergency")
_BRACES = re.compile(r"\{[^{}]*\}?")
_BLANK = re.compile(r"\{([A-Za-z_]\w*(?:\.\w+)*)\}")


def city(path: Path) -> City:
    """The city profile. Raises SettingError that tells the line of a slip, or what is missing, too."""
    mistake = mistake_in(path) if path.exists() else None
    if path.exists() and not mistake:
        with contextlib.suppress(AttributeError, TypeError):  # quite another shape: load_city says which
            mistake = next(_slips(path), None)
    if mistake:
        raise SettingError(f"The city profile {path}, {mistake}")
    return load_city(path)


def _slips(path: Path) -> Iterator[str]:
    """What reads as YAML and still cannot be right."""
    raw = yaml12.read(path)
    if not isinstance(raw, dict):
        yield "it is empty or no list of `name: value` lines. Restore city.yml and change it step by step."
        return
    yield from (f"`{name}` is missing." for name in NEEDED if name not in raw)
    for holiday in raw.get("holidays") or []:
        if not isinstance(holiday, dict) or type(holiday.get("date")) is not date:
            yield f"a holiday needs a date such as 2026-12-25 without quotation marks: {holiday}."
    for place in (raw, *raw["offices"]):
        for span in (place.get("hours") or {}).values():
            if not re.fullmatch(r"\s*\d\d:\d\d\s*-\s*\d\d:\d\d\s*", str(span)):
                yield f"the hours {span!r} must look like 08:30-17:00 (24-hour clock; leave out a day that is closed)."


def unreadable(root: Path) -> Iterator[str]:
    """One sentence for each file below `data/` that is not YAML: nothing in it can be used."""
    for path in sorted((root / "data").rglob("*.yml")):
        mistake = mistake_in(path)
        if mistake:
            yield f"{path.relative_to(root)}, {mistake}"


def mistake_in(path: Path) -> str | None:
    """Why a file does not read as YAML: `line 7: begins with a tab. …`; None if it does."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        return f"it cannot be opened: {error.strerror}."
    except UnicodeDecodeError:
        return "it is not saved as UTF-8: choose that encoding in your editor and save it again."
    try:
        yaml12.parse(text)
    except ConstructorError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return f"line {line}: {error.problem}; keep one of them."
    except yaml12.YAMLError as error:
        slip, _ = mended(text, error, yaml12.composed)
        return f"line {slip.line}: {slip.words}"
    return None


def wrong_blanks(root: Path, city: Mapping[str, Any]) -> Iterator[str]:
    """One sentence for each `{…}` in an answer that nothing can fill. Files that do not read are passed over."""
    for path in sorted((root / "data").rglob("answers.yml")):
        if mistake_in(path):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for words in _said(line):
                for found in _BRACES.findall(words):
                    why = _wrong(found, city)
                    if why:
                        yield f"{path.relative_to(root)}, line {number}: {why}"


def _said(line: str) -> Iterator[str]:
    """The texts in a line of an answer: what follows `text:`, and the titles of buttons; never a payload."""
    written = re.match(r"\s*(?:- )?text:(.*)", line)
    if written:
        yield written[1]
    yield from re.findall(r'title: *"((?:[^"\\]|\\.)*)"', line)


def _wrong(found: str, city: Mapping[str, Any]) -> str | None:
    blank = _BLANK.fullmatch(found)
    if not blank:
        return f"{found} is not a blank. A blank is a name in braces, such as {{city.name}}; else leave the braces out."
    first, *rest = blank[1].split(".")
    value: Any = city if first == "city" else None
    for part in rest if first == "city" else ():
        value = _step(value, part)
    if first == "city" and (value is None or value == ""):
        return f"city.yml has nothing for the blank {found}."
    return None


def _step(value: Any, part: str) -> Any:
    if isinstance(value, list):  # the entry with that id, as in city.offices.city_hall
        return next((item for item in value if isinstance(item, Mapping) and item.get("id") == part), None)
    return value.get(part) if isinstance(value, Mapping) else None
