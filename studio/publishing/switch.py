"""One answer or topic off in a second, everywhere, with a reason; and on again."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from studio.content.keys import closest
from studio.publishing.errors import PublishError
from studio.publishing.place import Place
from studio.publishing.snapshot import answer_names
from studio.putting import put

OFF = "off.json"


@dataclass(frozen=True)
class Off:
    """What is not said just now. `kind`: answers or topics. `when`: seconds since 1970."""

    kind: str
    name: str
    reason: str
    who: str
    when: float


def switched_off(place: Place) -> list[Off]:
    """All of it, by name."""
    listed = _read(place.published / OFF)
    return [
        Off(kind, name, str(told.get("reason", "")), str(told.get("who", "")), float(told.get("when", 0)))
        for kind in ("answers", "topics")
        for name, told in sorted(listed.get(kind, {}).items())
    ]


def off(place: Place, name: str, who: str, reason: str) -> Off:
    """Stop saying an answer, or all answers of a topic. Raises PublishError for a name that does not exist."""
    if not reason.strip():
        raise PublishError("Say why, so that others know when it may come back.")
    kind, full = _found(place, name)
    switched = Off(kind, full, reason.strip(), who, time.time())
    with place.switching():
        listed = _read(place.published / OFF)
        listed.setdefault(kind, {})[full] = {k: v for k, v in asdict(switched).items() if k not in ("kind", "name")}
        put(place.published / OFF, json.dumps(listed, ensure_ascii=False, indent=1))
    return switched


def on(place: Place, name: str) -> Off:
    """Say it again. Raises PublishError where it is not off."""
    wanted = _full_names(name)
    with place.switching():
        found = next((each for each in switched_off(place) if each.name in wanted), None)
        if found is None:
            listed = ", ".join(each.name for each in switched_off(place)) or "nothing"
            raise PublishError(f"“{name}” is not switched off. Switched off: {listed}.")
        listing = _read(place.published / OFF)
        listing[found.kind].pop(found.name)
        put(place.published / OFF, json.dumps(listing, ensure_ascii=False, indent=1))
    return found


def _found(place: Place, name: str) -> tuple[str, str]:
    live = place.releases.live()
    root = place.releases.folder(live.number) if live else place.root
    files = sorted((root / "data").rglob("answers.yml"))
    for path in files:  # seconds count: only the file that has the name in it is read in earnest
        if name in path.read_text("utf-8", errors="replace"):
            full = next(iter(_full_names(name) & answer_names(path)), None)
            if full:
                return "answers", full
    topics = {path.name for path in (root / "data" / "topics").glob("*") if path.is_dir()}
    if name in topics:
        return "topics", name
    answers = {answer for path in files for answer in answer_names(path)}
    hint = closest(name, answers | topics)
    raise PublishError(f"There is no answer or topic “{name}”." + (f" Did you mean “{hint}”?" if hint else ""))


def _full_names(name: str) -> frozenset[str]:
    """What a short name may stand for: buses_fare for utter_faq/buses_fare."""
    return frozenset({name, f"utter_{name}", f"utter_faq/{name}"})


def _read(path: Path) -> dict[str, Any]:
    try:
        listed = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError:
        raise PublishError(f"{path} cannot be read. Mend it, or delete it to switch everything on.") from None
    return dict(listed) if isinstance(listed, Mapping) else {}
