"""Which processes make up a running assistant, and how each is started."""

import errno
import os
import socket
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bot.agencies import load_agencies
from bot.city import City
from bot.errors import AssistantError
from bot.operations.desk_phone import phone_address, simulated_twilio, texts_are_simulated
from bot.operations.supervisor import Program
from bot.settings import LOOPBACK, Settings

# One machine runs it all: no process may take every core, and nothing phones home.
_QUIET_RASA = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
}


class PortTaken(AssistantError):
    """Another program listens where one of ours should."""


class FolderUnusable(AssistantError):
    """The data folder is read-only or belongs to somebody else."""


@dataclass(frozen=True)
class Place:
    """Where a program listens, and the setting that moves it ("{port}" stands for another one)."""

    name: str
    host: str
    port: int
    setting: str


def child_environment(settings: Settings, environment: Mapping[str, str], root: Path, city: City) -> dict[str, str]:
    """What every child is told: the settings that parts must agree on are written out, defaults included."""
    base = {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}
    base |= simulated_twilio(settings, environment)
    return base | {
        "PYTHONPATH": str(root),
        "PYTHONUNBUFFERED": "1",
        "ASSISTANT_DATA": str(settings.data_dir),
        "CITY_FILE": str(settings.city_file),
        "RASA_URL": settings.rasa_url,
        "WORKER_NAME": settings.worker_name or f"{socket.gethostname()}-gateway",  # the next one takes over at once
        "ACTIONS_URL": _with_path(settings.actions_url, "/webhook"),
        "ACTIONS_PORT": str(_port(settings.actions_url)),
        "AGENCIES_FILE": str(settings.agencies_file),
        "AGENCY_PORT": str(settings.agency_port),
        "AGENCY_API_KEYS": environment.get("AGENCY_API_KEYS") or environment.get("AGENCY_API_KEY", ""),
        "AGENCY_DATA": environment.get("AGENCY_DATA") or str(settings.data_dir / "agency.db"),
        "AGENCY_JURISDICTION": environment.get("AGENCY_JURISDICTION") or str(city.raw.get("jurisdiction", "")),
        "AGENCY_TIME_ZONE": environment.get("AGENCY_TIME_ZONE") or str(city.time_zone),
        "TRACKER_STORE_URL": environment.get("TRACKER_STORE_URL") or f"sqlite:///{settings.data_dir / 'trackers.db'}",
    }


def rasa_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """What Rasa's process is told on top, for serving and for training."""
    return {**environment, **_QUIET_RASA}


def rasa_is_here(settings: Settings) -> bool:
    """Whether Rasa runs on this machine, and so is ours to start."""
    return len(settings.rasa_urls) == 1 and urlsplit(settings.rasa_url).hostname in LOOPBACK


def rasa_program(settings: Settings, environment: Mapping[str, str], root: Path) -> Program:
    """The language side, on its own Python, with the model in models/."""
    at = urlsplit(settings.rasa_url)
    where = ("--interface", at.hostname or "127.0.0.1", "--port", str(_port(settings.rasa_url)))
    command = (str(root / "nlu/.venv/bin/python"), "-W", "ignore", "-m", "nlu", "serve", *where)
    health = f"{settings.rasa_url.rstrip('/')}/webhooks/assistant/"
    return Program("rasa", command, health, rasa_environment(environment))


