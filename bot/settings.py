"""All settings: one frozen object, read once from the environment; a wrong value stops the start."""

import os
import socket
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.errors import SettingError

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _setting(env: str, default: Any, sentence: str, *, secret: bool = False) -> Any:
    return field(default=default, metadata={"env": env, "sentence": sentence, "secret": secret})


@dataclass(frozen=True)
class Settings:
    """What a process of the assistant may be told from outside. Times are in seconds."""

    host: str = _setting("ASSISTANT_HOST", "127.0.0.1", "Address the gateway listens on.")
    port: int = _setting("ASSISTANT_PORT", 8080, "Port of the gateway, the only public process.")
    public_url: str = _setting(
        "PUBLIC_URL", "", "Address residents use, such as https://chat.example.gov; empty: same as host and port."
    )
    data_dir: Path = _setting("ASSISTANT_DATA", ROOT / "var", "Folder for databases, logs and generated secrets.")
    city_file: Path = _setting("CITY_FILE", ROOT / "city.yml", "The city profile.")
    published: str = _setting(
        "PUBLISHED_DIR",
        "",
        "Folder of the published releases, shared by all Rasa servers; empty: `published` in the data folder.",
    )
    keep_releases: int = _setting("KEEP_RELEASES", 10, "How many of the latest releases are kept to go back to.")
    secret: str = _setting(
        "ASSISTANT_SECRET",
        "",
        "Key for hashed sender ids and follow codes; keep it for the life of the installation.",
        secret=True,
    )
    database_url: str = _setting(
        "DATABASE_URL",
        "",
        "Where the store is, such as postgresql://name:password@host/database; empty: SQLite in the data folder.",
        secret=True,
    )
    redis_url: str = _setting(
        "REDIS_URL",
        "",
        "Redis that several processes share for wake-ups, rate limits and Rasa's locks, such as redis://host:6379/0.",
        secret=True,
    )
    web_channels: tuple[str, ...] = _setting(
        "WEB_CHANNELS", ("city",), "Names of the web chat channels, separated by commas."
    )
    web_origins: tuple[str, ...] = _setting(
        "WEB_ORIGINS", (), "Other sites whose pages may use the web chat, such as https://www.example.gov."
    )
    trusted_proxies: tuple[str, ...] = _setting(
        "TRUSTED_PROXIES", (), "Addresses of reverse proxies whose X-Forwarded-For is believed."
    )
    session_limit: str = _setting("SESSION_LIMIT", "600/hour", "New web conversations allowed for one address.")
    message_limit: str = _setting("MESSAGE_LIMIT", "600/minute", "Messages allowed in one conversation.")
    read_limit: str = _setting("READ_LIMIT", "1800/minute", "Polls and event streams allowed in one conversation.")
    handover_limit: str = _setting(
        "HANDOVER_LIMIT", "20/hour", "Codes for going on by text that one conversation may ask for."
    )
    page_limit: str = _setting("PAGE_LIMIT", "600/minute", "Pages and files allowed for one address.")
    metrics_token: str = _setting(
        "METRICS_TOKEN", "", "Bearer token for /metrics; empty: only this machine may read it.", secret=True
    )
    agency_events_token: str = _setting(
        "AGENCY_EVENTS_TOKEN",
        "",
        "Bearer token with which an agency's system says that a request changed; empty: that address is off.",
        secret=True,
    )
    rasa_url: str = _setting(
        "RASA_URL", "http://127.0.0.1:5005", "Address of the Rasa server; several are separated by commas."
    )
    rasa_secret: str = _setting("RASA_SECRET", "", "Bearer secret of Rasa's input channel.", secret=True)
    rasa_timeout: float = _setting("RASA_TIMEOUT", 15.0, "Longest wait for one answer of Rasa.")
    actions_url: str = _setting("ACTIONS_URL", "http://127.0.0.1:5055/webhook", "Address of the action server.")
    agencies_file: Path = _setting("AGENCIES_FILE", ROOT / "agencies.yml", "The agencies: who is asked, and where.")
    agency_port: int = _setting("AGENCY_PORT", 8090, "Port of the small agency server that comes along.")
    twilio_api: str = _setting("TWILIO_API_URL", "https://api.twilio.com", "Address of Twilio's API.")
    phone_port: int = _setting(
        "PHONE_PORT",
        8095,
        "Port of the simulated phone, which starts only where nobody else can be texted; 0: never.",
    )
    studio_host: str = _setting("STUDIO_HOST", "127.0.0.1", "Address the content team's studio listens on.")
    studio_port: int = _setting("STUDIO_PORT", 8085, "Port of the studio; 0: it does not start.")
    studio_url: str = _setting(
        "STUDIO_URL",
        "",
        "Address staff use for the studio, such as https://studio.example.gov; empty: this machine only.",
    )
    studio_limit: str = _setting("STUDIO_LIMIT", "1200/minute", "Pages of the studio allowed for one address.")
    studio_idle_hours: float = _setting(
        "STUDIO_IDLE_HOURS", 4.0, "Hours without a click after which somebody is signed out of the studio."
    )
    studio_session_hours: float = _setting(
        "STUDIO_SESSION_HOURS", 12.0, "Hours after which somebody has to sign in to the studio again in any case."
    )
    oidc_issuer: str = _setting(
        "OIDC_ISSUER",
        "",
        "The city's own sign-in (OpenID Connect) for the studio, such as https://login.example.gov; empty: passwords.",
    )
    oidc_client_id: str = _setting("OIDC_CLIENT_ID", "", "The studio's name at that sign-in.")
    oidc_client_secret: str = _setting("OIDC_CLIENT_SECRET", "", "The studio's secret at that sign-in.", secret=True)
    studio_passwords: bool = _setting(
        "STUDIO_PASSWORDS", True, "Whether passwords open the studio; false: only the city's own sign-in does."
    )
    webhook_limit: str = _setting("WEBHOOK_LIMIT", "12000/minute", "Webhooks allowed for one address.")
    sms_file: Path = _setting("SMS_FILE", ROOT / "sms.yml", "The numbers that residents text.")
    gateway_runs_worker: bool = _setting(
        "GATEWAY_RUNS_WORKER", True, "Whether the gateway also runs turns; false when workers run on their own."
    )
    worker_name: str = _setting(
        "WORKER_NAME",
        "",
        "Name of this worker, another one for each process; at its start it frees at once what the same name held. "
        "Empty: host name and process number.",
    )
    retention_days: float = _setting(
        "RETENTION_DAYS", 30.0, "Days of silence after which a conversation is ended and cleared."
    )
    heard_days: float = _setting(
        "HEARD_DAYS",
        90.0,
        "Days that masked messages which were not understood are kept for the content team; 0: none are.",
    )
    turns_at_once: int = _setting("TURNS_AT_ONCE", 16, "Turns one worker runs at the same time.")
    lane_seconds: float = _setting(
        "LANE_SECONDS",
        15.0,
        "How long a worker owns a conversation without renewing; a dead worker's turn is taken over after this.",
    )
    slow_seconds: float = _setting(
        "SLOW_SECONDS", 2.0, "After this long without an answer the person is told that it takes longer."
    )
    log_level: str = _setting("LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR.")

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Read all settings. Raises SettingError with every wrong value in one message."""
        env = os.environ if env is None else env
        values: dict[str, Any] = {}
        wrong: list[str] = []
        for item in fields(cls):
            name, text = item.metadata["env"], env.get(item.metadata["env"], "")
            if text == "":
                continue
            try:
                values[item.name] = _parse(text, item.default)
            except ValueError as error:
                wrong.append(f"{name} is {text!r}, but {error}.")
        settings = cls(**values)
        wrong += settings._contradictions()
        if wrong:
            raise SettingError(" ".join(wrong))
        return settings

    def _contradictions(self) -> list[str]:
        wrong = []
        for name, port in (
            ("ASSISTANT_PORT", self.port),
            ("AGENCY_PORT", self.agency_port),
            ("PHONE_PORT", self.phone_port),
            ("STUDIO_PORT", self.studio_port),
        ):
            if not 0 <= port <= 65535:
                wrong.append(f"{name} is {port}, but a port is a number from 0 to 65535.")
        if self.log_level not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            wrong.append(f"LOG_LEVEL is {self.log_level!r}, but it is one of DEBUG, INFO, WARNING, ERROR.")
        if self.turns_at_once < 1:
            wrong.append("TURNS_AT_ONCE must be 1 or more.")
        if self.keep_releases < 1:
            wrong.append("KEEP_RELEASES must be 1 or more: without it nobody could go back.")
        for name, positive in (
            ("LANE_SECONDS", self.lane_seconds),
            ("RASA_TIMEOUT", self.rasa_timeout),
            ("STUDIO_IDLE_HOURS", self.studio_idle_hours),
            ("STUDIO_SESSION_HOURS", self.studio_session_hours),
        ):
            if positive <= 0:
                wrong.append(f"{name} must be more than 0.")
        return [*wrong, *self._studio_contradictions()]

    def _studio_contradictions(self) -> Iterator[str]:
        if self.studio_url and not _is_website(self.studio_url):
            yield f"STUDIO_URL is {self.studio_url!r}, but an address looks like https://studio.example.gov."
        if self.studio_host not in LOOPBACK and not self.studio_url:
            yield "STUDIO_URL must say which address staff use, since STUDIO_HOST is open to other machines."
        issuer = urlsplit(self.oidc_issuer)
        if self.oidc_issuer and not (issuer.scheme == "https" or issuer.hostname in LOOPBACK):
            yield f"OIDC_ISSUER is {self.oidc_issuer!r}, but it must begin with https://."
        if self.oidc_issuer and not self.oidc_client_id:
            yield "OIDC_ISSUER needs OIDC_CLIENT_ID: the name under which that sign-in knows the studio."
        if not self.studio_passwords and not self.oidc_issuer:
            yield "STUDIO_PASSWORDS is false, but there is no OIDC_ISSUER: nobody could sign in."

    @property
    def worker(self) -> str:
        """This process's name among the workers."""
        return self.worker_name or f"{socket.gethostname()}-{os.getpid()}"

    @property
    def rasa_urls(self) -> tuple[str, ...]:
        """The Rasa servers, without a slash at the end."""
        return tuple(url.strip().rstrip("/") for url in self.rasa_url.split(",") if url.strip())

    @property
    def published_dir(self) -> Path:
        """Where the releases are."""
        return Path(self.published).resolve() if self.published else self.data_dir / "published"

    @property
    def studio_address(self) -> str:
        """Where staff find the studio, without a slash at the end."""
        host = f"[{self.studio_host}]" if ":" in self.studio_host else self.studio_host
        return self.studio_url.rstrip("/") or f"http://{host}:{self.studio_port}"

    @property
    def store_url(self) -> str:
        """The store's SQLAlchemy URL."""
        return self.database_url or f"sqlite:///{self.data_dir / 'assistant.db'}"


def _is_website(url: str) -> bool:
    at = urlsplit(url)
    return at.scheme in ("http", "https") and bool(at.netloc) and not at.path.strip("/")


def _parse(text: str, default: Any) -> Any:
    if default is MISSING or isinstance(default, str):
        return text
    if isinstance(default, bool):
        if text.lower() in ("1", "true", "yes", "on"):
            return True
        if text.lower() in ("0", "false", "no", "off"):
            return False
        raise ValueError("it is true or false")
    if isinstance(default, int):
        return _number(int, text, "it is a whole number")
    if isinstance(default, float):
        return _number(float, text, "it is a number of seconds")
    if isinstance(default, Path):
        return Path(text).resolve()
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _number(kind: type[int] | type[float], text: str, reason: str) -> int | float:
    try:
        return kind(text)
    except ValueError:
        raise ValueError(reason) from None
