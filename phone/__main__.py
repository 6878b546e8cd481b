"""`python -m phone`: the simulated phones, on this machine only and never beside a real Twilio account."""

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from bot.errors import AssistantError, SettingError
from bot.settings import ROOT, Settings
from bot.sms.channels import load_sms_channels
from bot.sms.optout import load_optout
from phone.desk import Desk
from phone.server import build
from phone.twilio import SimulatedTwilio

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PICTURE = Path(__file__).parent / "static/pothole.png"


def desk(settings: Settings) -> Desk:
    """The phones for the first text channel that is on. Raises SettingError where texts could go to real people."""
    if {urlsplit(settings.twilio_api).hostname, urlsplit(settings.public_url).hostname} - {*LOOPBACK}:
        raise SettingError("The simulated phone is for this machine only; `make run` starts it where it may be.")
    channels = load_sms_channels(settings, os.environ, {}).on
    if not channels:
        raise SettingError("No text channel is on; `make run` starts the simulated phone with all it needs.")
    channel = next(iter(channels.values()))
    twilio = SimulatedTwilio(channel.account, channel.tokens[0])
    twilio.webhook = f"{channel.public_url}/v1/sms/{channel.name}/inbound"
    picture = twilio.keep(settings.twilio_api, PICTURE.read_bytes())
    optout = load_optout(ROOT / "data" / "optout.yml")
    return Desk(twilio, optout, channel.numbers[0], picture, channel.provider_answers)


def main() -> int:
    """Serve until stopped; 2 where it cannot start (one sentence says why)."""
    try:
        settings = Settings.from_env()
        app = build(desk(settings))
    except AssistantError as error:
        print(error, file=sys.stderr)
        return 2
    web.run_app(app, host="127.0.0.1", port=settings.phone_port, print=None, access_log=None)
    return 0


if __name__ == "__main__":
    sys.exit(main())
