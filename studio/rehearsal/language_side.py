"""The language side as a child process without Rasa: answers as it would say them, and texts as it would read them."""

import json
import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.errors import AssistantError
from bot.settings import ROOT

PYTHON = ROOT / "nlu/.venv/bin/python"


class NoLanguageSide(AssistantError):
    """The language side could not be started or gave up; the text has its last words."""


def renderings(root: Path) -> tuple[Mapping[str, Any], ...]:
    """Every answer of a project, blanks filled and blanks empty (nlu/rendering.py). Raises NoLanguageSide."""
    return tuple(_lines(root, ("render",), ()))


def readings(models: Path, texts: Iterable[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """What a trained model makes of texts {"text", "language"} (nlu/parsing.py), in order. Raises NoLanguageSide."""
    return tuple(_lines(ROOT, ("--models", str(models), "parse"), texts))


def _lines(cwd: Path, command: Sequence[str], given: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    if not PYTHON.exists():
        raise NoLanguageSide(f"{PYTHON} is missing. Run python3 bootstrap.py first.")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    lines = "".join(json.dumps(each) + "\n" for each in given)
    done = subprocess.run(  # noqa: S603
        [str(PYTHON), "-W", "ignore", "-m", "nlu", *command],
        cwd=cwd, env=environment, input=lines, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["It said nothing."])[-1]
        raise NoLanguageSide(f"The language side gave up ({' '.join(command[-1:])}). Its last words were: {last}")
    yield from (json.loads(line) for line in done.stdout.splitlines())
