"""Photos by text message: fetched from the provider alone, kept privately, offered to a report, forgotten."""

import os
from time import time

import aiohttp
import pytest

from bot.inbox import Incoming, accept
from bot.sms.channels import load_sms_channels
from bot.sms.pictures import LARGEST, kind_of
from bot.sms.provider import Failed
from bot.store.schema import pictures
from bot.wakeups import Wakeups
from channels.sms.twilio import Twilio
from tests.channels.sms.conftest import Texting
from tests.fakes.rasa import say

PHOTO = b"\xff\xd8\xff\xe0 a photo"


def address(city: Texting, name: str) -> str:
    return f"{city.settings.twilio_api}/2010-04-01/Accounts/{city.twilio.account}/Messages/MM/Media/{name}"


def files(city: Texting, *names: str) -> dict[str, str]:
    return {"NumMedia": str(len(names))} | {f"MediaUrl{n}": address(city, name) for n, name in enumerate(names)}


async def test_a_photo_waits_for_a_report_is_shown_to_the_agency_and_is_used_once(city: Texting) -> None:
    city.twilio.media = {"one": PHOTO, "two": b"\x89PNG\r\n\x1a\n another"}
    await city.text("", **files(city, "one", "two"))
    (answer,) = await city.sent(1)
    assert answer.body.startswith("I got your picture.")
    assert city.rasa.asked == []
    city.rasa.answer = lambda body: {**say("Thanks."), "effects": [{"pictures": "sent"}]}
    await city.text("there is a pothole")
    assert (await city.sent(2))[1].body.endswith("Your picture went with the report.")
    first, second = city.rasa.asked[0]["metadata"]["pictures"]
    async with aiohttp.ClientSession() as agency:
        async with agency.get(first) as shown:
            assert (shown.status, shown.content_type, await shown.read()) == (200, "image/jpeg", PHOTO)
        async with agency.get(second) as shown:
            assert shown.content_type == "image/png"
        async with agency.get(second[:-1]) as shown:
            assert shown.status == 404
    await city.text("another one")
    await city.sent(3)
    assert "pictures" not in city.rasa.asked[1]["metadata"]


async def test_a_photo_in_a_form_is_kept_and_the_open_question_put_again(city: Texting) -> None:
    city.twilio.media = {"one": PHOTO}
    city.rasa.answer = lambda body: say("Where is it?", source=None)
    await city.text("pothole")
    await city.sent(1)
    await city.text("", **files(city, "one"))
    body = (await city.sent(2))[1].body
    assert "It goes with your report." in body and "Where is it?" in body
    await city.text("at Elm Street", **files(city, "one"))
    assert (await city.sent(3))[2].body.startswith("I got your picture. It goes with your report.")


async def test_what_is_no_picture_or_is_too_large_is_refused_in_words(city: Texting) -> None:
    city.twilio.media = {"page": b"<html><script>", "huge": PHOTO + bytes(LARGEST)}
    await city.text("", **files(city, "page", "huge"))
    assert (await city.sent(1))[0].body.startswith("I could not open that file.")
    assert [(row.kind, row.data) for row in await city.rows(pictures)] == [("", b"")] * 2


async def test_pictures_go_with_the_person(city: Texting) -> None:
    city.twilio.media = {"one": PHOTO}
    await city.text("", **files(city, "one"))
    await city.sent(1)
    (conversation,) = await city.conversations()
    await accept(city.store, Wakeups(), Incoming(conversation.id, "forget", "forget"), time)
    assert await city.until(lambda rows: rows == [], pictures) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/2010-04-01/Accounts/{account}/Messages/MM/Media/one",
        "http://169.254.169.254/latest/meta-data",
        "{api}/2010-04-01/Accounts/AC1/Messages/MM/Media/one",
        "{api}/2010-04-01/Accounts/{account}/Messages/../../../healthz",
        "{api}@evil.example/2010-04-01/Accounts/{account}/Messages/",
    ],
)
async def test_nothing_is_fetched_from_anywhere_else(city: Texting, url: str) -> None:
    provider = Twilio(city.settings.twilio_api)
    channel = load_sms_channels(city.settings, os.environ, {}).on["city"]
    said = await provider.fetch(channel, url.format(api=city.settings.twilio_api, account=city.twilio.account), 100)
    await provider.close()
    assert said == Failed("refused", "another host")


def test_a_picture_is_known_by_its_first_bytes() -> None:
    assert kind_of(b"RIFF....WEBPVP8 ") == "image/webp"
    assert kind_of(b"\x00\x00\x00\x18ftypheic") == "image/heic"
    assert kind_of(b"GIF89a...") == "image/gif"
    assert kind_of(b"<svg xmlns=") == kind_of(b"") == ""
