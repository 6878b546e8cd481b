"""Lets those who asked to be told of their request hear at once what an agency has just done."""

from sqlalchemy import update

from bot.clock import Clock
from bot.store import Store, again
from bot.store.schema import follow_ups

LOOK = "action_tell_news"
"""The follow-up that asks the agency and tells the person what is new (actions/follow/watching.py)."""


@again
async def look_now(store: Store, clock: Clock) -> int:
    """Bring every such follow-up forward; how many wait. Who has nothing new to hear hears nothing.

    What is said comes from the agency, goes only to those who asked, and waits for the morning as any notice does.
    """
    now = clock()
    async with store.begin() as connection:
        waiting = update(follow_ups).where(follow_ups.c.action == LOOK, follow_ups.c.due_at > now)
        return int((await connection.execute(waiting.values(due_at=now))).rowcount)
