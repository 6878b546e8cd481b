"""The web chat's API: open a conversation, send a message, end and clear."""

from aiohttp import web

from bot import conversations, inbox
from bot.choices import payload_of
from bot.conversations import Conversation
from bot.inbox import Accepted, Incoming
from channels.edge import CONVERSATION, EDGE, LANGUAGE, Edge, language_of
from channels.refusals import Refusal
from channels.web.messages import clean_text, message_id, read_json, text_field
from channels.web.texting import text_channel

SESSION_FIELDS = frozenset({"lang"})
MESSAGE_FIELDS = frozenset({"client_msg_id", "text", "token", "lang"})


async def open_session(request: web.Request) -> web.Response:
    """POST sessions: a new conversation and the secret that opens it."""
    edge = request.app[EDGE]
    body = await read_json(request, SESSION_FIELDS)
    language = edge.supported(text_field(body, "lang")) or language_of(request)
    channel = request.match_info["channel"]
    opened = await conversations.open_web(edge.parts.store, channel, language, edge.parts.clock)
    told = {
        "session": opened.session, "secret": opened.secret,
        "texting": text_channel(edge, channel) is not None, "kept": edge.parts.keeping.any,
    }  # fmt: skip
    return web.json_response(told, status=201)


async def post_message(request: web.Request) -> web.Response:
    """POST messages: a text or a button's token; 202 once it is stored, with its number."""
    edge, conversation = request.app[EDGE], request[CONVERSATION]
    body = await read_json(request, MESSAGE_FIELDS)
    language = edge.supported(text_field(body, "lang"))
    if language:
        request[LANGUAGE] = language
    text, token = text_field(body, "text"), text_field(body, "token")
    client_id = message_id(text_field(body, "client_msg_id"))
    if (text is None) == (token is None):
        raise Refusal(400, "text_or_token")
    if token is not None:
        incoming = await choice(edge, conversation, client_id, token, language)
    else:
        incoming = written(conversation, client_id, text or "", language)
    return web.json_response({"number": (await accept(edge, incoming)).number}, status=202)


async def end_session(request: web.Request) -> web.Response:
    """DELETE sessions: end the conversation and clear all of it; its secret opens nothing any more."""
    await end(request.app[EDGE], request[CONVERSATION])
    return web.Response(status=204)


def written(conversation: Conversation, client_id: str, text: str, language: str | None) -> Incoming:
    """A message in the resident's own words. Raises Refusal for a text that cannot be taken."""
    return Incoming(conversation.id, _external(client_id), "text", clean_text(text), language=language)


async def choice(edge: Edge, conversation: Conversation, client_id: str, token: str, language: str | None) -> Incoming:
    """A pressed button: what its token stands for, known to the gateway alone. Raises Refusal for any other token."""
    known = token.isascii() and len(token) <= 64
    chosen = await payload_of(edge.parts.store, conversation.id, token) if known else None
    if chosen is None:
        raise Refusal(400, "unknown_token")
    return Incoming(
        conversation.id, _external(client_id), chosen.kind, chosen.title, payload=chosen.payload, language=language
    )


async def accept(edge: Edge, incoming: Incoming) -> Accepted:
    """Store a message durably; the same again changes nothing."""
    return await inbox.accept(edge.parts.store, edge.parts.wakeups, incoming, edge.parts.clock)


async def end(edge: Edge, conversation: Conversation) -> None:
    """End and clear a conversation; the worker clears what the dialogue remembers, too."""
    await accept(edge, Incoming(conversation.id, "end", "forget"))


def _external(client_id: str) -> str:
    """The client's id in a namespace of its own, so that it never meets the ids the assistant gives."""
    return f"web:{client_id}"
