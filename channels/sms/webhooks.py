"""What Twilio tells us: a message came in, and how a sent one fares. Nobody else gets past the signature."""

import base64
import logging
import re
from urllib.parse import parse_qsl

from aiohttp import web
from prometheus_client import Counter
from sqlalchemy.exc import SQLAlchemyError

from bot.sms import receipts
from bot.sms.arrival import Desk, TextMessage, receive
from bot.sms.channels import SmsChannel
from channels.edge import EDGE
from channels.refusals import Refusal
from channels.sms.signature import is_genuine

log = logging.getLogger(__name__)

LARGEST = 64 * 1024
"""Bytes of a webhook; Twilio's longest text is 1,600 characters."""
LONGEST_TEXT = 1600 * 4
_WRAPPED = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_LEAST_WRAPPED, _LEAST_INNER = 24, 16  # characters; a person's long word is seldom valid base64, and never of a phrase
EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
_FORM = "application/x-www-form-urlencoded"

HOOKS = Counter("assistant_sms_webhooks", "Webhooks by kind and result.", ["kind", "result"])

Form = list[tuple[str, str]]


async def inbound(request: web.Request) -> web.Response:
    """POST /v1/sms/{channel}/inbound: store the message, then acknowledge; 503 where it cannot be stored."""
    channel, form = await _genuine(request, "inbound")
    fields = dict(reversed(form))  # the first of a repeated name counts
    provider_id, number = fields.get("MessageSid") or fields.get("SmsSid", ""), fields.get("From", "")
    if not _usable(provider_id, 64) or not _usable(number, 40):
        raise Refusal(400, "bad_request")
    message = TextMessage(
        provider_id=provider_id,
        number=number,
        text=_storable(_unwrapped(fields.get("Body", "")))[:LONGEST_TEXT],
        opt_out_type=fields.get("OptOutType") or None,
        media=_media(fields),
    )
    edge = request.app[EDGE]
    parts, settings = edge.parts, edge.settings
    desk = Desk(
        parts.store, parts.wakeups, parts.optout, parts.notices, parts.city.languages, settings.secret, parts.clock
    )
    try:
        await receive(desk, channel, message)
    except (SQLAlchemyError, OSError):
        raise _not_stored("inbound") from None
    HOOKS.labels("inbound", "stored").inc()
    return web.Response(text=EMPTY_TWIML, content_type="text/xml")


async def status(request: web.Request) -> web.Response:
    """POST /v1/sms/{channel}/status?m=<our id>: keep the receipt, move the message's status forward."""
    channel, form = await _genuine(request, "status")
    fields = dict(reversed(form))
    provider_id, word = fields.get("MessageSid", ""), fields.get("MessageStatus", "").lower()
    if not _usable(provider_id, 64) or not _usable(word, 16):
        HOOKS.labels("status", "ignored").inc()  # a later kind of callback must not make Twilio try again
        return web.Response(status=204)
    error = fields.get("ErrorCode", "")
    receipt = receipts.Receipt(request.query.get("m", "")[:32], provider_id, word, _storable(error)[:16])
    parts = request.app[EDGE].parts
    try:
        await receipts.keep(parts.store, channel.name, receipt, parts.clock)
    except (SQLAlchemyError, OSError):
        raise _not_stored("status") from None
    HOOKS.labels("status", "stored").inc()
    return web.Response(status=204)


async def _genuine(request: web.Request, kind: str) -> tuple[SmsChannel, Form]:
    """The channel and the form of a webhook that is signed for it. Raises Refusal 403, 404 or 413."""
    channel = request.app[EDGE].parts.sms.on.get(request.match_info["channel"])
    if channel is None:
        raise Refusal(404, "unknown_channel")
    body = await _body(request)
    is_form = request.content_type == _FORM
    form = _form(body) if is_form else None
    url = channel.public_url + request.raw_path
    signature = request.headers.get("X-Twilio-Signature", "")
    if not is_genuine(signature, url, channel.tokens, params=form, body=body):
        return _refuse(kind, "forged")
    fields = dict(form or [])
    if form is None or fields.get("AccountSid") != channel.account:
        return _refuse(kind, "foreign")
    if kind == "inbound" and not _is_for(channel, fields):
        return _refuse(kind, "foreign")
    return channel, form


def _is_for(channel: SmsChannel, fields: dict[str, str]) -> bool:
    """To one of the channel's numbers; a messaging service may have more numbers than we were told."""
    service = fields.get("MessagingServiceSid", "")
    return fields.get("To") in channel.numbers or (bool(service) and service == channel.messaging_service)


def _refuse(kind: str, why: str) -> tuple[SmsChannel, Form]:
    HOOKS.labels(kind, why).inc()
    log.warning("webhook_refused", extra={"kind": kind, "why": why})
    raise Refusal(403, "signature_refused")


def _not_stored(kind: str) -> Refusal:
    """Twilio tries its fallback; we must not say that we have it."""
    HOOKS.labels(kind, "failed").inc()
    log.exception("webhook_not_stored")
    return Refusal(503, "internal", headers={"Retry-After": "5"})


async def _body(request: web.Request) -> bytes:
    body = bytearray()
    async for chunk in request.content.iter_chunked(16384):
        body += chunk
        if len(body) > LARGEST:
            raise Refusal(413, "too_large")
    return bytes(body)


def _form(body: bytes) -> Form:
    """The fields with their blank values, nothing trimmed. Bytes that are no UTF-8 cannot have been signed as text."""
    try:
        return parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=200, errors="strict")
    except (UnicodeDecodeError, ValueError):
        raise Refusal(400, "bad_request") from None


def _media(fields: dict[str, str]) -> tuple[str, ...]:
    count = fields.get("NumMedia", "0")
    most = min(int(count), 10) if count.isascii() and count.isdecimal() else 0
    found = (fields.get(f"MediaUrl{number}", "") for number in range(most))
    return tuple(url[:500] for url in found if url.startswith("https://") or url.startswith("http://127.0.0.1"))


def _storable(text: str) -> str:
    """PostgreSQL keeps no NUL."""
    return text.replace("\x00", "")


def _unwrapped(text: str) -> str:
    """Some gateways before Twilio wrap a text in base64. Only what cannot be anything else is unwrapped."""
    if len(text) < _LEAST_WRAPPED or not _WRAPPED.fullmatch(text):
        return text
    try:
        inner = base64.b64decode(text, validate=True).decode("utf-8")
    except ValueError:
        return text
    return inner if len(inner) >= _LEAST_INNER and " " in inner and inner.isprintable() else text


def _usable(text: str, longest: int) -> bool:
    return 0 < len(text) <= longest and text.isprintable()
