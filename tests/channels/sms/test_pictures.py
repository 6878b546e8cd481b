"""Photos by text message: fetched from the provider alone, kept privately, offered to a report, forgotten."""

import os
from io import BytesIO
from time import time

import aiohttp
import pytest
from PIL import Image

from bot.inbox import Incoming, accept
from bot.sms.bare import bare
from bot.sms.channels import load_sms_channels
from bot.sms.pictures import LARGEST
from bot.sms.provider import Failed
from bot.store.schema import pictures
from bot.wakeups import Wakeups
from channels.sms.twilio import Twilio
from tests.channels.sms.conftest import Texting
from tests.fakes.rasa import say


def photo(kind: str = "JPEG") -> bytes:
    """A photo as a phone takes it: held sideways, with the place and a remark."""
    picture, made, said = Image.new("RGB", (40, 20), (200, 30, 30)), BytesIO(), Image.Exif()
    said[0x0112] = 6  # EXIF Orientation: the phone was held upright
    said[0x010E] = "Elm Street"  # ImageDescription
    said.get_ifd(0x8825)[2] = (41.0, 52.0, 41.0)  # GPSLatitude
    picture.save(made, kind, **({"comment": "Elm Street"} if kind == "GIF" else {"exif": said}))
    return made.getvalue()


PHOTO = photo()


def address(city: Texting, name: str) -> str:
    return f"{city.settings.twilio_api}/2010-04-01/Accounts/{city.twilio.account}/Messages/MM/Media/{name}"


def files(city: Texting, *names: str) -> dict[str, str]:
    return {"NumMedia": str(len(names))} | {f"MediaUrl{n}": address(city, name) for n, name in enumerate(names)}


async def test_a_photo_waits_for_a_report_is_shown_to_the_agency_and_is_used_once(city: Texting) -> None:
    city.twilio.media = {"one": PHOTO, "two": photo("PNG")}
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
            assert (shown.status, shown.content_type) == (200, "image/jpeg")
            assert b"Elm Street" in PHOTO and b"Elm Street" not in await shown.read()
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


@pytest.mark.parametrize(("sent", "kept"), [("JPEG", "JPEG"), ("PNG", "PNG"), ("WEBP", "WEBP"), ("GIF", "PNG")])
def test_nothing_but_the_pixels_of_a_photo_is_kept_and_it_stands_upright(sent: str, kept: str) -> None:
    data = photo(sent)
    assert b"Elm Street" in data
    kind, found = bare(data) or ("", b"")
    picture = Image.open(BytesIO(found))
    assert (kind, picture.format) == (f"image/{kept.lower()}", kept)
    assert picture.size == ((20, 40) if sent != "GIF" else (40, 20))  # a GIF cannot say how it was held
    assert not picture.getexif() and not picture.info.keys() & {"exif", "xmp", "comment", "icc_profile"}
    assert b"Elm Street" not in found
    assert picture.convert("RGB").getpixel((2, 2)) == pytest.approx((200, 30, 30), abs=12)


def test_what_is_clear_in_a_picture_stays_clear() -> None:
    made = BytesIO()
    Image.new("RGBA", (4, 4), (1, 2, 3, 0)).save(made, "PNG")
    _, found = bare(made.getvalue()) or ("", b"")
    assert Image.open(BytesIO(found)).getpixel((0, 0)) == (1, 2, 3, 0)


@pytest.mark.parametrize(
    "data", [b"", b"<svg xmlns=", b"\xff\xd8\xff\xe0 a photo", PHOTO[:200], b"\x00\x00\x00\x18ftypheic"]
)
def test_what_cannot_be_read_is_no_photo(data: bytes) -> None:
    assert bare(data) is None


def test_a_picture_that_would_not_fit_into_memory_is_not_opened() -> None:
    made = BytesIO()
    Image.new("1", (40_000, 40_000)).save(made, "PNG")
    assert len(made.getvalue()) < LARGEST and bare(made.getvalue()) is None
