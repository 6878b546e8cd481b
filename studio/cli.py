"""The commands of the content team; each area brings its own."""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec

from bot.errors import AssistantError

CONTENT = (
    "studio.content.commands",
    "studio.content.editing_commands",
    "studio.publishing.commands",
    "studio.rehearsal.commands",
)
"""Modules with `register(commands)`, for `assistant content …`."""
WEB = "studio.web.commands"
"""The same, for `assistant studio …`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command: 0 clean, 1 with something to mend, 2 if it could not run."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    chosen = _parser(given[:1] == ["content"]).parse_args(given)
    try:
        return int(chosen.act(chosen))
    except (AssistantError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser(about_content: bool) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="assistant", description="The workshop of the content team.")
    if about_content:
        areas = parser.add_subparsers(required=True, metavar="AREA")
        content = areas.add_parser("content", help="check, change, test and publish what the assistant says")
        commands = content.add_subparsers(required=True, metavar="COMMAND")
        for module in _present(CONTENT):
            import_module(module).register(commands)
        return parser
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in _present((WEB,)):
        import_module(module).register(commands)
    return parser


def _present(modules: Sequence[str]) -> Iterator[str]:
    for module in modules:
        if find_spec(module.rpartition(".")[0]) and find_spec(module):
            yield module
