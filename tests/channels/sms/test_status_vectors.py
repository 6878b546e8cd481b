"""Callbacks as others have met them, and bodies that come wrapped."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.texting import Texting

VECTORS = Path(__file__).parents[3] / ".." / "shared" / "data" / "twilio" / "statuses.json"
OURS = {
    "NOTIFICATION_SENDING": "accepted",
    "NOTIFICATION_SENT": "sent",
    "NOTIFICATION_DELIVERED": "delivered",
    "NOTIFICATION_TECHNICAL_FAILURE": "failed",
    "NOTIFICATION_PERMANENT_FAILURE": "failed",
    "None": "accepted",  # a callback that names no status changes nothing
}


def vectors() -> list[Any]:
    if not VECTORS.exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason="shared/data/twilio/statuses.json is not here"))]
    return [pytest.param(case, id=case["name"]) for case in json.loads(VECTORS.read_text("utf-8"))]


@pytest.mark.parametrize("case", vectors())
async def test_a_callback_means_what_the_vector_says(city: Texting, case: dict[str, Any]) -> None:
    city.twilio.life = ()
    await city.text("hello")
    (message,) = await city.sent(1)
    await city.status_is("accepted")
    told = {**case["params"], "AccountSid": city.twilio.account, "MessageSid": message.sid}
    assert await city.twilio.post(message.callback, told) == 204
    assert [row.status for row in await city.rows()] == [OURS[str(case["expected"])]]


async def test_a_callback_may_come_before_the_answer_to_our_post(city: Texting) -> None:
    """The id in the callback's address names the message; its SID is learned from the callback."""
    city.twilio.troubles.append("accepted then dropped")
    await city.text("hello")
    (row,) = await city.status_is("delivered")
    assert row.provider_id == city.twilio.sent[0].sid and city.twilio.posts == 1


def wrapped(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("body", "read"),
    [
        (wrapped("¿Cuándo pasa la basura?"), "¿Cuándo pasa la basura?"),
        (wrapped("when is my trash day"), "when is my trash day"),
        (wrapped("too short text"), wrapped("too short text")),
        (wrapped("nospaceinallofthistextatall"), wrapped("nospaceinallofthistextatall")),
        (wrapped("when is my\x07 trash day"), wrapped("when is my\x07 trash day")),
        ("whereismytrashdaythisweekend", "whereismytrashdaythisweekend"),
        ("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        ("when is my trash day this week", "when is my trash day this week"),
    ],
)
async def test_only_a_body_that_is_clearly_base64_is_decoded(city: Texting, body: str, read: str) -> None:
    await city.text(body)
    await city.sent(1)
    assert city.rasa.asked[0]["text"] == read
