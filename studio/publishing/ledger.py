"""What publishing writes into the audit log and reads from it, for programs that do nothing else with the store."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from bot import audit
from bot.settings import Settings
from bot.store import open_store

AREAS = ("publish.", "review.", "answer.", "topic.")


def write(settings: Settings, who: str, what: str, subject: str, details: Mapping[str, Any]) -> None:
    """Add an entry."""

    async def add() -> None:
        store = await open_store(settings.store_url)
        try:
            await audit.write(store, who, what, subject, details, clock=time.time)
        finally:
            await store.close()

    asyncio.run(add())


def entries(settings: Settings, limit: int) -> list[audit.Entry]:
    """The latest entries of publishing, the latest first."""

    async def read() -> list[audit.Entry]:
        store = await open_store(settings.store_url)
        try:
            return await audit.entries(store, what=AREAS, limit=limit)
        finally:
            await store.close()

    return asyncio.run(read())


def in_words(entry: audit.Entry) -> str:
    """Such as "publish: release 3 by Ada, approved by Grace (New fares.)"."""
    told = entry.details
    words = f"{entry.what.partition('.')[2]}: {entry.subject} by {entry.who}"
    if told.get("approved_by"):
        words += f", approved by {told['approved_by']}"
    why = told.get("reason") or told.get("message")
    return f"{words} ({why})" if why else words
