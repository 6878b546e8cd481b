"""Plays two Rasa servers on one database and one Redis, in the language environment; prints what each may do."""

import asyncio
import json

from rasa.core.lock_store import LockError
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered

from nlu.lock_store import SharedLockStore
from nlu.tracker_store import ConversationMoved, DurableTrackerStore


async def locks() -> dict[str, bool]:
    one, two = SharedLockStore(), SharedLockStore()
    async with one.lock("ada", 30, 0.01):
        try:
            async with two.lock("ada", 0.2, 0.01):
                held = False
        except LockError:
            held = True
        async with two.lock("ben", 30, 0.01):
            pass
    async with two.lock("ada", 30, 0.01):
        return {"only one at a time": held, "free afterwards": True}


async def trackers() -> dict[str, object]:
    one, two = (DurableTrackerStore(Domain.empty()) for _ in range(2))
    mine, theirs = [await store.retrieve("ada") or store.init_tracker("ada") for store in (one, two)]
    mine.update(BotUttered("first"))
    await one.save(mine)
    theirs.update(BotUttered("second"))
    try:
        await two.save(theirs)
        refused = False
    except ConversationMoved:
        refused = True
    again = await two.retrieve("ada")
    again.update(BotUttered("third"))
    await two.save(again)
    kept = await one.retrieve("ada")
    return {"refused": refused, "kept": [event.text for event in kept.events if isinstance(event, BotUttered)]}


print(json.dumps({**asyncio.run(locks()), **asyncio.run(trackers())}))
