"""`assistant content rules`, and the commands that change content."""

import argparse
import json
from pathlib import Path
from typing import Any

from bot.settings import ROOT
from studio.content.contradictions import find_in


def register(commands: Any) -> None:
    """Add the commands of this area."""
    command = commands.add_parser("rules", help="find rules and paths that contradict each other")
    _where(command)
    command.set_defaults(act=_rules)


def _where(command: argparse.ArgumentParser) -> None:
    command.add_argument("path", nargs="?", type=Path, default=ROOT, help="the project's folder (default: this one)")
    command.add_argument("--json", action="store_true", help="for programs")


def _rules(chosen: argparse.Namespace) -> int:
    if not chosen.path.is_dir():
        raise FileNotFoundError(f"There is no folder {chosen.path}.")
    found = find_in(chosen.path)
    if chosen.json:
        print(json.dumps([each.to_json() for each in found], ensure_ascii=False))
    else:
        for each in found:
            print(each)
        print(f"{len(found)} to mend." if found else "All rules and paths go together.")
    return 1 if found else 0
