"""What keeping for the content team adds to a turn, in processor time: masking and rows. `python -m bench.heard`."""

import asyncio
import json
import tempfile
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

import yaml

from bot import heard
from bot.heard import Keeping
from bot.ids import new_id
from bot.lanes import Turn
from bot.privacy import mask
from bot.replies import Outcome, Reply, Understood
from bot.settings import ROOT
from bot.store import Store, open_store
from bot.store.schema import receipts

TIMES = 300
KEEPING = Keeping(90.0, ZoneInfo("UTC"))


def main() -> None:
    """Print medians and 95th percentiles in milliseconds."""
    cases = yaml.safe_load((ROOT / "tests/bot/privacy.yml").read_text(encoding="utf-8"))
    texts = [case[0] for case in cases["masked"]] + [str(text) for text in cases["stays"]]
    mask(texts[0])
    told = {"mask": _figures([_timed(partial(mask, text)) for text in texts for _ in range(3)])}
    told.update(asyncio.run(_rows(texts)))
    print(json.dumps(told, indent=1))


async def _rows(texts: list[str]) -> dict[str, dict[str, float]]:
    """The same transaction without notes, with a count, and with a count and a masked message."""
    badly = Outcome(
        (Reply("?", "en", answer="utter_not_understood"),), understood=Understood("nlu_fallback", "faq/x", 0.3)
    )
    well = Outcome((Reply("!", "en", answer="utter_faq/x"),), understood=Understood("faq/x", "faq/x", 0.9))
    with tempfile.TemporaryDirectory() as folder:
        store = await open_store(f"sqlite:///{Path(folder) / 'bench.db'}")
        try:
            return {
                "transaction alone": await _times(store, texts, lambda turn: _stored(store, turn, None)),
                "with a count": await _times(store, texts, lambda turn: _stored(store, turn, well)),
                "with a count and a masked message": await _times(
                    store, texts, lambda turn: _stored(store, turn, badly)
                ),
            }
        finally:
            await store.close()


async def _stored(store: Store, turn: Turn, outcome: Outcome | None) -> None:
    notes = await heard.notes(store, KEEPING, turn, outcome, time.time()) if outcome else None
    async with store.begin() as connection:
        row = {"id": new_id(), "provider_id": turn.id, "status": "sent", "error": "", "at": 0.0}
        await connection.execute(receipts.insert(), [row])  # what a turn writes in any case
        if notes:
            await heard.keep(connection, notes)


async def _times(store: Store, texts: list[str], act: Callable[[Turn], Awaitable[None]]) -> dict[str, float]:
    found = []
    for number in range(TIMES):
        began = time.process_time()
        await act(_turn(texts[number % len(texts)]))
        found.append((time.process_time() - began) * 1000)
    return _figures(found)


def _turn(text: str) -> Turn:
    ids = new_id(), new_id()
    return Turn(*ids, "text", text, None, 1, False, time.time(), "web", "city", "en", "en", True, 1)


def _timed(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return (time.process_time() - began) * 1000


def _figures(found: list[float]) -> dict[str, float]:
    return {"median_ms": round(median(found), 3), "p95_ms": round(sorted(found)[int(len(found) * 0.95)], 3)}


if __name__ == "__main__":
    main()
