"""The channels that residents text, read once from sms.yml; one without credentials is off."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.errors import SettingError
from bot.settings import Settings
from bot.sms.composing import Style
from bot.yaml12 import YAMLError, read

_NUMBER = re.compile(r"\+[1-9]\d{6,14}|\d{3,8}")
"""E.164, or a short code."""
_KNOWN = {
    *("provider", "account", "tokens", "numbers", "messaging_service"),
    *("segments_a_second", "budget", "fold", "provider_answers"),
}


@dataclass(frozen=True)
class SmsChannel:
    """One entry. `tokens` are secrets, the first for sending; `public_url` is what the provider calls and signs."""

    name: str
    account: str
    tokens: tuple[str, ...] = field(repr=False)
    numbers: tuple[str, ...]
    messaging_service: str = ""
    segments_a_second: float = 1.0
    style: Style = field(default_factory=Style)
    provider_answers: bool = True
    public_url: str = ""

    @property
    def sender(self) -> str:
        """What messages come from: the messaging service, or the first number."""
        return self.messaging_service or self.numbers[0]


@dataclass(frozen=True)
class SmsChannels:
    """The channels that are on, by name; and why the others are off."""

    on: Mapping[str, SmsChannel] = field(default_factory=dict)
    off: Mapping[str, str] = field(default_factory=dict)

    def style(self, name: str) -> Style:
        """How a channel texts; a channel that was switched off meanwhile keeps its messages until it is on again."""
        return self.on[name].style if name in self.on else Style()


def load_sms_channels(settings: Settings, environment: Mapping[str, str], more: Mapping[str, str]) -> SmsChannels:
    """All entries; `more` is how a message ends whose rest waits, by language. Raises SettingError that says where."""
    on: dict[str, SmsChannel] = {}
    off: dict[str, str] = {}
    for name, entry in _entries(settings.sms_file).items():
        where = f"{settings.sms_file}: {name}"
        values = {key: environment.get(str(entry.get(key, "")), "") for key in ("account", "messaging_service")}
        tokens = tuple(token for variable in entry["tokens"] if (token := environment.get(str(variable), "")))
        numbers = tuple(part.strip() for part in environment.get(str(entry["numbers"]), "").split(",") if part.strip())
        missing = [str(entry["account"])] * (not values["account"]) + [str(entry["tokens"][0])] * (not tokens)
        missing += [str(entry["numbers"])] * (not numbers)
        if missing:
            off[name] = f"{', '.join(missing)} not set"
            continue
        wrong = [number for number in numbers if not _NUMBER.fullmatch(number)]
        if wrong:
            raise SettingError(f"{where}: {entry['numbers']} has {wrong[0]!r}; a number looks like +13125550100.")
        if not settings.public_url:
            raise SettingError(f"{where} needs PUBLIC_URL: the provider signs the address that it calls.")
        on[name] = SmsChannel(
            name=name,
            account=values["account"],
            tokens=tokens,
            numbers=numbers,
            messaging_service=values["messaging_service"],
            segments_a_second=float(entry.get("segments_a_second", 1)),
            style=Style(int(entry.get("budget", 3)), bool(entry.get("fold", True)), more),
            provider_answers=bool(entry.get("provider_answers", True)),
            public_url=settings.public_url.rstrip("/"),
        )
    return SmsChannels(on, off)


def credential_names(settings: Settings) -> dict[str, dict[str, tuple[str, ...]]]:
    """For each entry, the names of the variables that hold its account, tokens, numbers and messaging service."""
    return {
        name: {
            "account": (str(entry["account"]),),
            "tokens": tuple(map(str, entry["tokens"])),
            "numbers": (str(entry["numbers"]),),
            "messaging_service": (str(entry["messaging_service"]),) if "messaging_service" in entry else (),
        }
        for name, entry in _entries(settings.sms_file).items()
    }


def _entries(path: Path) -> dict[str, Mapping[str, Any]]:
    """What stands in the file, checked; {} where there is none. Raises SettingError."""
    if not path.exists():
        return {}
    try:
        raw = read(path) or {}
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise SettingError(f"{path} cannot be read: {' '.join(str(error).split())}") from None
    if not isinstance(raw, dict) or not all(isinstance(entry, dict) for entry in raw.values()):
        raise SettingError(f"{path} must be a list of `name:` entries.")
    for name, entry in raw.items():
        _check(f"{path}: {name}", str(name), entry)
    return {str(name): entry for name, entry in raw.items()}


def _check(where: str, name: str, entry: Mapping[str, Any]) -> None:
    if not re.fullmatch(r"[a-z0-9_-]{1,40}", name):
        raise SettingError(f"{where}: a name has small letters, digits, - and _ only; it stands in an address.")
    if entry.get("provider") != "twilio":
        raise SettingError(f"{where} has the provider {entry.get('provider')!r}; the one we know is twilio.")
    unknown = sorted(set(map(str, entry)) - _KNOWN)
    if unknown:
        raise SettingError(f"{where} has a line {unknown[0]!r} that nobody reads. Known: {', '.join(sorted(_KNOWN))}.")
    for key in ("account", "numbers"):
        if not isinstance(entry.get(key), str):
            raise SettingError(f"{where} needs `{key}:`, the name of an environment variable.")
    if not isinstance(entry.get("tokens"), list) or not entry["tokens"]:
        raise SettingError(f"{where} needs `tokens:`, a list of names of environment variables.")
    for key, least, most in (("segments_a_second", 0.01, 1000), ("budget", 1, 10)):
        value = entry.get(key, 1)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise SettingError(f"{where} has {key} {value!r}; it is a number from {least} to {most}.")
