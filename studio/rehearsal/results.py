"""What was played and compared last, kept beside the releases, so that pages show it and it can be accepted."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studio.publishing import snapshot
from studio.publishing.place import Place
from studio.putting import put
from studio.rehearsal.script import Script
from studio.rehearsal.verdict import Heard, Problem, Verdict

_PLAYED, _COMPARED = "played.json", "compared.json"
KEPT_SECONDS = 7 * 86400.0


@dataclass(frozen=True)
class Result:
    """A verdict, when it was given (seconds since 1970), and whether the content is still the same."""

    verdict: Verdict
    at: float
    fresh: bool


def keep(place: Place, verdicts: Iterable[Verdict], at: float, digest: str) -> None:
    """Add to what is kept; a conversation's latest result counts."""
    known = _read(place, _PLAYED)
    known |= {each.script.id: {**each.to_json(), "at": at, "digest": digest} for each in verdicts}
    _write(place, _PLAYED, known)


def results(place: Place, scripts: Sequence[Script]) -> Mapping[str, Result]:
    """The results of these conversations by id, where they are still written as they were played."""
    known = _read(place, _PLAYED)
    if not any(script.id in known for script in scripts):
        return {}
    digest = snapshot.digest(place.root)
    return {
        script.id: Result(verdict, float(known[script.id]["at"]), known[script.id]["digest"] == digest)
        for script in scripts
        if script.id in known and (verdict := _verdict(script, known[script.id])) is not None
    }


def red(place: Place) -> int:
    """How many of the conversations that were played last were red, those included that are gone since."""
    return sum(not each.get("passed", True) for each in _read(place, _PLAYED).values())


def keep_comparison(place: Place, told: Mapping[str, Any], at: float) -> None:
    """The latest comparison."""
    _write(place, _COMPARED, {**told, "at": at, "digest": snapshot.digest(place.root)})


def comparison(place: Place, now: float) -> Mapping[str, Any]:
    """The latest comparison, with `fresh` telling whether the draft is still the same; {} where there is none.

    It holds messages of residents, masked, and so goes after a week.
    """
    told = _read(place, _COMPARED)
    if told and told["at"] < now - KEPT_SECONDS:
        (place.published / _COMPARED).unlink(missing_ok=True)
        return {}
    return {**told, "fresh": told["digest"] == snapshot.digest(place.root)} if told else {}


def forget_messages(place: Place, texts: Collection[str]) -> None:
    """Take messages of residents that somebody has deleted out of the latest comparison."""
    told = _read(place, _COMPARED)
    kept = [each for each in told.get("changes", ()) if each["asked"]["text"] not in texts]
    if len(kept) < len(told.get("changes", ())):
        _write(place, _COMPARED, {**told, "changes": kept})


def _verdict(script: Script, told: Mapping[str, Any]) -> Verdict | None:
    """None where the step was changed since."""
    if told["passed"]:
        return Verdict(script)
    step = int(told.get("step") or 0)
    if step > len(script.lines) or (step and script.lines[step - 1].said != told["said"]):
        return None
    problems = tuple(Problem(each["words"], each["wanted"], each["said"]) for each in told.get("problems") or ())
    heard = told.get("heard")
    said = Heard(tuple(heard["answers"]), heard["text"], tuple(heard["buttons"]), heard["segments"]) if heard else None
    return Verdict(script, step, problems or (Problem("it was not right"),), said)


def _read(place: Place, name: str) -> dict[str, Any]:
    try:
        told = json.loads((place.published / name).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _write(place: Place, name: str, told: Mapping[str, Any]) -> None:
    place.published.mkdir(parents=True, exist_ok=True)
    put(place.published / name, json.dumps(told, ensure_ascii=False))
