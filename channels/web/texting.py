"""Going on by text message: tells the web page a code that joins a phone to its conversation."""

import re
from dataclasses import asdict, dataclass
from urllib.parse import quote

from aiohttp import web

from bot import handover
from bot.conversations import Conversation
from bot.sms.channels import SmsChannel
from channels.edge import CONVERSATION, EDGE, Edge, language_of
from channels.refusals import Refusal
from channels.web.messages import read_json

WORD = "CHAT"


@dataclass(frozen=True)
class Handover:
    """What the resident needs; `text` goes to `number` within so many `seconds`."""

    code: str
    text: str
    number: str
    link: str
    message: str
    seconds: int = int(handover.LIFE)


def text_channel(edge: Edge, web_channel: str) -> SmsChannel | None:
    """The text channel of the same name, else the first that is on; None where none is."""
    on = edge.parts.sms.on
    return on.get(web_channel) or next(iter(on.values()), None)


async def hand_over(request: web.Request) -> web.Response:
    """POST handover: a new code; the one before works no more."""
    await read_json(request, frozenset())
    conversation = request[CONVERSATION]
    offered = await offer(request.app[EDGE], conversation, language_of(request))
    return web.json_response(asdict(offered), status=201)


async def offer(edge: Edge, conversation: Conversation, language: str) -> Handover:
    """A code for this conversation. Raises Refusal 404 where nobody can text, 503 where too many codes wait."""
    channel = text_channel(edge, conversation.channel_name)
    if channel is None:
        raise Refusal(404, "no_texting")
    parts = edge.parts
    code = await handover.offer(parts.store, conversation.id, channel.name, edge.settings.secret, parts.clock)
    if code is None:
        raise Refusal(503, "busy", headers={"Retry-After": "60"})
    text, number = f"{WORD} {code}", channel.numbers[0]
    shown = re.sub(r"^\+1(\d{3})(\d{3})(\d{4})$", r"(\1) \2-\3", number)
    message = edge.words.say("handover", language, text=text, number=shown, minutes=int(handover.LIFE // 60))
    link = f"sms:{number}?body={quote(text)}"  # RFC 5724
    return Handover(code, text, number, link, message)
