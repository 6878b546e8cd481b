"""What we post and read is what Twilio's own description of its API says."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.sms.channels import SmsChannel
from bot.sms.provider import Text
from channels.sms.twilio import form
from phone.twilio import MIXED_UP_LIFE, NORMAL_LIFE, Sent, shown
from tests.fakes.texting import ACCOUNT, CITY, RESIDENT, Texting

API = Path(__file__).parents[3] / ".." / "shared" / "data" / "twilio" / "twilio_api_v2010.json"
MESSAGES = "/2010-04-01/Accounts/{AccountSid}/Messages.json"


@pytest.fixture(scope="module")
def api() -> dict[str, Any]:
    if not API.exists():
        pytest.skip("shared/data/twilio/twilio_api_v2010.json is not here")
    return dict(json.loads(API.read_text("utf-8")))


def obeys(schema: dict[str, Any], fields: dict[str, str]) -> None:
    """The checks that the description makes: known names, required ones, patterns, and one of each alternative."""
    known = schema["properties"]
    assert set(fields) <= set(known) and set(schema["required"]) <= set(fields)
    assert bool(fields.get("From")) != bool(fields.get("MessagingServiceSid"))
    for name, value in fields.items():
        assert re.fullmatch(known[name].get("pattern", ".*"), value, re.DOTALL), name
    assert 0 < len(fields["Body"]) <= 1600 and "_" not in fields["StatusCallback"].split("/")[2]


@pytest.mark.parametrize("service", ["", "MG" + "a" * 32])
def test_every_form_is_one_that_twilio_describes(api: dict[str, Any], service: str) -> None:
    schema = api["paths"][MESSAGES]["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    channel = SmsChannel("city", ACCOUNT, ("token",), (CITY,), service, public_url="https://chat.example.gov")
    obeys(schema, form(channel, Text("m1", RESIDENT, "hello", 0.0)))


async def test_what_a_turn_posts_is_such_a_form_too(api: dict[str, Any], city: Texting) -> None:
    schema = api["paths"][MESSAGES]["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    await city.text("hello")
    (sent,) = await city.sent(1)
    obeys(schema, {"To": sent.to, "From": sent.sender, "Body": sent.body, "StatusCallback": sent.callback})


def test_the_simulated_twilio_answers_with_fields_and_statuses_that_exist(api: dict[str, Any]) -> None:
    schemas = api["components"]["schemas"]
    assert {*NORMAL_LIFE, *MIXED_UP_LIFE} <= set(schemas["message_enum_status"]["enum"])
    assert set(shown(Sent("SM1", RESIDENT, CITY, "hello", ""), ACCOUNT)) <= set(
        schemas["api.v2010.account.message"]["properties"]
    )
