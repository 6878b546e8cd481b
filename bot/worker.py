"""Runs turns: claims lanes, runs many at once, tries again after failures, starts follow-ups, forgets what is old."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError

from bot import heard, inbox, lanes, turn
from bot.errors import DialogueError, LaneLost
from bot.inbox import ConversationEnded, Incoming
from bot.lanes import Claimant, Turn
from bot.parts import Parts
from bot.settings import Settings
from bot.sms import pictures
from bot.sms.provider import Provider
from bot.sms.reading import media_of
from bot.store.schema import conversations, follow_ups
from bot.turn import TURNS

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5  # how often to look for work that nobody announced: retries, follow-ups, other processes' messages
FIRST_RETRY = 0.25
LONGEST_RETRY = 2.0
LONGEST_SILENT_RETRY = 0.5  # until the person was told that it takes longer, so that they are told in time
LONGEST_FORGET_RETRY = 60.0  # nobody waits for it, and hundreds may come at once when their time is over
FORGET_AT_ONCE = 500
KEEP_ENDED = 86400.0  # seconds that the empty row of an ended conversation stays


class Worker:
    """One process's share of the turns."""

    def __init__(self, parts: Parts, settings: Settings, provider: Provider | None = None) -> None:
        self._parts, self._provider = parts, provider
        self._claimant = Claimant(settings.worker, settings.lane_seconds)
        self._free = settings.turns_at_once
        self._retention = settings.retention_days * 86400.0
        self._running: dict[asyncio.Task[None], str] = {}  # conversations
        self._stopping = False

    async def run(self) -> None:
        """Work until cancelled or stopped."""
        await lanes.release_all(self._parts.store, self._claimant.owner)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._take_turns())
            group.create_task(self._every(LOOK_SECONDS, self._start_follow_ups))
            group.create_task(self._every(self._claimant.seconds / 3, self._renew))
            group.create_task(self._every(60.0, lambda: lanes.after_set_back(self._parts.store, self._parts.clock)))
            group.create_task(self._every(3600.0, self._forget_old))

    async def drain(self, seconds: float) -> None:
        """Take no more turns, wait for those in flight, and give back at once what does not end in time."""
        self._stopping = True
        if not self._running:
            return
        _, late = await asyncio.wait(set(self._running), timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        if late:
            with suppress(SQLAlchemyError):  # else they are free when their lease is over
                await lanes.release_all(self._parts.store, self._claimant.owner)
                self._parts.wakeups.work()

    async def _take_turns(self) -> None:
        while not self._stopping:
            try:
                taken = await self._claim()
            except SQLAlchemyError:
                log.exception("store_failed")
                taken = 0
            if not taken:
                await self._parts.wakeups.next_work(LOOK_SECONDS)

    async def _claim(self) -> int:
        if self._free == 0:
            return 0
        claimed = await lanes.claim(self._parts.store, self._claimant, self._free, self._parts.clock)
        for head in claimed:
            self._free -= 1
            task = asyncio.create_task(self._turn(head))
            self._running[task] = head.conversation_id
            task.add_done_callback(self._done)
        return len(claimed)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task)
        self._free += 1
        if self._stopping:
            self._parts.wakeups.work()
        else:
            self._parts.wakeups.hear("work")  # we take what is next in this lane: others need not look

    async def _turn(self, head: Turn) -> None:
        """The turn loop's door: whatever goes wrong in a turn, the message stays in its lane and is tried again."""
        try:
            await self._fetch_pictures(head)
            await turn.run(self._parts, head)
        except LaneLost:
            TURNS.labels(head.kind, "lost").inc()
        except DialogueError as error:
            TURNS.labels(head.kind, "retry").inc()
            log.info("turn_waits", extra={"turn": head.id, "attempt": head.attempt, "why": str(error)})
            await self._try_again(head)
        except Exception:
            TURNS.labels(head.kind, "error").inc()
            log.exception("turn_failed", extra={"turn": head.id, "attempt": head.attempt})
            await self._try_again(head)

    async def _fetch_pictures(self, head: Turn) -> None:
        channel = self._parts.sms.on.get(head.channel_name) if head.channel == "sms" else None
        if channel and self._provider and media_of(head.payload):
            await pictures.fetch(self._parts.store, self._provider, channel, head, self._parts.clock)

    async def _try_again(self, head: Turn) -> None:
        longest = LONGEST_RETRY if head.told_slow else LONGEST_SILENT_RETRY
        if head.kind == "forget":
            longest = LONGEST_FORGET_RETRY
        pause = min(FIRST_RETRY * 2 ** min(head.attempt - 1, 10), longest)
        try:
            await lanes.retry(self._parts.store, head, pause, self._parts.clock)
        except SQLAlchemyError:
            log.exception("store_failed")  # nobody renews the lane any more: it is free when its lease is over

    async def _every(self, seconds: float, job: Callable[[], Awaitable[None]]) -> None:
        while not self._stopping:
            try:
                await job()
            except SQLAlchemyError:
                log.exception("store_failed")  # it may be back the next time
            await asyncio.sleep(seconds)

    async def _renew(self) -> None:
        if self._running:
            held = tuple(self._running.values())
            await lanes.renew(self._parts.store, self._claimant, held, self._parts.clock)

    async def _start_follow_ups(self) -> None:
        """Put the follow-ups that are due into their conversations' lanes."""
        now = self._parts.clock()
        due = select(follow_ups).where(follow_ups.c.due_at <= now).order_by(follow_ups.c.due_at).limit(50)
        async with self._parts.store.read() as connection:
            rows = (await connection.execute(due)).all()
        for row in rows:
            incoming = Incoming(
                row.conversation_id, f"follow_up:{row.id}", "follow_up", payload=row.action, via=row.via
            )
            async with self._parts.store.begin() as connection:
                with suppress(ConversationEnded):  # first its conversation, then the rest: the order of all locks
                    await inbox.insert(connection, incoming, now)
                await connection.execute(delete(follow_ups).where(follow_ups.c.id == row.id))
        if rows:
            self._parts.wakeups.work()

    async def _forget_old(self) -> None:
        """End and clear conversations that were silent for the retention time; drop what is left of ended ones."""
        now = self._parts.clock()
        silent = (
            select(conversations.c.id)
            .where(conversations.c.last_at < now - self._retention, conversations.c.ended_at.is_(None))
            .limit(FORGET_AT_ONCE)
        )
        more = True
        while more and not self._stopping:
            async with self._parts.store.read() as connection:
                ids = (await connection.execute(silent)).scalars().all()
            for conversation_id in ids:
                incoming = Incoming(conversation_id, "forget", "forget")
                with suppress(ConversationEnded):  # by its resident, a moment ago
                    await inbox.accept(self._parts.store, self._parts.wakeups, incoming, self._parts.clock)
            more = len(ids) == FORGET_AT_ONCE
        await pictures.forget_old(self._parts.store, now)
        await heard.forget_old(self._parts.store, self._parts.keeping, self._parts.clock)
        cleared = conversations.c.ended_at < now - KEEP_ENDED, conversations.c.ready_at.is_(None)
        async with self._parts.store.begin() as connection:
            await connection.execute(delete(conversations).where(*cleared))
