"""Reads what a browser sends: bodies of bounded size, and texts without anything that could do harm."""

import asyncio
import json
import re
import unicodedata
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from aiohttp import web

from channels.refusals import Refusal

LARGEST_JSON = 16 * 1024
LARGEST_FORM = 32 * 1024  # 2,000 emoji take 12 bytes each in a form
SLOWEST_BODY = 20.0  # seconds
LONGEST_TEXT = 2000  # characters
_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
# Direction overrides and isolates, the byte-order mark: they make a text look different from what it is.
_DECEIVING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


async def read_json(request: web.Request, fields: frozenset[str]) -> dict[str, Any]:
    """The body as an object with no other fields than these; an empty body is an empty object."""
    body = await _read(request, LARGEST_JSON)
    if not body:
        return {}
    if request.content_type != "application/json":
        raise Refusal(415, "not_json")
    value = _parse_json(_decode(body))
    if not isinstance(value, dict):
        raise Refusal(400, "not_an_object")
    if not fields.issuperset(value):
        raise Refusal(400, "unknown_field")
    return value


async def read_form(request: web.Request) -> dict[str, str]:
    """The fields of a posted form; the last one counts where a name is repeated."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise Refusal(415, "not_form")
    try:
        pairs = parse_qsl(
            _decode(await _read(request, LARGEST_FORM)), keep_blank_values=True, errors="strict", max_num_fields=20
        )
    except UnicodeDecodeError:
        raise Refusal(400, "bad_encoding") from None
    except ValueError:
        raise Refusal(400, "not_form") from None
    return dict(pairs)


def text_field(body: dict[str, Any], name: str) -> str | None:
    """A field that is a text where it is present. Raises Refusal for any other type."""
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise Refusal(400, "wrong_type", field=name)
    return value


def message_id(value: str | None) -> str:
    """A client's id for one message."""
    if value is None or not _ID.fullmatch(value):
        raise Refusal(400, "bad_client_msg_id")
    return value


def clean_text(text: str) -> str:
    """The text as it is kept: no control or deceiving characters but \\n. Raises Refusal if empty or too long."""
    text = _SURROGATE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    text = "".join(
        mark for mark in text if mark == "\n" or (unicodedata.category(mark) != "Cc" and mark not in _DECEIVING)
    ).strip()
    if not any(mark.isprintable() and not mark.isspace() for mark in text):
        raise Refusal(400, "empty_text")
    if len(text) > LONGEST_TEXT:
        raise Refusal(400, "long_text", limit=LONGEST_TEXT)
    return text


async def _read(request: web.Request, limit: int) -> bytes:
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Refusal(415, "bad_request")
    if (request.content_length or 0) > limit:
        raise Refusal(413, "too_large")
    body = bytearray()
    try:
        async with asyncio.timeout(SLOWEST_BODY):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > limit:
                    raise Refusal(413, "too_large")
    except TimeoutError:
        raise Refusal(408, "bad_request") from None
    except (ConnectionError, web.RequestPayloadError):
        raise Refusal(400, "bad_request") from None  # gone, or no proper chunks
    return bytes(body)


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal(400, "bad_encoding") from None


def _parse_json(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Refusal(400, "bad_json") from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
