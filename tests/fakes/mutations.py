"""Webhooks gone wrong: a valid one, changed at random in ways that attackers, proxies and bad software change them."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from channels.sms.signature import sign
from tests.fakes.texting import ACCOUNT, CITY, RESIDENT, TOKEN


@dataclass(frozen=True)
class Webhook:
    """One request as it goes over the wire."""

    path: str = "/v1/sms/city/inbound"
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def valid(base: str, sid: str, **changes: str) -> Webhook:
    """A signed one."""
    form = {"MessageSid": sid, "AccountSid": ACCOUNT, "From": RESIDENT, "To": CITY, "Body": "hello", "NumMedia": "0"}
    form |= changes
    signature = sign(base + Webhook.path, TOKEN, form.items())
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
    return Webhook(headers=headers, body=urlencode(form).encode())


def mutated(hook: Webhook, chance: random.Random) -> Webhook:
    """`hook` with one to three changes; what it means or who signed it is then another thing."""
    for _ in range(chance.randint(1, 3)):
        hook = chance.choice(_CHANGES)(hook, chance)
    return hook


def _flip(hook: Webhook, chance: random.Random) -> Webhook:
    body = bytearray(hook.body or b"x")
    body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
    return replace(hook, body=bytes(body))


def _cut(hook: Webhook, chance: random.Random) -> Webhook:
    return replace(hook, body=hook.body[: chance.randrange(len(hook.body) + 1)])


def _repeat(hook: Webhook, chance: random.Random) -> Webhook:
    fields = hook.body.split(b"&")
    return replace(hook, body=b"&".join([*fields, chance.choice(fields)]))


def _insert(hook: Webhook, chance: random.Random) -> Webhook:
    odd = (
        b"%00",
        b"%ff%fe",
        b"%",
        b"%zz",
        b"&&&",
        b"=",
        b";",
        b"+" * 50,
        "ñ🛑".encode(),
        b"%F0%9F%98",
        b"\x00\r\n",
        b"&a" * 300,
    )
    place = chance.randrange(len(hook.body) + 1)
    return replace(hook, body=hook.body[:place] + chance.choice(odd) + hook.body[place:])


def _sign_badly(hook: Webhook, chance: random.Random) -> Webhook:
    wrong = chance.choice(
        ("", "AAAA", "ñ".encode().decode("latin-1"), "x" * 5000, hook.headers.get("X-Twilio-Signature", "")[::-1])
    )
    return replace(hook, headers={**hook.headers, "X-Twilio-Signature": wrong})


def _drop_a_header(hook: Webhook, chance: random.Random) -> Webhook:
    dropped = chance.choice(sorted(hook.headers)) if hook.headers else ""
    return replace(hook, headers={name: value for name, value in hook.headers.items() if name != dropped})


def _other_type(hook: Webhook, chance: random.Random) -> Webhook:
    kinds = (
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded; charset=utf-16",
        "",
    )
    return replace(hook, headers={**hook.headers, "Content-Type": chance.choice(kinds)})


def _other_path(hook: Webhook, chance: random.Random) -> Webhook:
    paths = ("?x=1", "?bodySHA256=00", "/", "%2e%2e", "?m=" + "a" * 200)
    other = ("/v1/sms/other/inbound", "/v1/sms/city/status", "/v1/sms/%00/inbound", "/v1/sms/city/inbound")
    return replace(hook, path=chance.choice(other) + chance.choice(("", *paths)))


def _spoofed(hook: Webhook, _: random.Random) -> Webhook:
    spoofed = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "Host": "evil.example"}
    return replace(hook, headers={**hook.headers, **spoofed}, body=hook.body + b"&From=%2B1999")


_CHANGES: tuple[Callable[[Webhook, random.Random], Webhook], ...] = (
    _flip, _cut, _repeat, _insert, _sign_badly, _drop_a_header, _other_type, _other_path, _spoofed,
)  # fmt: skip
