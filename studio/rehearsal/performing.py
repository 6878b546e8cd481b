"""Plays conversations against a running assistant: the web chat by its gateway, text messages by what composes them."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import aiohttp
from sqlalchemy import select

from bot import language
from bot.dialogue import Dialogue
from bot.errors import AssistantError, DialogueError
from bot.ids import new_id
from bot.lanes import Turn
from bot.sms.composing import Style, compose
from bot.store import Store, open_store
from bot.store.schema import choices, events
from studio.rehearsal.script import Line, Script
from studio.rehearsal.stage import Stage
from studio.rehearsal.verdict import Heard, Problem, Verdict, judged

AT_ONCE = 6  # conversations; a turn mostly waits
_DID_YOU_MEAN = "utter_did_you_mean"
_LONGEST = 60.0  # seconds for one answer


class NotHeard(AssistantError):
    """The assistant did not answer."""


class Person(Protocol):
    """Somebody in one conversation."""

    offered: Mapping[str, str]

    async def write(self, text: str) -> Heard: ...
    async def press(self, title: str) -> Heard: ...


@dataclass(frozen=True)
class Performance:
    """What conversations are played with: connections, and the words of each answer for comparison."""

    http: aiohttp.ClientSession
    store: Store
    dialogue: Dialogue
    stage: Stage
    languages: tuple[str, ...]
    wordings: Mapping[tuple[str, str, str], str]

    def person(self, script: Script) -> Person:
        """Somebody new."""
        return Texter(self, script.language) if script.channel == "sms" else Visitor(self, script.language)


@asynccontextmanager
async def performance(
    stage: Stage, languages: Sequence[str] = ("en",), wordings: Mapping[tuple[str, str, str], str] | None = None
) -> AsyncIterator[Performance]:
    """Connect to an assistant. `wordings` are by answer, language and channel."""
    store, dialogue = await open_store(stage.settings.store_url), Dialogue(stage.settings)
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_LONGEST)) as http:
            yield Performance(http, store, dialogue, stage, tuple(languages), wordings or {})
    finally:
        await dialogue.close()
        await store.close()


async def perform(scripts: Sequence[Script], on: Performance) -> AsyncIterator[Verdict]:
    """Each conversation's verdict as soon as it is there, several at a time."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(script: Script) -> Verdict:
        async with places:
            return await _play(script, on)

    tasks = [asyncio.create_task(one(script)) for script in scripts]
    try:
        for done in asyncio.as_completed(tasks):
            yield await done
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _play(script: Script, on: Performance) -> Verdict:
    person = on.person(script)
    for number, line in enumerate(script.lines, 1):
        if line.presses and line.said not in person.offered:
            words = f"there is no button “{line.said}”; there are: {', '.join(person.offered) or 'none'}"
            return Verdict(script, number, (Problem(words),))
        try:
            heard = await _turn(person, line)
        except (aiohttp.ClientError, DialogueError, TimeoutError, NotHeard) as error:
            return Verdict(script, number, (Problem(f"no answer came ({error or type(error).__name__})"),))
        spoken = {name: on.wordings.get((name, script.language, script.channel), "") for name in line.answers}
        if problems := judged(line, heard, spoken):
            return Verdict(script, number, problems, heard)
    return Verdict(script)


async def _turn(person: Person, line: Line) -> Heard:
    """One step; being asked which of two close questions is meant is right, too, if the right one is offered."""
    heard = await (person.press(line.said) if line.presses else person.write(line.said))
    if heard.names != (_DID_YOU_MEAN,) or _DID_YOU_MEAN in line.answers:
        return heard
    wanted = {answer.replace("utter_", "/", 1) for answer in line.answers}
    right = next((title for title, payload in person.offered.items() if payload in wanted), None)
    return await person.press(right) if right else heard


