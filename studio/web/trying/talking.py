"""One conversation with a running assistant, as residents have it: in the web chat by the gateway, or by text."""

import asyncio
import time
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import select

from bot import language
from bot.dialogue import Dialogue
from bot.emergency import Emergency, load_emergency
from bot.errors import AssistantError
from bot.ids import new_id
from bot.lanes import Turn
from bot.replies import Reply
from bot.settings import Settings
from bot.sms.composing import Style, compose
from bot.sms.segments import measure
from bot.store import Store
from bot.store.schema import events
from studio.content.draft import Draft

LONGEST = 60.0  # seconds for one turn
_WAIT = 20  # seconds of one poll


class NoAnswer(AssistantError):
    """The assistant cannot be reached, or did not answer in time."""


@dataclass(frozen=True)
class Assistant:
    """A running assistant: its gateway's address, its settings, its store, and the content that it goes by."""

    url: str
    settings: Settings
    store: Store
    draft: Draft


@dataclass(frozen=True)
class Said:
    """One reply. `answer` is the name of what was said, `release` where its words came from."""

    text: str
    language: str
    answer: str | None = None
    source: str | None = None
    buttons: tuple[str, ...] = ()
    release: int | None = None


@dataclass(frozen=True)
class Text:
    """A text message as a phone gets it, and what it costs."""

    text: str
    segments: int
    encoding: str


@dataclass(frozen=True)
class Exchange:
    """One message and what came back; `reasons` as nlu/reasons.py tells them, None where Rasa was not asked."""

    said: str
    pressed: bool
    replies: tuple[Said, ...]
    texts: tuple[Text, ...] = ()
    reasons: dict[str, Any] | None = None


