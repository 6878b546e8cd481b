"""Nothing that is not Twilio's gets in, whatever it looks like; and Twilio gets in however its webhook looks."""

import asyncio
import json
import random
from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
import sqlalchemy

from bot.store.schema import consents, inbound
from channels.sms.signature import body_hash, sign
from tests.fakes.mutations import Webhook, mutated, valid
from tests.fakes.texting import CITY, TOKEN, Texting

PATH = "/v1/sms/city/inbound"


async def send(city: Texting, hook: Webhook) -> int:
    async with city.gateway.http.post(city.gateway.url + hook.path, data=hook.body, headers=hook.headers) as response:
        await response.read()
        return response.status


def fields(hook: Webhook) -> set[tuple[bytes, bytes]]:
    """What a form says; a field that is repeated says it once."""
    return set(parse_qsl(hook.body, keep_blank_values=True))


async def test_random_changes_store_nothing_and_break_nothing(city: Texting) -> None:
    chance = random.Random(11)
    genuine = 0
    for number in range(400):
        hook = valid(city.settings.public_url, f"SM{number}")
        changed = mutated(hook, chance)
        status = await send(city, changed)
        genuine += status == 200
        assert status in (200, 400, 403, 404, 405, 413, 415, 431), (status, changed)
        assert status != 200 or fields(changed) == fields(hook), "only what means the same gets in"
    assert len(await city.inbound()) == genuine


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"AccountSid": "ACother"}, 403),
        ({"To": "+13125559999"}, 403),
        ({"To": "+13125559999", "MessagingServiceSid": "MGother"}, 403),
        ({"To": CITY, "MessagingServiceSid": "MGany"}, 200),
        ({"From": ""}, 400),
        ({"MessageSid": ""}, 400),
        ({"MessageSid": "x" * 65}, 400),
        ({"Body": "", "NumMedia": "nonsense"}, 200),
        ({"Body": "a\x00b"}, 200),
        ({"Body": "x" * 20_000}, 200),
        ({"Foo": "bar", "Empty": ""}, 200),
        ({"Body": "  spaces  "}, 200),
    ],
)
async def test_a_signed_webhook_is_still_looked_at(city: Texting, changes: dict[str, str], status: int) -> None:
    assert await send(city, valid(city.settings.public_url, "SM1", **changes)) == status
    assert len(await city.inbound()) == (status == 200)


async def test_a_body_that_is_too_large_is_refused(city: Texting) -> None:
    assert await send(city, valid(city.settings.public_url, "SM1", Body="x" * 100_000)) == 413
    assert await city.inbound() == []


async def test_the_other_token_is_good_while_tokens_are_changed(city: Texting) -> None:
    assert await city.twilio.post(city.twilio.webhook, {"x": "y"}, token="lost") == 403
    form = {"MessageSid": "SM1", "AccountSid": city.twilio.account, "From": "+13125550177", "To": CITY, "Body": "hi"}
    assert await city.twilio.post(city.twilio.webhook, form, token="token-two") == 200


async def test_json_is_forbidden_with_and_without_its_hash(city: Texting) -> None:
    body = json.dumps({"Body": "hi"}).encode()
    headers = {"Content-Type": "application/json", "X-Twilio-Signature": sign(city.settings.public_url + PATH, TOKEN)}
    assert await send(city, Webhook(PATH, headers, body)) == 403
    path = f"{PATH}?bodySHA256={body_hash(body)}"
    headers["X-Twilio-Signature"] = sign(city.settings.public_url + path, TOKEN)
    assert await send(city, Webhook(path, headers, body)) == 403


async def test_a_spoofed_host_changes_nothing(city: Texting) -> None:
    hook = valid(city.settings.public_url, "SM1")
    spoofed = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Host": "evil.example"}
    assert await send(city, replace(hook, headers={**hook.headers, **spoofed})) == 200


async def test_a_replay_changes_nothing(city: Texting) -> None:
    hook = valid(city.settings.public_url, "SM1", Body="STOP")
    again = {**hook.headers, "I-Twilio-Idempotency-Token": "another"}
    assert [await send(city, hook), await send(city, replace(hook, headers=again))] == [200, 200]
    assert len(await city.inbound()) == len(await city.rows(consents)) == 1


async def test_a_store_that_cannot_be_written_is_not_acknowledged(city: Texting) -> None:
    async with city.store.begin() as connection:
        await connection.execute(sqlalchemy.text("ALTER TABLE inbound RENAME TO gone"))
    assert await send(city, valid(city.settings.public_url, "SM1")) == 503
    async with city.store.begin() as connection:
        await connection.execute(sqlalchemy.text("ALTER TABLE gone RENAME TO inbound"))
    assert await send(city, valid(city.settings.public_url, "SM1")) == 200
    await city.until(lambda rows: len(rows) == 1, inbound)


async def test_a_channel_without_credentials_is_not_there(city: Texting) -> None:
    assert await send(city, replace(valid(city.settings.public_url, "SM1"), path="/v1/sms/other/inbound")) == 404


async def test_a_slow_assistant_does_not_hold_up_the_acknowledgment(city: Texting) -> None:
    city.rasa.held = asyncio.Event()
    async with asyncio.timeout(5):
        assert await send(city, valid(city.settings.public_url, "SM1")) == 200
    await city.rasa.was_asked(1)
    city.rasa.held.set()
    await city.sent(1)
