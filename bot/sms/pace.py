"""How fast a channel may send: one place in time for each segment, shared by all workers through the store."""

from collections.abc import Sequence

from sqlalchemy import Float, bindparam, case, select, update

from bot.sms.channels import SmsChannel
from bot.store import Store, Transaction, again
from bot.store.schema import senders

BURST_SECONDS = 1.0
"""What was not used of the last second may be used at once."""

SHORTEST_WAIT = 0.01

_SENDER = select(senders).where(senders.c.channel_name == bindparam("channel"))
_TAKE = (
    update(senders)
    .where(
        senders.c.channel_name == bindparam("channel"),
        senders.c.next_at <= bindparam("now"),
        senders.c.paused_until <= bindparam("now"),
    )
    .values(
        next_at=case((senders.c.next_at > bindparam("earliest"), senders.c.next_at), else_=bindparam("earliest"))
        + bindparam("seconds", type_=Float)
    )
)


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
    seconds = segments / channel.segments_a_second
    place = {"channel": channel.name, "now": now, "earliest": now - BURST_SECONDS, "seconds": seconds}
    if (await connection.execute(_TAKE, [place])).rowcount:
        return 0.0
    row = (await connection.execute(_SENDER, [{"channel": channel.name}])).one()
    wait: float = max(row.next_at, row.paused_until) - now
    return max(wait, SHORTEST_WAIT)  # what was in the way is gone since
