"""`assistant content …` and `assistant studio …`: the content team's commands; each area brings its own."""

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from bot.ending import ended
from studio.web import commands as web


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command: 0 clean, 1 with something to mend, 2 if it could not run."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    chosen = _parser(given).parse_args(given)
    return ended(lambda: int(chosen.act(chosen)), 2, OSError)


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="assistant", description="The workshop of the content team.")
    areas = parser.add_subparsers(required=True, metavar="AREA")
    content = areas.add_parser("content", help="check, change and publish what the assistant says")
    if given[:1] == ["content"]:  # a third of a second of imports, which the studio need not wait for
        _register_content(content.add_subparsers(required=True, metavar="COMMAND"))
    web.register(areas)
    return parser


def _register_content(commands: Any) -> None:
    from studio.content import commands as checking
    from studio.content import editing_commands as editing
    from studio.content import fixing_commands as fixing
    from studio.inbox import commands as inbox
    from studio.publishing import commands as publishing
    from studio.rehearsal import commands as rehearsal

    for area in (checking, editing, fixing, publishing, rehearsal, inbox):
        area.register(commands)
