"""`python -m agency comments` and `close-consultation`: what staff do with what residents wrote."""

import argparse
import csv
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

from agency.participation.catalog import load_catalog
from agency.participation.store import Comment, Store
from agency.settings import Settings

COMMANDS = ("comments", "close-consultation")
_COLUMNS = ("receipt", "created", "consultation", "language", "area", "name", "text")


def add_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the commands to the parser of `python -m agency`."""
    lister = commands.add_parser("comments", parents=[shared], help="print residents' comments")
    lister.add_argument("--consultation", default="", help="only this consultation's")
    lister.add_argument("--csv", action="store_true", help="as CSV, with every word (for a spreadsheet)")
    closer = commands.add_parser("close-consultation", parents=[shared], help="take no more comments on one")
    closer.add_argument("id", help="the consultation's id")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Run one of COMMANDS; 0 done, 1 not found."""
    store = Store(settings.participation_data)
    try:
        if options.command == "close-consultation":
            return _close(options.id, settings, store)
        found = store.comments(options.consultation)
        if options.csv:
            write_csv(found, sys.stdout)
        else:
            for comment in found:
                print(f"{comment.receipt}  {comment.created:%Y-%m-%d}  {comment.consultation}  {len(comment.text)}")
        return 0
    finally:
        store.close()


def write_csv(comments: list[Comment], file: TextIO) -> None:
    """Write comments for a spreadsheet; words that a spreadsheet would run as a formula become text."""
    writer = csv.writer(file)
    writer.writerow(_COLUMNS)
    for comment in comments:
        values = (comment.receipt, comment.created.isoformat(), comment.consultation, comment.language)
        writer.writerow([*values, *(_as_text(words) for words in (comment.area, comment.name, comment.text))])


def _close(consultation: str, settings: Settings, store: Store) -> int:
    now = datetime.now(UTC)
    today = now.astimezone(settings.time_zone).date()
    if load_catalog(settings.participation).consultation(consultation, today) is None:
        print(f"agency: there is no consultation {consultation}.", file=sys.stderr)
        return 1
    store.close_consultation(consultation, now)
    print(f"{consultation} is closed.")
    return 0


def _as_text(words: str) -> str:
    """OWASP, CSV injection: a cell must not begin with = + - @ or a tab."""
    return f"'{words}" if words[:1] in ("=", "+", "-", "@", "\t", "\r") else words
