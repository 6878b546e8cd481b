"""Rate limits and the address they count."""

import pytest
from aiohttp.test_utils import make_mocked_request

from bot.addresses import parse_networks
from channels.limits import Limits, SweptMemory, client_address, is_this_machine, parse_limit
from channels.refusals import Refusal
from tests.fakes.servers import redis_running


async def test_a_limit_holds_for_each_one_and_says_when_to_come_back():
    limits, limit = Limits(), parse_limit("MESSAGE_LIMIT", "2/hour")
    for _ in range(2):
        await limits.hit(limit, "message_limit", "ada")
    with pytest.raises(Refusal) as refused:
        await limits.hit(limit, "message_limit", "ada")
    assert refused.value.status == 429
    assert 1 <= int(refused.value.headers["Retry-After"]) <= 3600
    await limits.hit(limit, "message_limit", "ben")


async def test_checking_does_not_count():
    limits, limit = Limits(), parse_limit("PAGE_LIMIT", "1/hour")
    for _ in range(3):
        await limits.check(limit, "guess", "here")
    await limits.hit(limit, "guess", "here")
    with pytest.raises(Refusal):
        await limits.check(limit, "guess", "here")


async def test_what_has_expired_is_dropped(monkeypatch):
    storage, now = SweptMemory(), [1000.0]
    monkeypatch.setattr("time.time", lambda: now[0])
    for number in range(100):
        await storage.incr(f"key{number}", 60)
    now[0] += 61
    assert await storage.incr("key1", 60) == 1
    assert list(storage.storage) == list(storage.expirations) == ["key1"]


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("198.51.100.1", "203.0.113.7", "198.51.100.1"),
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "192.0.2.66, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        ("10.0.0.1", "nonsense", "unknown"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("::ffff:10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::"),
        ("10.0.0.1", "2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
    ],
)
def test_the_address_that_counts(peer, forwarded, address):
    assert client_address(_request(peer, forwarded), parse_networks(["10.0.0.0/8"])) == address


@pytest.mark.parametrize(
    ("peer", "forwarded", "here"),
    [("127.0.0.1", None, True), ("::1", None, True), ("127.0.0.1", "127.0.0.1", False), ("192.0.2.1", None, False)],
)
def test_only_a_peer_on_this_machine_that_speaks_for_itself_is_this_machine(peer, forwarded, here):
    assert is_this_machine(_request(peer, forwarded)) is here


def _request(peer, forwarded):
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return make_mocked_request("GET", "/", headers=headers).clone(remote=peer)


async def test_several_gateways_count_together_and_alone_while_redis_is_away() -> None:
    with redis_running() as redis:
        url = f"redis://127.0.0.1:{redis.port}/0"
        one, two, limit = Limits(url), Limits(url), parse_limit("MESSAGE_LIMIT", "2/hour")
        await one.hit(limit, "ada")
        await two.hit(limit, "ada")
        with pytest.raises(Refusal):
            await one.hit(limit, "ada")
        redis.stop()
        for _ in range(2):
            await one.hit(limit, "ada")
        with pytest.raises(Refusal):
            await one.hit(limit, "ada")
