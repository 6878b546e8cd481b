"""A small real OpenID Connect server: whoever comes is signed in at once as the person it is told."""

import asyncio
import base64
import hashlib
import json
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BasicAuth, web
from joserfc import jwt
from joserfc.jwk import RSAKey


@dataclass
class FakeOidc:
    """`claims` are what its identity tokens say on top; None takes a claim out."""

    url: str
    client: str = "studio"
    secret: str = "known to the city"
    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"}))
    signs_with: RSAKey | None = None
    """Another key than the one it shows."""
    unsigned: bool = False
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    async def configuration(self, _request: web.Request) -> web.Response:
        """What it can do (OpenID Connect Discovery)."""
        named = {
            name: f"{self.url}/{path}"
            for name, path in (
                ("authorization_endpoint", "authorize"), ("token_endpoint", "token"), ("jwks_uri", "keys"),
            )
        }  # fmt: skip
        return web.json_response({"issuer": self.url, **named})

    async def authorize(self, request: web.Request) -> web.Response:
        """Nobody is asked; the browser goes back with a code."""
        asked = dict(request.query)
        assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split() and asked["client_id"] == self.client
        code = secrets.token_urlsafe(8)
        self._codes[code] = asked
        back = f"{asked['redirect_uri']}?code={code}&state={asked['state']}"
        return web.Response(status=302, headers={"Location": back})

    async def token(self, request: web.Request) -> web.Response:
        """A code, once, against the verifier and the client's secret."""
        form = await request.post()
        asked = self._codes.pop(str(form["code"]), None)
        login = BasicAuth.decode(request.headers["Authorization"])
        proof = base64.urlsafe_b64encode(hashlib.sha256(str(form["code_verifier"]).encode()).digest()).rstrip(b"=")
        right = asked and asked["code_challenge"] == proof.decode() and asked["redirect_uri"] == form["redirect_uri"]
        if not right or (login.login, login.password) != (self.client, self.secret):
            return web.json_response({"error": "invalid_grant"}, status=400)
        assert asked is not None
        return web.json_response({"token_type": "Bearer", "access_token": "x", "id_token": self._identity(asked)})

    async def keys(self, _request: web.Request) -> web.Response:
        """What its signatures are checked with."""
        return web.json_response({"keys": [self.key.as_dict(private=False)]})

    def _identity(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url, "aud": self.client, "sub": "1", "iat": now, "exp": now + 300, "nonce": asked["nonce"],
            **self.claims,
        }  # fmt: skip
        told = {name: value for name, value in claims.items() if value is not None}
        if self.unsigned:
            parts = (base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in _plain(told))
            return ".".join([*parts, ""])
        return jwt.encode({"alg": "RS256", "kid": "1"}, told, self.signs_with or self.key)


def _plain(claims: dict[str, Any]) -> tuple[bytes, bytes]:
    return json.dumps({"alg": "none"}).encode(), json.dumps(claims).encode()


@contextmanager
def oidc_running() -> Iterator[FakeOidc]:
    """The server on a free port, in a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    fake = FakeOidc(f"http://127.0.0.1:{listener.getsockname()[1]}")
    loop, ready, stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

    async def serve() -> None:
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", fake.configuration)
        app.router.add_get("/authorize", fake.authorize)
        app.router.add_post("/token", fake.token)
        app.router.add_get("/keys", fake.keys)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.SockSite(runner, listener).start()
        ready.set()
        await stop.wait()
        await runner.cleanup()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield fake
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
