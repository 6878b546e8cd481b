"""Runs turns and sends text messages: inside the gateway, or as a process of its own (`python -m channels.worker`)."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from sqlalchemy.exc import SQLAlchemyError

from bot.errors import AssistantError
from bot.logs import set_up_logs
from bot.operations.keys import with_secrets
from bot.parts import Parts, open_parts
from bot.settings import Settings
from bot.sms.delivery import Delivery
from bot.worker import Worker
from channels.sms.twilio import Twilio

log = logging.getLogger(__name__)

# Seconds for what is in flight at the end; together less than a supervisor's patience.
LAST_TURNS = 3.0
LAST_TEXTS = 2.0

Serve = Callable[[Settings, asyncio.Event], Awaitable[None]]


@asynccontextmanager
async def working(parts: Parts, settings: Settings) -> AsyncIterator["asyncio.Future[None]"]:
    """Work inside the `async with`; the future ends only if the work fails. At the end, what is in flight ends first.

    A turn that does not is free for other workers at once; a text on its way is looked up before it is sent again.
    """
    provider = Twilio(settings.twilio_api)
    worker = Worker(parts, settings, provider)
    delivery = Delivery(parts, provider)

    async def work() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(worker.run())
            group.create_task(delivery.run())

    _tell_channels(parts)
    task = asyncio.create_task(work())
    try:
        yield task
    finally:
        await asyncio.gather(worker.drain(LAST_TURNS), delivery.drain(LAST_TEXTS))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await provider.close()


def _tell_channels(parts: Parts) -> None:
    """Which numbers can be texted, and why others cannot."""
    for name in parts.sms.on:
        log.info("sms_channel_on", extra={"channel": name})
    for name, why in parts.sms.off.items():
        log.info("sms_channel_off", extra={"channel": name, "why": why})


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    """Work until `stop`; raises what the work fails with."""
    async with open_parts(settings) as parts, working(parts, settings) as work:
        log.info("worker_ready", extra={"worker": settings.worker})
        await first_of(stop, work)


async def first_of(stop: asyncio.Event, work: "asyncio.Future[None]") -> None:
    """Return when told to stop; a worker that failed ends the process, and who runs it starts it anew."""
    told = asyncio.ensure_future(stop.wait())
    try:
        done, _ = await asyncio.wait((told, work), return_when=asyncio.FIRST_COMPLETED)
    finally:
        told.cancel()
    if work in done:
        work.result()


def run(serve: Serve) -> int:
    """Run a process until SIGTERM or SIGINT; 0 after a clean stop, 2 where it cannot start (one sentence says why)."""
    try:
        settings = Settings.from_env(with_secrets(os.environ, Settings.from_env().data_dir))
        set_up_logs(settings.log_level)
        asyncio.run(_until_told(serve, settings))
    except AssistantError as error:
        print(error, file=sys.stderr)
        return 2
    except SQLAlchemyError as error:
        print(f"The store cannot be opened ({type(error).__name__}). Check DATABASE_URL.", file=sys.stderr)
        return 2
    return 0


async def _until_told(serve: Serve, settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await serve(settings, stop)


if __name__ == "__main__":
    sys.exit(run(serve))
