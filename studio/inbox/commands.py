"""The command `inbox`: what waits for a decision, grouped, for the terminal, for programs or as a spreadsheet."""

import argparse
import asyncio
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from time import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.inbox.grouping import Group
    from studio.inbox.messages import Message, Which

HEADS = ("text", "language", "channel", "why", "answer", "release", "topic", "score", "runner_up", "at", "group")
WHYS = ("not_understood", "close", "thumbs_down", "to_person")


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add it to the command line."""
    command = commands.add_parser("inbox", help="masked messages that went badly and wait for a decision")
    command.add_argument("--why", choices=WHYS, default="", help="only what went badly in this way")
    command.add_argument("--language", default="", help="only this language, such as es")
    command.add_argument("--channel", default="", help="only this channel: web or sms")
    command.add_argument("--since", type=float, metavar="DAYS", help="only the last DAYS days")
    command.add_argument("--json", action="store_true", help="for programs")
    command.add_argument("--export", type=Path, metavar="CSV", help="write all of them into a spreadsheet")
    command.set_defaults(act=_inbox)


def _inbox(chosen: argparse.Namespace) -> int:
    from studio.inbox.grouping import grouped
    from studio.inbox.messages import Which

    since = time() - chosen.since * 86400 if chosen.since is not None else None
    groups = grouped(asyncio.run(_waiting(Which(chosen.why, chosen.language, chosen.channel, since))))
    if chosen.export:
        _export(chosen.export, groups)
    if chosen.json:
        told = [{"topic": group.topic, "messages": [each.to_json() for each in group.messages]} for group in groups]
        print(json.dumps(told, ensure_ascii=False, indent=1))
    elif chosen.export:
        print(f"{sum(len(group.messages) for group in groups)} messages are in {chosen.export}.")
    else:
        print("\n".join(_lines(groups)) or "Nothing waits.")
    return 0


async def _waiting(which: "Which") -> "list[Message]":
    from bot.settings import Settings
    from bot.store import open_store
    from studio.inbox.messages import waiting

    store = await open_store(Settings.from_env(os.environ).store_url)
    try:
        return await waiting(store, which)
    finally:
        await store.close()


def _lines(groups: "list[Group]") -> list[str]:
    return [
        f"{len(group.messages):>4}  {group.first.language}  {group.first.why:<14}  {group.first.text}"
        + (f"   (nearest: {group.topic})" if group.topic else "")
        for group in groups
    ]


def _export(path: Path, groups: "list[Group]") -> None:
    from studio.inbox.sheets import sheet

    rows = [
        [*(getattr(each, name) for name in HEADS[:9]), datetime.fromtimestamp(each.at, UTC).isoformat(), number]
        for number, group in enumerate(groups, 1)
        for each in group.messages
    ]
    path.write_text(sheet(HEADS, rows), encoding="utf-8")
