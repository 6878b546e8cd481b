"""The `assistant` command: to the commands of those who run it, or to the workshop of the content team."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

WORKSHOP = ("content", "studio")
ROOT = Path(__file__).resolve().parent.parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] and given[0] in WORKSHOP:
        _hand_over(given)
    from bot import commands  # a second of imports, which the workshop need not wait for

    return commands.main(given)


def _hand_over(given: Sequence[str]) -> NoReturn:
    """The core may not import the workshop, so the process becomes it."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # or all of it would be compiled for every command
    os.execve(sys.executable, [sys.executable, "-m", "studio", *given], environment)  # noqa: S606 (our own program)


if __name__ == "__main__":
    sys.exit(main())