@dataclass
class Conversation:
    """A conversation that goes on; whoever speaks in it waits for the answer first."""

    assistant: Assistant
    channel: str
    language: str
    id: str = ""
    exchanges: list[Exchange] = field(default_factory=list)
    _secret: str = ""
    _tokens: dict[str, str] = field(default_factory=dict)
    _spoken: bool = False

    async def say(self, text: str, *, pressed: bool = False) -> Exchange:
        """Write something, or press the button of that title. Raises NoAnswer."""
        speak = self._by_text if self.channel == "sms" else self._by_web
        try:
            exchange = await speak(text, pressed)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise NoAnswer(f"The assistant did not answer ({type(error).__name__}).") from None
        self.exchanges.append(exchange)
        return exchange

    async def _by_web(self, text: str, pressed: bool) -> Exchange:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=LONGEST)) as http:
            if not self.id:
                opened = await self._ask(http, "POST", "/sessions", {"lang": self.language})
                self.id, self._secret = opened["session"], opened["secret"]
            said = {"token": self._tokens[text]} if pressed and text in self._tokens else {"text": text}
            sent = await self._ask(http, "POST", "/messages", {"client_msg_id": new_id(), **said})
            await self._until_answered(http, int(sent["number"]))
        return await self._exchange(text, pressed, int(sent["number"]))

    async def _until_answered(self, http: aiohttp.ClientSession, number: int) -> None:
        until = time.monotonic() + LONGEST
        while time.monotonic() < until:
            polled = await self._ask(http, "GET", f"/poll?after={number}&wait={_WAIT}")
            for each in polled["events"]:
                if each["type"] == "message" and each["from"] != "resident":
                    return  # replies of one turn are stored together
                number = max(number, each["number"] or 0)
        raise NoAnswer("The assistant did not answer within a minute.")

    async def _exchange(self, text: str, pressed: bool, number: int) -> Exchange:
        """What the transcript has after the message of that number."""
        found = select(events).where(events.c.conversation_id == self.id, events.c.number > number)
        async with self.assistant.store.read() as connection:
            rows = (await connection.execute(found.order_by(events.c.number))).all()
        rows = [row for row in rows if row.type == "message" and row.sender == "assistant"]
        self._tokens = {button["title"]: button["token"] for row in rows for button in row.buttons}
        replies = tuple(
            Said(row.text, row.language, row.answer, row.source, tuple(b["title"] for b in row.buttons), row.release)
            for row in rows
        )
        asked = next((row.inbound_id for row in rows if row.inbound_id), None)
        reasons = await reasons_of(self.assistant.settings, self.id, asked) if asked else None
        return Exchange(text, pressed, replies, reasons=reasons)

    def _heard(self, text: str) -> tuple[str | None, str]:
        """Words of danger in it, and the language that it is in: what comes before the dialogue."""
        draft = self.assistant.draft
        spoken = language.decide(text, self.language, self._spoken, tuple(draft.languages))
        file = draft.root / "data" / "emergency.yml"
        known = _emergency(file, file.stat().st_mtime_ns) if file.is_file() else None
        return (known.kind_of(text) if known else None), spoken

    async def _ask(self, http: aiohttp.ClientSession, method: str, path: str, body: Any = None) -> Any:
        channel = self.assistant.settings.web_channels[0]
        headers = {"Authorization": f"Bearer {self._secret}"} if self._secret else {}
        url = f"{self.assistant.url}/v1/web/{channel}{path}"
        async with http.request(method, url, json=body, headers=headers) as answer:
            if answer.status >= 400:
                raise NoAnswer(f"The assistant refused the message ({answer.status}).")
            return await answer.json()

    async def _by_text(self, text: str, pressed: bool) -> Exchange:
        """The same dialogue with the words for a phone; no text message leaves this machine."""
        self.id = self.id or new_id()
        emergency, self.language = await asyncio.to_thread(self._heard, text)
        self._spoken = True
        if emergency:
            words = self.assistant.draft.city["emergency"][emergency][self.language]
            return _texted(text, pressed, (Reply(words, self.language, answer=f"emergency_{emergency}"),), None)
        turn = Turn(
            id=new_id(), conversation_id=self.id, kind="text", text=text, payload=None, attempt=1, told_slow=False,
            received_at=time.time(), channel="sms", channel_name="city", language=self.language,
            client_language=self.language, spoken=True, fence=0,
        )  # fmt: skip
        dialogue = Dialogue(self.assistant.settings)
        try:
            answered = await dialogue.ask(turn, self.language)
        finally:
            await dialogue.close()
        self.language = answered.language or self.language
        reasons = await reasons_of(self.assistant.settings, self.id, turn.id)
        return _texted(text, pressed, answered.replies, reasons)


def _texted(text: str, pressed: bool, replies: tuple[Reply, ...], reasons: dict[str, Any] | None) -> Exchange:
    said = tuple(
        Said(
            each.text, each.language, each.answer, each.source, tuple(title for title, _ in each.buttons), each.release
        )
        for each in replies
    )
    texts = tuple(Text(each.text, each.segments, measure(each.text).encoding) for each in compose(replies, Style()))
    return Exchange(text, pressed, said, texts, reasons)


@lru_cache(maxsize=4)
def _emergency(file: Path, _changed: int) -> Emergency:
    return load_emergency(file)


async def reasons_of(settings: Settings, conversation: str, message: str) -> dict[str, Any] | None:
    """Why a turn went as it did, from whichever Rasa server has the conversation; None where none knows it."""
    headers = {"Authorization": f"Bearer {settings.rasa_secret}"}
    timeout = aiohttp.ClientTimeout(total=settings.rasa_timeout)
    async with aiohttp.ClientSession(headers=headers, timeout=timeout) as http:
        for url in settings.rasa_urls:
            try:
                async with http.get(f"{url}/webhooks/assistant/conversations/{conversation}/turns/{message}") as answer:
                    if answer.status == 200:
                        told: dict[str, Any] = await answer.json()
                        return told
            except (aiohttp.ClientError, TimeoutError):
                continue
    return None
