"""The agency server's settings: read once from the environment, each with a default."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_HERE = Path(__file__).parent
_SEED = _HERE / "georeport" / "seed"
_ZONES = _HERE / "calendars" / "seed" / "zones.yml"
_ZONE = ZoneInfo("America/Chicago")


class SettingsError(ValueError):
    """A setting has a value that cannot be used; the text says which and why."""


@dataclass(frozen=True)
class Settings:
    """What the server needs to know.

    `api_keys`: who may submit; without any, nobody can. `staff_password`: without one the staff page is off.
    `batch_seconds`: how long a batch service takes to turn a token into a request. `time_zone`: for staff;
    the API always speaks UTC. `zones`: who is collected when; `holidays`: the city profile that names them.
    `hold_seconds`: how long a time is held for somebody who has not confirmed it. `directory`: the folder with the
    files of the service directory.
    """

    host: str = "127.0.0.1"
    port: int = 8090
    data: Path = Path("var/agency.db")
    jurisdiction: str = "brightwater.example"
    api_keys: frozenset[str] = frozenset()
    staff_password: str | None = None
    batch_seconds: float = 2.0
    time_zone: ZoneInfo = _ZONE
    services: Path = _SEED / "services.yml"
    examples: Path = _SEED / "requests.yml"
    zones: Path = _ZONES
    holidays: Path = Path("city.yml")
    appointments: Path = _HERE / "appointments" / "seed" / "appointments.yml"
    hold_seconds: int = 600
    directory: Path = _HERE / "directory" / "seed"
    participation: Path = _HERE / "participation" / "seed" / "participation.yml"

    @property
    def participation_data(self) -> Path:
        """The database of comments and votes."""
        return self.data.with_name("participation.db")


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read AGENCY_HOST, AGENCY_PORT and so on; raise SettingsError naming what is wrong."""

    def value(name: str, default: object) -> str:
        return environment.get(f"AGENCY_{name}", "").strip() or str(default)

    normal = Settings()
    keys = environment.get("AGENCY_API_KEYS", "")
    return Settings(
        host=value("HOST", normal.host),
        port=read_port("AGENCY_PORT", value("PORT", normal.port)),
        data=Path(value("DATA", normal.data)),
        jurisdiction=value("JURISDICTION", normal.jurisdiction),
        api_keys=frozenset(key.strip() for key in keys.split(",") if key.strip()),
        staff_password=environment.get("AGENCY_STAFF_PASSWORD") or None,
        batch_seconds=_seconds("AGENCY_BATCH_SECONDS", value("BATCH_SECONDS", normal.batch_seconds)),
        time_zone=_zone("AGENCY_TIME_ZONE", value("TIME_ZONE", normal.time_zone)),
        services=Path(value("SERVICES", normal.services)),
        examples=Path(value("EXAMPLES", normal.examples)),
        zones=Path(value("ZONES", normal.zones)),
        holidays=Path(environment.get("CITY_FILE", "").strip() or normal.holidays),
        directory=Path(value("DIRECTORY", normal.directory)),
        participation=Path(value("PARTICIPATION", normal.participation)),
        appointments=Path(value("APPOINTMENTS", normal.appointments)),
        hold_seconds=int(_seconds("AGENCY_HOLD_SECONDS", value("HOLD_SECONDS", normal.hold_seconds))),
    )


def read_port(name: str, text: str) -> int:
    """Return a port number from 0 (any free one) to 65535."""
    if not (text.isascii() and text.isdecimal() and int(text) <= 65535):
        raise SettingsError(f"{name} must be a port from 0 to 65535, not {text!r}.")
    return int(text)


def _seconds(name: str, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= 86_400:
        raise SettingsError(f"{name} must be a number of seconds from 0 to 86400, not {text!r}.")
    return seconds


def _zone(name: str, text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise SettingsError(f"{name} must be a time zone like America/Chicago, not {text!r}.") from error
