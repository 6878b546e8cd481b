"""The city's own sign-in (OpenID Connect): the authorization code flow with PKCE, state and nonce."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.errors import AssistantError
from bot.ids import hash_secret, new_secret
from bot.settings import LOOPBACK, Settings

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
"""Signatures that only the issuer can make: no "none", and none whose key the studio has, too."""
_LEEWAY = 120.0  # seconds by which the two clocks may differ
_WAIT = aiohttp.ClientTimeout(total=10)
_LARGEST = 1_000_000  # bytes of an answer


class SignInFailed(AssistantError):
    """The other side is not there, or what it says cannot be trusted; `why` is for the log."""


@dataclass(frozen=True)
class Beginning:
    """What the browser keeps, sealed, until it comes back."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Identity:
    """Who somebody is at the other side."""

    subject: str
    """A fingerprint of issuer and subject."""
    email: str
    """"" where it is missing or known not to be theirs."""


def begin() -> Beginning:
    """Fresh secrets for one sign-in."""
    return Beginning(new_secret(), new_secret(), new_secret() + new_secret())


async def address(settings: Settings, beginning: Beginning) -> str:
    """Where to send the browser. Raises SignInFailed."""
    found = await _discovered(settings)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(beginning.verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": settings.oidc_client_id,
        "redirect_uri": back_address(settings),
        "scope": "openid email profile",
        "state": beginning.state,
        "nonce": beginning.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    at = str(found["authorization_endpoint"])
    return f"{at}{'&' if '?' in at else '?'}{urlencode(asked)}"


async def identity(settings: Settings, beginning: Beginning, answer: Mapping[str, str], now: float) -> Identity:
    """Who came back with this answer. Raises SignInFailed."""
    if not secrets.compare_digest(answer.get("state", "").encode(), beginning.state.encode()):
        raise SignInFailed("state")
    if answer.get("iss", settings.oidc_issuer) != settings.oidc_issuer:  # RFC 9207
        raise SignInFailed("issuer of the answer")
    if not answer.get("code"):
        raise SignInFailed("refused there")
    found = await _discovered(settings)
    told = await _exchanged(settings, found, answer["code"], beginning.verifier)
    keys = await _json(str(found["jwks_uri"]))
    claims = _claims(str(told.get("id_token", "")), keys)
    _check(claims, settings, beginning.nonce, now)
    email = str(claims.get("email", "")) if claims.get("email_verified", True) in (True, "true") else ""
    return Identity(hash_secret(f"{settings.oidc_issuer} {claims['sub']}"), email)


def back_address(settings: Settings) -> str:
    """Where the other side sends people back to; to be registered there."""
    return f"{settings.studio_address}/sign-in/elsewhere/back"


def _claims(token: str, keys: dict[str, Any]) -> dict[str, Any]:
    from joserfc import jwt  # a tenth of a second, which studios without such a sign-in need not wait for
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    try:
        return dict(jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS).claims)  # type: ignore[arg-type]
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise SignInFailed(f"signature: {type(error).__name__}") from None


def _check(claims: Mapping[str, Any], settings: Settings, nonce: str, now: float) -> None:
    """OpenID Connect Core, section 3.1.3.7. Raises SignInFailed."""
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    expires = claims.get("exp")
    wrong = [
        name
        for name, right in (
            ("iss", claims.get("iss") == settings.oidc_issuer),
            ("aud", settings.oidc_client_id in audiences),
            ("azp", claims.get("azp", settings.oidc_client_id) == settings.oidc_client_id),
            ("exp", isinstance(expires, int | float) and expires > now - _LEEWAY),
            ("nonce", secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode())),
            ("sub", isinstance(claims.get("sub"), str) and bool(claims["sub"])),
        )
        if not right
    ]
    if wrong:
        raise SignInFailed(f"claims: {', '.join(wrong)}")


async def _discovered(settings: Settings) -> dict[str, Any]:
    found = await _json(f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != settings.oidc_issuer:
        raise SignInFailed("issuer of the description")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not _is_safe(str(found.get(name, ""))):
            raise SignInFailed(name)
    return found


def _is_safe(url: str) -> bool:
    """Over HTTPS, or on this machine."""
    return url.startswith("https://") or any(url.startswith((f"http://{h}:", f"http://{h}/")) for h in LOOPBACK)


async def _exchanged(settings: Settings, found: Mapping[str, Any], code: str, verifier: str) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back_address(settings),
        "code_verifier": verifier,
        "client_id": settings.oidc_client_id,
    }
    methods = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    login: dict[str, str] = {}
    if settings.oidc_client_secret and "client_secret_basic" in methods:
        words = aiohttp.encode_basic_auth(settings.oidc_client_id, settings.oidc_client_secret)
        login = {"Authorization": words}
    elif settings.oidc_client_secret:
        form["client_secret"] = settings.oidc_client_secret
    return await _json(str(found["token_endpoint"]), form, login)


async def _json(url: str, form: dict[str, str] | None = None, login: dict[str, str] | None = None) -> dict[str, Any]:
    """A small JSON object from the other side. Raises SignInFailed."""
    method = "GET" if form is None else "POST"
    try:
        async with (
            aiohttp.ClientSession(timeout=_WAIT) as http,
            http.request(method, url, data=form, headers=login, allow_redirects=False) as answer,
        ):
            if answer.status != 200 or (answer.content_length or 0) > _LARGEST:
                raise SignInFailed(f"status {answer.status}")
            told = await answer.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise SignInFailed(f"no answer: {type(error).__name__}") from None
    if not isinstance(told, dict):
        raise SignInFailed("no object")
    return told
