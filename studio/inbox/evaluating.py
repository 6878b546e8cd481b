"""Decided messages measure the assistant first: each with the topic that would have been right."""

from dataclasses import dataclass

from sqlalchemy import select

from bot.store import Store
from bot.store.schema import heard


@dataclass(frozen=True)
class Evaluated:
    """A masked message and its right topic; None: it is not for us, and must not be taken for anything."""

    text: str
    language: str
    channel: str
    topic: str | None


async def evaluated(store: Store) -> list[Evaluated]:
    """What people decided, without what has become an example question since; each text once."""
    columns = heard.c.text, heard.c.language, heard.c.channel, heard.c.decision, heard.c.decided_topic
    query = select(*columns).where(heard.c.decision.in_(("right", "other", "not_for_us")), heard.c.used.is_(False))
    async with store.read() as connection:
        rows = (await connection.execute(query.order_by(heard.c.decided_at, heard.c.id))).all()
    found: dict[tuple[str, str], Evaluated] = {}
    for row in rows:
        if row.decision == "not_for_us" or row.decided_topic:
            topic = None if row.decision == "not_for_us" else row.decided_topic
            found[row.text, row.language] = Evaluated(row.text, row.language, row.channel, topic)
    return list(found.values())
