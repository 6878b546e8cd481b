"""`assistant sms`: what a text costs and means, and the messages that staff must decide about."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select, update

from bot import watching
from bot.clock import Clock, iso
from bot.settings import ROOT, Settings
from bot.sms.optout import load_optout
from bot.sms.segments import foreign, measure
from bot.sms.wording import cheapest
from bot.store import open_store
from bot.store.schema import outbound

_MEANINGS = {
    "stop": "asks to stop",
    "stop_candidate": "asks to stop, in words of its own",
    "start": "asks to start again, if it had stopped",
    "help": "asks for help",
    "none": "goes to the assistant",
}
AGAIN_SECONDS = 3600.0
"""A parked message that staff sends again has this long to go out."""


def explain(text: str) -> dict[str, Any]:
    """What a text is to carriers and to us, as it stands; `folded` is how we would send it."""
    segments, wish = measure(text), load_optout(ROOT / "data" / "optout.yml").wish(text)
    return {
        "encoding": segments.encoding,
        "segments": segments.count,
        "units": segments.units,
        "parts": list(segments.parts),
        "folded": cheapest(text, fold=True),
        "opt_out": wish,
    }


def explained(text: str, *, as_json: bool) -> Iterator[str]:
    """The explanation, for people or for programs."""
    told = explain(text)
    if as_json:
        yield json.dumps(told, ensure_ascii=False)
        return
    yield f"{told['segments']} segment(s), {told['units']} places, {told['encoding']}."
    if foreign(text):
        yield f"These characters make it dear: {' '.join(foreign(text))}"
    if told["folded"] != text:
        again = measure(told["folded"])
        yield f"We would send ({again.count} segment(s), {again.encoding}):\n{told['folded']}"
    yield f"As a message from a resident it {_MEANINGS[told['opt_out']]}."


async def parked(settings: Settings) -> list[str]:
    """One line a message that may or may not have been sent; its words stay private."""
    store = await open_store(settings.store_url)
    try:
        async with store.read() as connection:
            query = select(outbound).where(outbound.c.status == "parked").order_by(outbound.c.created_at)
            rows: Sequence[Any] = (await connection.execute(query)).all()
    finally:
        await store.close()
    return [
        f"{row.id}  {iso(row.created_at)}  {row.channel_name}  {row.kind}  {row.segments} segment(s)" for row in rows
    ]


async def notify(settings: Settings, clock: Clock) -> int:
    """Let all who wait for news of a request hear them now; how many those are."""
    store = await open_store(settings.store_url)
    try:
        return await watching.look_now(store, clock)
    finally:
        await store.close()


async def decide(settings: Settings, which: str, *, send: bool, clock: Clock) -> int:
    """Send parked messages again, or drop them; `which` is an id or "all". How many it was."""
    now = clock()
    values = {"status": "queued", "attempts": 0, "due_at": now, "deadline": now + AGAIN_SECONDS}
    store = await open_store(settings.store_url)
    try:
        async with store.begin() as connection:
            mine = outbound.c.status == "parked"
            chosen = mine if which == "all" else mine & (outbound.c.id == which)
            changed = values if send else {"status": "cancelled", "error": "dropped by staff"}
            done = await connection.execute(update(outbound).where(chosen).values(**changed, changed_at=now))
            return int(done.rowcount)
    finally:
        await store.close()
