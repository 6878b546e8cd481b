"""`assistant content fix`: what can safely be mended, shown first."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from bot.settings import ROOT
from studio.content.editing import show_diff, write
from studio.content.fixing import Mended, fixes
from studio.content.reading import read_project


def register(commands: Any) -> None:
    """Add the command."""
    command = commands.add_parser("fix", help="mend what is safe to mend; the changes are shown first")
    command.add_argument("path", nargs="?", type=Path, default=ROOT, help="the project's folder (default: this one)")
    command.add_argument("--json", action="store_true", help="for programs")
    command.add_argument("--yes", action="store_true", help="do not ask")
    command.set_defaults(act=_fix)


def _fix(chosen: argparse.Namespace) -> int:
    if not chosen.path.is_dir():
        raise FileNotFoundError(f"There is no folder {chosen.path}.")
    found = list(fixes(read_project(chosen.path)))
    if not chosen.json:
        _show(found)
    is_done = bool(found) and _is_wanted(chosen)
    if is_done:
        for each in found:
            write(chosen.path, each.path, each.after, each.version)
    if chosen.json:
        print(json.dumps({"changed": is_done, "files": [_told(each) for each in found]}, ensure_ascii=False))
    elif found and not is_done:
        print("Nothing was changed. Add --yes to make these changes.")
    return 1 if found and not is_done else 0


def _show(found: list[Mended]) -> None:
    for each in found:
        print(show_diff(each.path, each.before, each.after))
        print("\n".join(f"    {count} x {what}" for what, count in each.fixes))
    if not found:
        print("Nothing that can be mended without you. The rest: assistant content check")


def _is_wanted(chosen: argparse.Namespace) -> bool:
    if chosen.yes or chosen.json:
        return bool(chosen.yes)
    return sys.stdin.isatty() and input("Make these changes? [y/N] ").lower() == "y"


def _told(each: Mended) -> dict[str, Any]:
    listed = [{"what": what, "count": count} for what, count in each.fixes]
    return {"file": each.path, "diff": show_diff(each.path, each.before, each.after), "fixes": listed}
