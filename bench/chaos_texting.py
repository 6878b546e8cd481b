"""Kills processes at random while phones text and residents report: `python -m bench.chaos_texting --store sqlite`.

Victims: gateway, worker, Rasa, actions, agency; with `--store postgresql` the database and Redis, too. Each MessageSid
must become exactly one turn, each part of an answer at most one accepted text, in order, and each report one report.
"""

import argparse
import asyncio
import itertools
import json
import random
import re
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
from sqlalchemy import create_engine, select, text, update

from bench import chaos
from bench.crew import SERVERS, SQLITE, Crew, crew
from bot.store import Store, open_store
from bot.store.schema import conversations, events, inbound, outbound
from tests.fakes.texting import CITY

TALK = tuple(words for words, _ in chaos.TALK)
REST = {"rasa": 12.0, "database": 4.0, "gateway": 5.0, "worker 1": 5.0, "worker 2": 5.0}
"""Seconds after a victim is up again before it is taken anew: something has to be done for anything to go wrong."""
SETTLE_SECONDS = 60.0


@dataclass
class Tally(chaos.Tally):
    """What went wrong, texts included; all zeros but the counts is the bar."""

    texts: int = 0
    redelivered: int = 0
    turns_missing: int = 0
    turns_doubled: int = 0
    heard_twice: int = 0
    parts_sent_twice: int = 0
    texts_out_of_order: int = 0
    unanswered: int = 0
    parked: int = 0
    sids: list[str] = field(default_factory=list)

    def wrong(self) -> int:
        texts = self.turns_missing + self.turns_doubled + self.heard_twice + self.parts_sent_twice
        return super().wrong() + texts + self.texts_out_of_order + self.unanswered


async def phone(crew: Crew, number: int, tally: Tally, stop: asyncio.Event) -> None:
    """A phone that texts now and then until told to stop; each text is offered until it is taken, some twice."""
    for count in itertools.count():
        if stop.is_set():
            return
        sid = f"SM{number:08x}{count:024x}"
        tally.sids.append(sid)
        offers = [_offer(crew, number, sid, TALK[count % len(TALK)])]
        if random.random() < 0.2:
            offers.append(_offer(crew, number, sid, TALK[count % len(TALK)]))
            tally.redelivered += 1
        await asyncio.gather(*offers)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), random.uniform(0.4, 1.6))


async def _offer(crew: Crew, number: int, sid: str, body: str) -> None:
    while True:
        with suppress(aiohttp.ClientError, TimeoutError):
            status = await asyncio.wait_for(crew.twilio.text(f"+1312555{number:04}", CITY, body, MessageSid=sid), 15)
            if status == 200:
                return
            if status < 500:
                raise RuntimeError(f"a text was answered with {status}")
        await asyncio.sleep(0.2)


async def kill_now_and_then(crew: Crew, every: float, tally: Tally, http: aiohttp.ClientSession) -> None:
    """kill -9 of somebody who is up and has been for a moment, until cancelled."""
    free_at: dict[str, float] = {}
    while True:
        await asyncio.sleep(random.uniform(0.5, 1.5) * every)
        now = time.monotonic()
        victims = [*crew.kept, *crew.servers]
        random.shuffle(victims)
        for name in victims:
            if now < free_at.get(name, 0.0):
                continue
            if name in crew.servers:
                await crew.restart_server(name)
            elif await crew.kept[name].is_up(http):
                crew.kept[name].kill()
            else:
                continue
            tally.kills[name] += 1
            free_at[name] = time.monotonic() + REST.get(name, 1.0)
            break


class Books:
    """The store, read and hurried from outside with the store's own code."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def all(self, statement: Any) -> list[Any]:
        async with self._store.read() as connection:
            return list((await connection.execute(statement)).all())

    async def hurry(self) -> None:
        """As if the time had passed after which a dead worker's claim is looked up."""
        async with self._store.begin() as connection:
            gone = time.time() - 4
            late = outbound.c.status.in_(("submitting", "unclear")), outbound.c.changed_at < gone
            await connection.execute(update(outbound).where(*late).values(claimed_until=0.0, due_at=0.0))

    async def settle(self) -> None:
        """Wait until every turn is done and every text is on its way or given up."""
        until = time.monotonic() + SETTLE_SECONDS
        while time.monotonic() < until:
            open_turns = await self.all(select(inbound.c.id).where(inbound.c.done.is_(False)))
            waiting = ("queued", "submitting", "unclear")
            open_texts = await self.all(select(outbound.c.status).where(outbound.c.status.in_(waiting)))
            if not open_turns and not open_texts:
                return
            await self.hurry()
            await asyncio.sleep(1)


