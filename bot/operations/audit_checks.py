"""What `assistant doctor` says of the audit log: whether anybody changed what was written into it."""

import asyncio
from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from bot import audit
from bot.operations.finding import Finding
from bot.settings import Settings
from bot.store import open_store


def examine_audit(settings: Settings) -> Iterator[Finding]:
    """Nothing where there is no store yet, or none that can be opened: the store is looked at on its own."""
    if not settings.database_url and not (settings.data_dir / "assistant.db").exists():
        return
    try:
        verdict = asyncio.run(_verdict(settings))
    except (SQLAlchemyError, OSError):
        return
    yield from (Finding("mend", f"The audit log was tampered with. {words}") for _, words in verdict.broken)
    if verdict.whole:
        yield Finding("ok", f"The audit log is whole ({verdict.entries} entries).")


async def _verdict(settings: Settings) -> audit.Verdict:
    store = await open_store(settings.store_url)
    try:
        return await audit.verify(store)
    finally:
        await store.close()