def app_programs(settings: Settings, environment: Mapping[str, str]) -> list[Program]:
    """All but Rasa; our own agency server where agencies.yml uses it, the simulated phone where it may be."""
    actions, found = urlsplit(settings.actions_url), []
    if agency_is_here(settings, environment):
        health = f"http://127.0.0.1:{settings.agency_port}/healthz"
        found.append(Program("agency", (sys.executable, "-m", "agency", "serve"), health, environment))
    if actions.hostname in LOOPBACK:
        health = f"{actions.scheme}://{actions.netloc}/health"
        found.append(Program("actions", (sys.executable, "-m", "actions"), health, environment))
    if settings.studio_port:
        command = (sys.executable, "-m", "studio", "studio", "serve")
        found.append(Program("studio", command, studio_health(settings), environment))
    if texts_are_simulated(settings, environment):
        health = f"{phone_address(settings)}/healthz"
        found.append(Program("phone", (sys.executable, "-m", "phone"), health, environment))
    health = f"http://{_reachable(settings.host)}:{settings.port}/healthz"
    found.append(Program("gateway", (sys.executable, "-m", "channels.gateway"), health, environment, stops_first=True))
    return found


def agency_is_here(settings: Settings, environment: Mapping[str, str]) -> bool:
    """Whether any agency of agencies.yml is the small server that comes along."""
    return any(agency.embedded for agency in load_agencies(settings, environment))


def studio_health(settings: Settings) -> str:
    """What answers 200 when the content team's studio is there."""
    return f"http://{_reachable(settings.studio_host)}:{settings.studio_port}/healthz"


def places(settings: Settings, environment: Mapping[str, str]) -> list[Place]:
    """Every port that a start on this machine needs."""
    found = [Place("gateway", settings.host, settings.port, "ASSISTANT_PORT={port}")]
    for name, setting, url in (
        ("rasa", "RASA_URL", settings.rasa_url if rasa_is_here(settings) else ""),
        ("actions", "ACTIONS_URL", settings.actions_url),
    ):
        at = urlsplit(url)
        if at.hostname in LOOPBACK:
            moved = at._replace(netloc=f"{at.hostname}:{{port}}").geturl()
            found.append(Place(name, str(at.hostname), _port(url), f"{setting}={moved}"))
    if agency_is_here(settings, environment):
        found.append(Place("agency", "127.0.0.1", settings.agency_port, "AGENCY_PORT={port}"))
    if simulated_twilio(settings, environment):
        found.append(Place("phone", "127.0.0.1", settings.phone_port, "PHONE_PORT={port}"))
    if settings.studio_port:
        found.append(Place("studio", settings.studio_host, settings.studio_port, "STUDIO_PORT={port}"))
    return found


def check_folder(data_dir: Path) -> None:
    """Raises FolderUnusable where the assistant cannot write what it keeps."""
    folder = next(path for path in (data_dir, *data_dir.absolute().parents) if path.exists())
    kept = (data_dir / name for name in ("log", "run.lock", "assistant.db", "trackers.db", "agency.db"))
    for path in (folder, *kept):
        if path.exists() and not os.access(path, os.W_OK):
            raise FolderUnusable(
                f"{path} cannot be written. Make it writable for the user who runs the assistant, or choose another "
                "folder with ASSISTANT_DATA."
            )


def check_ports(needed: Iterable[Place]) -> None:
    """Raises PortTaken with one sentence for each port that another program holds."""
    taken = [
        f"Port {place.port} ({place.name}) is taken by another program: stop that one, or choose another port with "
        f"{place.setting.format(port=place.port + 1)} before the command."
        for place in needed
        if not is_free(place.host, place.port)
    ]
    if taken:
        raise PortTaken("\n".join(taken))


def is_free(host: str, port: int) -> bool:
    """Whether we could listen there now. Raises PortTaken where the address is not one of this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise PortTaken(f"{host}:{port} cannot be listened on: {error.strerror}.") from None
    return True


def page_address(settings: Settings) -> str:
    """Where a resident finds the page."""
    return settings.public_url or f"http://{_reachable(settings.host)}:{settings.port}"


def _with_path(url: str, path: str) -> str:
    """The address as given, or with `path` where only host and port were."""
    at = urlsplit(url)
    return url if at.path.strip("/") else at._replace(path=path).geturl()


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104 (compared, not bound)


def _port(url: str) -> int:
    at = urlsplit(url)
    return at.port or (443 if at.scheme == "https" else 80)