@dataclass
class Visitor:
    """Somebody in the web chat: the public API, and the store for what is not shown (names of answers)."""

    on: Performance
    language: str
    offered: Mapping[str, str] = field(default_factory=dict)
    _secret: str = ""
    _id: str = ""
    _tokens: Mapping[str, str] = field(default_factory=dict)
    _count: Any = field(default_factory=itertools.count)

    async def write(self, text: str) -> Heard:
        """Write a message."""
        return await self._send(text=text)

    async def press(self, title: str) -> Heard:
        """Press a button of the latest replies."""
        return await self._send(token=self._tokens[title])

    async def _send(self, **what: str) -> Heard:
        if not self._secret:
            opened = await self._ask("POST", "/sessions", {"lang": self.language})
            self._secret, self._id = opened["secret"], opened["session"]
        sent = await self._ask("POST", "/messages", {"client_msg_id": f"r{next(self._count)}", **what})
        return await self._heard(int(sent["number"]))

    async def _heard(self, number: int) -> Heard:
        """All replies of a turn are stored at once, so the first look that finds one finds all."""
        while True:
            told = (await self._ask("GET", f"/poll?after={number}&wait=20"))["events"]
            replies = [each for each in told if each["from"] == "assistant" and each["number"] is not None]
            if replies:
                break
            if not told:
                raise NotHeard("nothing came within 20 seconds")
            number = max([number, *(each["number"] for each in told if each["number"] is not None)])
        self._tokens = {button["title"]: button["token"] for each in replies for button in each["buttons"]}
        names, self.offered = await self._behind(replies[0]["number"])
        return Heard(names, "\n".join(each["text"] for each in replies), tuple(self._tokens))

    async def _behind(self, number: int) -> tuple[tuple[str, ...], dict[str, str]]:
        """The names of the answers and what the buttons stand for."""
        named = select(events.c.answer).where(
            events.c.conversation_id == self._id, events.c.number >= number, events.c.sender == "assistant"
        )
        stands_for = select(choices.c.title, choices.c.payload).where(
            choices.c.conversation_id == self._id, choices.c.number >= number, choices.c.kind == "choice"
        )
        async with self.on.store.read() as connection:
            names = (await connection.execute(named.order_by(events.c.number))).all()
            offered = (await connection.execute(stands_for)).all() if self._tokens else []
        return tuple(row.answer or "" for row in names), {row.title: row.payload for row in offered}

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        channel = self.on.stage.settings.web_channels[0]
        headers = {"Authorization": f"Bearer {self._secret}"} if self._secret else {}
        url = f"{self.on.stage.url}/v1/web/{channel}{path}"
        async with self.on.http.request(method, url, json=body, headers=headers) as answer:
            if answer.status >= 400:
                raise NotHeard(f"{answer.status} {await answer.text()}")
            return await answer.json()


@dataclass
class Texter:
    """Somebody who texts: the same dialogue, and the words as a phone gets them, by the segment."""

    on: Performance
    language: str
    offered: Mapping[str, str] = field(default_factory=dict)
    _id: str = field(default_factory=new_id)
    _spoken: bool = False

    async def write(self, text: str) -> Heard:
        """Text a message."""
        self.language = language.decide(text, self.language, self._spoken, self.on.languages)
        self._spoken = True
        return await self._ask("text", text, None)

    async def press(self, title: str) -> Heard:
        """What a number or the title of a choice would be read as."""
        return await self._ask("choice", title, self.offered[title])

    async def _ask(self, kind: str, text: str, payload: str | None) -> Heard:
        turn = Turn(
            id=new_id(), conversation_id=self._id, channel="sms", channel_name="city", kind=kind, text=text,
            payload=payload, language=self.language, client_language=self.language, spoken=self._spoken, attempt=1,
            told_slow=False, received_at=0.0, fence=0,
        )  # fmt: skip
        answered = await self.on.dialogue.ask(turn, self.language)
        self.language = answered.language or self.language
        self.offered = {title: what for reply in answered.replies for title, what in reply.buttons}
        texts = compose(answered.replies, Style())
        names = tuple(reply.answer or "" for reply in answered.replies)
        return Heard(names, "\n".join(each.text for each in texts), tuple(self.offered), sum(t.segments for t in texts))
