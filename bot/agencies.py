"""The agencies the assistant talks to, read once from agencies.yml: a wrong entry stops the start and says which."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from bot.errors import SettingError
from bot.settings import Settings
from bot.yaml12 import YAMLError, read

KINDS = ("open311", "hsds", "ics", "participation", "appointments")
DEFAULT_SECONDS = 4.0
"""Together with the rest of a turn this keeps the promise of a sentence within 5 seconds."""
_OURS = frozenset({"kind", "url", "key", "timeout", "jurisdiction"})


@dataclass(frozen=True)
class Agency:
    """One entry. `key` is the API key itself ("" for none), `timeout` in seconds, `options` what only its kind knows.

    `embedded` tells that it is the small server that comes along.
    """

    name: str
    kind: str
    url: str
    key: str = field(default="", repr=False)
    timeout: float = DEFAULT_SECONDS
    jurisdiction: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    embedded: bool = False


def load_agencies(settings: Settings, environment: Mapping[str, str]) -> tuple[Agency, ...]:
    """All entries in the file's order. Raises SettingError that names the file, the entry and the remedy."""
    path = settings.agencies_file
    try:
        raw = read(path) or {}
    except OSError as error:
        raise SettingError(f"{path} cannot be opened ({error.strerror}). Restore it or set AGENCIES_FILE.") from None
    except (UnicodeDecodeError, YAMLError) as error:
        raise SettingError(f"{path} cannot be read: {' '.join(str(error).split())}") from None
    if not isinstance(raw, dict):
        raise SettingError(f"{path} must be a list of `name:` entries, each with `kind:` and `url:`.")
    found = tuple(_read(f"{path}: {name}", str(name), entry, settings, environment) for name, entry in raw.items())
    if not any(agency.kind == "open311" for agency in found):
        raise SettingError(f"{path} names no agency of the kind open311, and reports need one. Restore that entry.")
    return _with_address(found, environment.get("AGENCY_URL", ""))


def _read(where: str, name: str, entry: Any, settings: Settings, environment: Mapping[str, str]) -> Agency:
    if not isinstance(entry, dict):
        raise SettingError(f"{where} needs lines for `kind:` and `url:`.")
    kind, url, seconds = entry.get("kind"), str(entry.get("url") or ""), entry.get("timeout", DEFAULT_SECONDS)
    if kind not in KINDS:
        raise SettingError(f"{where} has the kind {kind!r}, but a kind is one of {', '.join(KINDS)}.")
    embedded = url.startswith("/")
    address = f"http://127.0.0.1:{settings.agency_port}{url}" if embedded else url
    if urlsplit(address).scheme not in ("http", "https", "file") or not (urlsplit(address).netloc or "file:" in url):
        raise SettingError(f"{where} has the url {url!r}, but it begins with https://, or with / for our own server.")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds <= 30:
        raise SettingError(f"{where} has the timeout {seconds!r}, but it is a number of seconds up to 30.")
    variable = str(entry.get("key") or "")
    return Agency(
        name=name,
        kind=kind,
        url=address,
        key=environment.get(variable, "") if variable else "",
        timeout=float(seconds),
        jurisdiction=str(entry.get("jurisdiction") or ""),
        options={key: value for key, value in entry.items() if key not in _OURS},
        embedded=embedded,
    )


def _with_address(agencies: tuple[Agency, ...], url: str) -> tuple[Agency, ...]:
    """AGENCY_URL moves the first Open311 agency elsewhere, without a change of the file."""
    first = next((agency for agency in agencies if agency.kind == "open311"), None)
    if not url or first is None:
        return agencies
    moved = Agency(first.name, first.kind, url, first.key, first.timeout, first.jurisdiction, first.options)
    return tuple(moved if agency is first else agency for agency in agencies)
