"""`assistant content rules`, `used-by`, `rename`, `new`, `due`, `export`, `import` and `fmt`."""

import argparse
import json
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from bot.settings import ROOT
from studio.content.contradictions import find_in
from studio.content.due import due
from studio.content.editing import EditError, read, show_diff, write
from studio.content.exchanging import table_of, take
from studio.content.formatting import formatted
from studio.content.naming import rename, uses
from studio.content.project import Project
from studio.content.reading import read_project
from studio.content.starting import new_topic


def register(commands: Any) -> None:
    """Add the commands of this area."""
    command = commands.add_parser("rules", help="find rules and paths that contradict each other")
    _where(command)
    command.set_defaults(act=_rules)

    command = commands.add_parser("used-by", help="every place that names a topic, question, answer, blank or label")
    command.add_argument("name")
    _where(command)
    command.set_defaults(act=_used_by)

    command = commands.add_parser("rename", help="another name for it, everywhere; the changes are shown first")
    command.add_argument("old")
    command.add_argument("new")
    _where(command)
    command.add_argument("--yes", action="store_true", help="do not ask")
    command.set_defaults(act=_rename)

    command = commands.add_parser("new", help="a folder for a new topic, with files ready to fill")
    command.add_argument("topic")
    _where(command)
    command.add_argument("--owner", default="OWNER", help="the team that answers for it")
    command.add_argument("--yes", action="store_true", help="do not ask")
    command.set_defaults(act=_new)

    command = commands.add_parser("due", help="answers to be reviewed soon, by owner")
    _where(command)
    command.add_argument("--days", type=int, default=30, help="how far to look ahead (default: 30)")
    command.set_defaults(act=_due)

    command = commands.add_parser("export", help="every text in a table (.csv or .xlsx) for translators")
    command.add_argument("file", type=Path)
    _where(command)
    command.set_defaults(act=_export)

    command = commands.add_parser("import", help="take such a table back; the changes are shown first")
    command.add_argument("file", type=Path)
    _where(command)
    command.add_argument("--yes", action="store_true", help="do not ask")
    command.set_defaults(act=_import)

    command = commands.add_parser("fmt", help="one plain style: line ends, spaces at ends of lines, empty lines")
    _where(command)
    command.add_argument("--check", action="store_true", help="change nothing; say what would change")
    command.set_defaults(act=_fmt)


def _where(command: argparse.ArgumentParser) -> None:
    command.add_argument("path", nargs="?", type=Path, default=ROOT, help="the project's folder (default: this one)")
    command.add_argument("--json", action="store_true", help="for programs")


def _project(path: Path) -> Project:
    if not path.is_dir():
        raise FileNotFoundError(f"There is no folder {path}.")
    return read_project(path)


def _print(chosen: argparse.Namespace, lines: list[str], told: Any) -> None:
    print(json.dumps(told, ensure_ascii=False) if chosen.json else "\n".join(lines))


def _rules(chosen: argparse.Namespace) -> int:
    if not chosen.path.is_dir():
        raise FileNotFoundError(f"There is no folder {chosen.path}.")
    found = find_in(chosen.path)
    last = f"{len(found)} to mend." if found else "All rules and paths go together."
    _print(chosen, [*map(str, found), last], [each.to_json() for each in found])
    return 1 if found else 0


def _used_by(chosen: argparse.Namespace) -> int:
    found = uses(_project(chosen.path), chosen.name)
    lines = [f"{use.place.path}:{use.place.line}:{use.place.column}: {use.what}" for use in found]
    told = [{"file": use.place.path, "line": use.place.line, "what": use.what} for use in found]
    _print(chosen, lines or [f"“{chosen.name}” is used nowhere."], told)
    return 0 if found else 1


def _rename(chosen: argparse.Namespace) -> int:
    project = _project(chosen.path)
    try:
        return _apply(chosen, rename(project, chosen.old, chosen.new))
    except EditError as error:
        print(error, file=sys.stderr)
        return 1


def _new(chosen: argparse.Namespace) -> int:
    languages = _project(chosen.path).languages or ["en"]
    try:
        return _apply(chosen, new_topic(chosen.path, chosen.topic, languages, chosen.owner, date.today()))
    except EditError as error:
        print(error, file=sys.stderr)
        return 1


def _apply(chosen: argparse.Namespace, texts: Mapping[str, str]) -> int:
    """Show what would change; write it if that is wanted."""
    before = {path: read(chosen.path, path) for path in texts}
    diffs = {path: show_diff(path, before[path].text, text) for path, text in texts.items()}
    _print(chosen, list(diffs.values()), diffs)
    if not chosen.yes and (chosen.json or not sys.stdin.isatty() or input("Make these changes? [y/N] ").lower() != "y"):
        if not chosen.json:
            print("Nothing was changed. Add --yes to make these changes.")
        return 0
    for path, text in texts.items():
        write(chosen.path, path, text, before[path].version)
    return 0


def _due(chosen: argparse.Namespace) -> int:
    today = date.today()
    found = due(_project(chosen.path), today, chosen.days)
    lines = [
        f"{each.owner}: {each.answer} by {each.review_by}{' (overdue)' if each.overdue(today) else ''} "
        f"({each.place.path}:{each.place.line})"
        for each in found
    ]
    told = [
        {"owner": each.owner, "answer": each.answer, "review_by": str(each.review_by), "file": each.place.path}
        | {"line": each.place.line, "overdue": each.overdue(today)}
        for each in found
    ]
    _print(chosen, lines or ["Nothing is due."], told)
    return 1 if any(each.overdue(today) for each in found) else 0


def _export(chosen: argparse.Namespace) -> int:
    from studio.content.tables import write_table  # the library for spreadsheets takes a while

    if chosen.file.suffix not in (".csv", ".xlsx"):
        raise OSError("The file's name must end in .csv or .xlsx.")
    table = table_of(_project(chosen.path))
    try:
        write_table(chosen.file, table)
    except ValueError as error:
        raise OSError(str(error)) from error
    _print(chosen, [f"{len(table) - 1} rows are in {chosen.file}."], {"rows": len(table) - 1, "file": str(chosen.file)})
    return 0


def _import(chosen: argparse.Namespace) -> int:
    from studio.content.tables import read_table

    try:
        taken = take(_project(chosen.path), read_table(chosen.file))
    except ValueError as error:
        raise OSError(str(error)) from error
    if taken.problems:
        print("\n".join(taken.problems), file=sys.stderr)
    _apply(chosen, taken.texts)
    return 1 if taken.problems else 0


def _fmt(chosen: argparse.Namespace) -> int:
    texts: dict[str, str] = {}
    failed = False
    for source in _project(chosen.path).sources:
        try:
            before = read(chosen.path, source.path)
            after = formatted(before.text)
        except EditError as error:
            print(f"{source.path}: {error}", file=sys.stderr)
            failed = True
            continue
        if after != before.text:
            texts[source.path] = after
            if not chosen.check:
                write(chosen.path, source.path, after, before.version)
    _print(chosen, sorted(texts) or ["Every file that can be read is in this style."], sorted(texts))
    return 1 if failed or (chosen.check and texts) else 0
