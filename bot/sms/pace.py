"""How fast a channel may send: one place in time for each segment, shared by all workers through the store."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select, update

from bot.sms.channels import SmsChannel
from bot.store import Store, Transaction, again
from bot.store.schema import senders

BURST_SECONDS = 1.0
"""What was not used of the last second may be used at once."""

_SENDER = select(senders).where(senders.c.channel_name == bindparam("channel")).with_for_update()


@again
async def prepare(store: Store, channel_names: Sequence[str]) -> None:
    """Make the rows of channels that never sent."""
    async with store.begin() as connection:
        known = set((await connection.execute(select(senders.c.channel_name))).scalars())
        for name in channel_names:
            if name not in known:
                await connection.execute(senders.insert(), [{"channel_name": name}])


async def take_place(connection: Transaction, channel: SmsChannel, segments: int, now: float) -> float:
    """0 and the place is ours, or the seconds until there may be one. Holds the sender's row until the commit."""
    row = (await connection.execute(_SENDER, [{"channel": channel.name}])).one()
    wait: float = max(row.next_at, row.paused_until) - now
    if wait > 0:
        return wait
    begins = max(row.next_at, now - BURST_SECONDS)
    await connection.execute(
        update(senders)
        .where(senders.c.channel_name == channel.name)
        .values(next_at=begins + segments / channel.segments_a_second)
    )
    return 0.0
