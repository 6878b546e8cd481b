"""`assistant content inbox`: for the terminal, for programs, as a spreadsheet that runs nothing."""

import asyncio
import csv
import json
from pathlib import Path

import pytest

from bot.store import open_store
from bot.store.schema import heard
from studio.cli import main

SAID = ("=HYPERLINK(1) my llama", "register my llama", "where is the ice rink")


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'assistant.db'}")

    async def fill() -> None:
        store = await open_store(f"sqlite:///{tmp_path / 'assistant.db'}")
        given = {"language": "en", "channel": "web", "why": "close", "at": 0.0, "used": False}
        rows = [{"id": f"{number:032x}", "text": text, **given} for number, text in enumerate(SAID)]
        async with store.begin() as connection:
            await connection.execute(heard.insert(), rows)
        await store.close()

    asyncio.run(fill())
    return tmp_path


def test_the_inbox_is_listed_told_to_programs_and_exported(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["content", "inbox"]) == 0
    assert "where is the ice rink" in capsys.readouterr().out
    assert main(["content", "inbox", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert sorted(each["text"] for group in told for each in group["messages"]) == sorted(SAID)
    assert main(["content", "inbox", "--export", str(kept / "inbox.csv")]) == 0
    rows = list(csv.DictReader((kept / "inbox.csv").open(encoding="utf-8")))
    assert len(rows) == 3 and "'=HYPERLINK(1) my llama" in [row["text"] for row in rows]


def test_the_inbox_is_narrowed(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["content", "inbox", "--language", "es"]) == 0
    assert "Nothing waits." in capsys.readouterr().out
