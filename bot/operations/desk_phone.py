"""Whether the simulated phone may be started, and what the assistant is then told instead of a real account."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from bot.ids import new_secret
from bot.settings import LOOPBACK, Settings
from bot.sms.channels import credential_names

ACCOUNT = "AC" + "5" * 32
"""The simulated account; a real one is never all fives."""
CITY_NUMBER = "+13125550100"


def phone_address(settings: Settings) -> str:
    """Where the simulated phone is, if it runs; the simulated Twilio has the same address."""
    return f"http://127.0.0.1:{settings.phone_port}"


def simulated_twilio(settings: Settings, environment: Mapping[str, str]) -> dict[str, str]:
    """Credentials for a simulated Twilio under the names of sms.yml; {} where anybody real could be meant.

    That is: any real credential is set, another address of Twilio's API is, the assistant is reached from elsewhere,
    no text channel is described, or PHONE_PORT is 0.
    """
    channels = credential_names(settings)
    names = {name for entry in channels.values() for kind in entry.values() for name in kind} | {"TWILIO_API_URL"}
    here = urlsplit(settings.public_url).hostname in (None, *LOOPBACK) and settings.host in LOOPBACK
    if not channels or not here or not settings.phone_port or any(environment.get(name) for name in names):
        return {}
    first = next(iter(channels.values()))
    values = {"account": ACCOUNT, "tokens": new_secret(), "numbers": CITY_NUMBER}
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return {
        **{first[kind][0]: value for kind, value in values.items()},
        "TWILIO_API_URL": phone_address(settings),
        "PUBLIC_URL": settings.public_url or f"http://{host}:{settings.port}",
        "PHONE_PORT": str(settings.phone_port),
    }


def texts_are_simulated(settings: Settings, environment: Mapping[str, str]) -> bool:
    """Whether a process with this environment texts the simulated phone."""
    return environment.get("TWILIO_API_URL") == phone_address(settings) and ACCOUNT in environment.values()