async def audit(books: Books, crew: Crew, tally: Tally) -> None:
    """Compare what was texted, what is stored, and what Twilio took."""
    texted = inbound.join(conversations, inbound.c.conversation_id == conversations.c.id)
    kept = await books.all(
        select(inbound.c.id, inbound.c.external_id, inbound.c.position, inbound.c.done)
        .select_from(texted)
        .where(conversations.c.channel == "sms")
    )
    by_sid = Counter(row.external_id for row in kept)
    tally.texts = len(tally.sids)
    tally.turns_missing = sum(by_sid[sid] == 0 for sid in tally.sids) + sum(not row.done for row in kept)
    tally.turns_doubled = sum(max(0, count - 1) for count in by_sid.values())
    said = await books.all(select(events.c.inbound_id).where(events.c.sender == "assistant"))
    answered = {row.inbound_id for row in said}
    tally.unanswered = sum(row.id not in answered for row in kept)
    ours = {row.id: row for row in await books.all(select(outbound))}
    tally.parked = sum(row.status == "parked" for row in ours.values())
    taken = [(message.to, re.sub(r".*[?&]m=", "", message.callback)) for message in crew.twilio.sent]
    tally.parts_sent_twice = sum(count - 1 for count in Counter(part for _, part in taken).values())
    position = {row.id: row.position for row in kept}
    for _, group in itertools.groupby(sorted(taken, key=lambda pair: pair[0]), key=lambda pair: pair[0]):
        places = [(position[ours[part].inbound_id], ours[part].part) for _, part in group if part in ours]
        tally.texts_out_of_order += sum(a > b for a, b in itertools.pairwise(places))


async def heard_twice(crew: Crew) -> int:
    """How many messages Rasa's trackers hold more than once."""
    if crew.postgres is None:
        path = crew.tracker_url
        engine = create_engine(path)
        with engine.connect() as connection:
            stored = [row[0] for row in connection.execute(text("SELECT data FROM events WHERE type_name = 'user'"))]
        engine.dispose()
    else:
        database = crew.tracker_url.rsplit("/", 1)[1]
        said = crew.postgres.sql("SELECT data FROM events WHERE type_name = 'user'", database)
        stored = said.splitlines()
    ids = Counter((json.loads(data).get("metadata") or {}).get("message_id") for data in stored)
    return sum(count - 1 for message_id, count in ids.items() if message_id)


def _say(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


async def run(store: str, workers: int, times: tuple[float, float], phones: int, reports: int) -> Tally:
    """One piece: load and kills for some seconds, then everything must come to rest and add up."""
    tally, (seconds, every) = Tally(), times
    with tempfile.TemporaryDirectory() as folder:
        async with crew(Path(folder), store, workers) as ours, aiohttp.ClientSession() as http:
            _say("all up")
            stop = asyncio.Event()
            texting = [asyncio.create_task(phone(ours, number, tally, stop)) for number in range(phones)]
            markers = [f"Marker {uuid4().hex}" for _ in range(reports)]
            reporting = [asyncio.create_task(chaos.report(http, ours, marker, tally)) for marker in markers]
            killer = asyncio.create_task(kill_now_and_then(ours, every, tally, http))
            await asyncio.sleep(seconds)
            stop.set()
            killer.cancel()
            await asyncio.gather(killer, return_exceptions=True)
            _say(f"{sum(tally.kills.values())} kills")
            await ours.all_up(http)
            await asyncio.gather(*texting)
            _say(f"{len(tally.sids)} texts taken")
            await asyncio.gather(*reporting)
            _say("reports done")
            store_of_ours = await open_store(ours.store_url)
            try:
                books = Books(store_of_ours)
                await books.settle()
                _say("at rest")
                await audit(books, ours, tally)
            finally:
                await store_of_ours.close()
            tally.heard_twice = await heard_twice(ours)
            await chaos.count_reports(http, ours, markers, tally)
    return tally


def main() -> None:
    """Print the tally; exit 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", choices=(SQLITE, SERVERS), default=SQLITE)
    parser.add_argument("--seconds", type=float, default=45.0)
    parser.add_argument("--every", type=float, default=0.6, help="seconds between kills")
    parser.add_argument("--phones", type=int, default=10)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--reports", type=int, default=3)
    options = parser.parse_args()
    times = options.seconds, options.every
    tally = asyncio.run(run(options.store, options.workers, times, options.phones, options.reports))
    told = {name: value for name, value in tally.__dict__.items() if name != "sids"}
    print(
        json.dumps({**told, "kills": dict(tally.kills), "all_kills": sum(tally.kills.values()), "wrong": tally.wrong()})
    )
    raise SystemExit(1 if tally.wrong() else 0)


if __name__ == "__main__":
    main()
