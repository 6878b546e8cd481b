"""Whether a webhook really comes from Twilio: X-Twilio-Signature over the configured public URL and the parameters.

The rule: https://www.twilio.com/docs/usage/security. Ours rather than the library's, which raises on a JSON body whose
URL names no bodySHA256, and leaves out parameters that it takes for empty.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from urllib.parse import SplitResult, parse_qsl, urlsplit, urlunsplit

_PORTS = {"https": 443, "http": 80}


def is_genuine(
    signature: str, url: str, tokens: Sequence[str], *, params: Iterable[tuple[str, str]] | None, body: bytes = b""
) -> bool:
    """Whether any of `tokens` signed the request. `params` is a form with its blank values, None for any other body.

    `url` is what Twilio was told, query included; it signs with or without the port, so both are tried. A body that is
    no form must match the URL's bodySHA256.
    """
    if params is None and not _body_matches(url, body):
        return False
    signed = "" if params is None else _joined(params)
    genuine = False
    for token in tokens:
        for spelling in _spellings(url):
            digest = hmac.new(token.encode(), (spelling + signed).encode(), hashlib.sha1).digest()
            genuine |= hmac.compare_digest(base64.b64encode(digest), signature.encode("utf-8", "replace"))
    return genuine


def body_hash(body: bytes) -> str:
    """The value of bodySHA256 for a body."""
    return hashlib.sha256(body).hexdigest()


def sign(url: str, token: str, params: Iterable[tuple[str, str]] = ()) -> str:
    """The signature Twilio would give; for our own simulated phone and for tests."""
    digest = hmac.new(token.encode(), (url + _joined(params)).encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def _joined(params: Iterable[tuple[str, str]]) -> str:
    """Names in order, each with its values in order, a repeated value once."""
    return "".join(name + value for name, value in sorted(set(params)))


def _body_matches(url: str, body: bytes) -> bool:
    given = [value for name, value in parse_qsl(urlsplit(url).query) if name == "bodySHA256"]
    return any(hmac.compare_digest(value.encode("utf-8", "replace"), body_hash(body).encode()) for value in given)


def _spellings(url: str) -> tuple[str, ...]:
    """The URL as given, without any port, and with its scheme's port; an apostrophe in a query travels as %27."""
    at = urlsplit(url)
    ports = (url, _with_port(at, None), _with_port(at, at.port or _PORTS.get(at.scheme)))
    return tuple(dict.fromkeys([*ports, *(spelling.replace("'", "%27") for spelling in ports)]))


def _with_port(at: SplitResult, port: int | None) -> str:
    user, seen, host = at.netloc.rpartition("@")
    name = host if at.port is None else host.rpartition(":")[0]
    return urlunsplit(at._replace(netloc=user + seen + name + (f":{port}" if port else "")))
