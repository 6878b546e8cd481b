"""`assistant content …` and `assistant studio …`: the content team's commands; each area brings its own."""

import argparse
from collections.abc import Sequence

from bot.ending import ended
from studio.content import commands as checking
from studio.content import editing_commands as editing
from studio.content import fixing_commands as fixing
from studio.inbox import commands as inbox
from studio.publishing import commands as publishing
from studio.rehearsal import commands as rehearsal
from studio.web import commands as web

AREAS = (checking, editing, fixing, publishing, rehearsal, inbox)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command: 0 clean, 1 with something to mend, 2 if it could not run."""
    chosen = _parser().parse_args(arguments)
    return ended(lambda: int(chosen.act(chosen)), 2, OSError)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="assistant", description="The workshop of the content team.")
    areas = parser.add_subparsers(required=True, metavar="AREA")
    content = areas.add_parser("content", help="check, change and publish what the assistant says")
    commands = content.add_subparsers(required=True, metavar="COMMAND")
    for area in AREAS:
        area.register(commands)
    web.register(areas)
    return parser
