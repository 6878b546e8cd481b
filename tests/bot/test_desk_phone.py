"""The simulated phone starts on a desk and nowhere else."""

from pathlib import Path

import pytest

from bot.operations import content, programs
from bot.operations.desk_phone import simulated_twilio
from bot.settings import ROOT, Settings
from bot.sms.channels import load_sms_channels

REAL = "AC" + "1" * 32


def started(environment: dict[str, str]) -> tuple[Settings, dict[str, str], list[str]]:
    """The settings and environment that children get, and which of them are started."""
    settings = Settings.from_env(environment)
    child = programs.child_environment(settings, environment, ROOT, content.city(settings.city_file))
    return settings, child, [program.name for program in programs.app_programs(settings, child)]


def test_on_a_desk_the_phone_starts_before_the_gateway_and_the_channel_is_on() -> None:
    settings, child, names = started({})
    assert names[-2:] == ["phone", "gateway"]
    assert "phone" in [place.name for place in programs.places(settings, {})]
    channel = load_sms_channels(Settings.from_env(child), child, {}).on["city"]
    assert channel.public_url == "http://127.0.0.1:8080"
    assert simulated_twilio(settings, {})["TWILIO_AUTH_TOKEN"] != child["TWILIO_AUTH_TOKEN"], "a new one each time"


@pytest.mark.parametrize(
    "environment",
    [
        {"TWILIO_ACCOUNT_SID": REAL},
        {"TWILIO_AUTH_TOKEN": "real"},
        {"TWILIO_AUTH_TOKEN_NEXT": "real"},
        {"TWILIO_NUMBERS": "+13125550123"},
        {"TWILIO_MESSAGING_SERVICE": "MG1"},
        {"TWILIO_API_URL": "https://api.twilio.com"},
        {"TWILIO_API_URL": "http://127.0.0.1:8095", "TWILIO_ACCOUNT_SID": REAL},
        {"PUBLIC_URL": "https://chat.example.gov"},
        {"PUBLIC_URL": "http://127.0.0.1.example.gov"},
        {"ASSISTANT_HOST": "0.0.0.0"},
        {"PHONE_PORT": "0"},
    ],
)
def test_it_never_starts_where_somebody_real_could_be_meant(environment: dict[str, str]) -> None:
    settings, child, names = started(environment)
    assert "phone" not in names and simulated_twilio(settings, environment) == {}
    assert "phone" not in [place.name for place in programs.places(settings, environment)]
    assert child.get("TWILIO_ACCOUNT_SID") == environment.get("TWILIO_ACCOUNT_SID")


def test_credentials_under_other_names_count_too(tmp_path: Path) -> None:
    file = tmp_path / "sms.yml"
    file.write_text("parks: {provider: twilio, account: PARKS_SID, tokens: [PARKS_TOKEN], numbers: PARKS_NUMBER}")
    assert "phone" not in started({"SMS_FILE": str(file), "PARKS_SID": REAL})[2]
    _, child, names = started({"SMS_FILE": str(file)})
    assert "phone" in names and child["PARKS_NUMBER"] and "TWILIO_NUMBERS" not in child
