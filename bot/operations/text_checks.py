"""What `assistant doctor` says about texting: which numbers are on, what is stuck, who is not written to."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from time import time
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.errors import AssistantError
from bot.operations.desk_phone import phone_address, simulated_twilio
from bot.operations.finding import Finding
from bot.settings import LOOPBACK, Settings
from bot.sms.channels import load_sms_channels
from bot.store import open_store
from bot.store.schema import consents, outbound, senders


@dataclass(frozen=True)
class _Kept:
    """What the store knows: pauses as channel -> (seconds left, reason), counts of messages and people."""

    paused: Mapping[str, tuple[float, str]] = field(default_factory=dict)
    parked: int = 0
    stopped: int = 0


def examine_texting(settings: Settings, environment: Mapping[str, str], clock: Clock = time) -> Iterator[Finding]:
    """Look at sms.yml, the environment and the store; changes nothing."""
    simulated = simulated_twilio(settings, environment)
    try:
        channels = load_sms_channels(settings, environment, {})
    except AssistantError as error:
        yield Finding("mend", str(error))
        return
    for name, channel in channels.on.items():
        yield Finding("ok", f"Residents can text {', '.join(channel.numbers)} ({name}).")
        if urlsplit(channel.public_url).scheme != "https" and urlsplit(settings.twilio_api).hostname not in LOOPBACK:
            words = f"PUBLIC_URL is {channel.public_url}, but Twilio should call an address that begins with https://."
            yield Finding("mend", words)
    for name, why in channels.off.items():
        yield Finding("note", f"No real phone can text {name}: {why} (docs/sms.md).")
    if simulated:
        yield Finding("note", f"While `make run` runs, a simulated phone is at {phone_address(settings)}.")
    database = settings.data_dir / "assistant.db"
    if not settings.database_url and not database.exists():
        return
    try:
        kept = asyncio.run(_kept(settings, clock()))
    except (SQLAlchemyError, OSError):
        return  # the store is looked at on its own
    yield from _told(kept)


def _told(kept: _Kept) -> Iterator[Finding]:
    for name, (seconds, reason) in kept.paused.items():
        why = f"Twilio said {reason}: https://www.twilio.com/docs/api/errors/{reason}"
        yield Finding("mend", f"Sending from {name} pauses for {seconds:.0f} s more. {why}")
    if kept.parked:
        words = f"Nobody knows if {kept.parked} text(s) were sent: `assistant sms parked` lists them, then "
        yield Finding("mend", f"{words}`assistant sms retry all` or `assistant sms drop all`.")
    if kept.stopped:
        yield Finding("ok", f"{kept.stopped} phone(s) asked for no more texts and get none.")


async def _kept(settings: Settings, now: float) -> _Kept:
    later = consents.alias("later")
    newer = (
        select(later.c.id)
        .where(
            later.c.channel_name == consents.c.channel_name,
            later.c.address_hash == consents.c.address_hash,
            (later.c.at > consents.c.at) | ((later.c.at == consents.c.at) & (later.c.id > consents.c.id)),
        )
        .exists()
    )
    store = await open_store(settings.store_url)
    try:
        async with store.read() as connection:
            rows = (await connection.execute(select(senders).where(senders.c.paused_until > now))).all()
            parked = select(func.count()).select_from(outbound).where(outbound.c.status == "parked")
            stopped = select(func.count()).select_from(consents).where(consents.c.wish == "stop", ~newer)
            return _Kept(
                {row.channel_name: (row.paused_until - now, row.pause_reason or "no reason") for row in rows},
                int((await connection.execute(parked)).scalar_one()),
                int((await connection.execute(stopped)).scalar_one()),
            )
    finally:
        await store.close()
