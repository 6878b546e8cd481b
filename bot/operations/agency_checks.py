"""`assistant doctor` on the agencies: can each be reached, and what came of the calls so far."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from bot.agencies import Agency, load_agencies
from bot.errors import AssistantError
from bot.operations.finding import Finding
from bot.settings import Settings

_WORDS = {"down": "did not answer", "slow": "took too long", "nonsense": "gave no sensible answer", "paused": "spared"}


def examine_agencies(settings: Settings, environment: Mapping[str, str]) -> Iterator[Finding]:
    """One finding an agency; a mistake in agencies.yml is one finding."""
    try:
        agencies = load_agencies(settings, environment)
    except AssistantError as error:
        yield Finding("mend", str(error))
        return
    called = {record["name"]: record for record in _records(settings.actions_url)}
    for agency in agencies:
        yield _reached(agency)
        record = called.get(agency.name)
        if record:
            yield _calls(agency, record)


def _reached(agency: Agency) -> Finding:
    """Any answer but a server's failure will do: what is right to ask differs from kind to kind."""
    name = f"Agency {agency.name} ({agency.kind})"
    if agency.url.startswith("file:") or "{" in agency.url:
        return Finding("note", f"{name} is read from {agency.url}.")
    try:
        with urlopen(agency.url, timeout=5):  # noqa: S310 (an address of our own configuration)
            return Finding("ok", f"{name} answers.")
    except HTTPError as error:
        if error.code < 500:
            return Finding("ok", f"{name} answers.")
        return Finding("mend", f"{name} fails (it answered {error.code} at {agency.url}): ask who runs it.")
    except (URLError, OSError, ValueError):
        if agency.embedded:
            return Finding("note", f"{name} does not run; `make run` starts it.")
        return Finding("mend", f"{name} does not answer at {agency.url}: ask who runs it, or mend agencies.yml.")


def _calls(agency: Agency, record: Mapping[str, Any]) -> Finding:
    outcomes, last = dict(record["outcomes"]), record["last_failure"]
    answered = outcomes.pop("answered", 0)
    told = [
        f"{count} times it {_WORDS.get(what, what)}" for what, count in sorted(outcomes.items()) if what != "paused"
    ]
    words = f"Agency {agency.name} answered {answered} calls" + (f"; {', '.join(told)}" if told else "")
    if not record["failing"]:
        return Finding("note" if told else "ok", f"{words}.")
    return Finding("mend", f"{words}; it fails just now (last seen {last['at']}).")


def _records(actions_url: str) -> list[dict[str, Any]]:
    """What the action server counted; nothing where it does not run."""
    try:
        with urlopen(actions_url.removesuffix("/webhook") + "/agencies", timeout=5) as answer:  # noqa: S310 (our own)
            found: list[dict[str, Any]] = json.load(answer)
            return found
    except (OSError, ValueError):
        return []
