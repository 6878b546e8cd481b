"""Trains Rasa when the content changed since the last model; what that means is for nlu/training.py to say."""

import asyncio
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.errors import AssistantError
from bot.operations import children, content
from bot.operations.supervisor import Say, rotating_log

PROGRESS_EVERY = 15.0
LAST_LINES = 8
CACHE = ".rasa"
"""Where the language side keeps what it may forget, below the folder that it trains in."""
UP_TO_DATE = "The model is up to date."  # what `python -m nlu train` prints when it had nothing to do

_ERROR = re.compile(r"^[\w.]*[A-Z]\w*: ")  # nlu.content.UnreadableContent: data/...


class TrainingError(AssistantError):
    """Rasa could not be trained; the text says why, as far as Rasa said it, and where the rest stands."""


def model(root: Path) -> Path | None:
    """The trained model, fresh or not, if there is one."""
    path = root / "models/assistant.tar.gz"
    return path if path.exists() else None


def command(python: Path) -> tuple[str, ...]:
    """Trains in the folder that it is run in, unless nothing changed there."""
    return str(python), "-W", "ignore", "-m", "nlu", "train"


@contextmanager
def sharing_cache(folder: Path, root: Path) -> Iterator[None]:
    """What was learned in `root` before is known in `folder`, too, which makes seconds of a minute."""
    link = folder / CACHE
    if folder != root and not link.exists():
        (root / CACHE).mkdir(exist_ok=True)
        link.symlink_to((root / CACHE).resolve())
    try:
        yield
    finally:
        if link.is_symlink():
            link.unlink()


async def train(
    root: Path, logs: Path, environment: Mapping[str, str], say: Say, *, force: bool = False, folder: Path | None = None
) -> bool:
    """Train unless nothing changed; True if there is a new model. Raises TrainingError; logs/train.log has it all.

    `folder` holds the content where that is not the project itself.
    """
    python, folder = root / "nlu/.venv/bin/python", folder or root
    if not python.exists():
        raise TrainingError("The language environment (nlu/.venv) is missing. `make setup` makes it.")
    mistakes = list(content.unreadable(folder))
    if mistakes:
        raise TrainingError("The content cannot be read:\n" + "\n".join(f"  {mistake}" for mistake in mistakes))
    with sharing_cache(folder, root):
        return await _trained([*command(python), *(["--force"] if force else [])], folder, environment, logs, say)


async def _trained(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str], logs: Path, say: Say
) -> bool:
    log, last_lines = rotating_log(logs / "train.log"), list[str]()
    process = await children.spawn(arguments, environment, folder)
    progress = asyncio.create_task(_progress(say))
    try:
        assert process.stdout is not None
        async for line in process.stdout:
            text = line.decode("utf-8", "replace").strip()
            log.info(text)
            last_lines = [*last_lines, text][-LAST_LINES:] if text else last_lines
        status = await process.wait()
    finally:
        progress.cancel()
        await children.end(process, grace=2)
    if status != 0:
        raise TrainingError(f"Training failed: {_reason(last_lines)}. The whole story stands in {logs / 'train.log'}.")
    say(f"  training {last_lines[-1] if last_lines else 'done'}")
    return UP_TO_DATE not in last_lines


def _reason(lines: list[str]) -> str:
    """The last error that Python named, without its class; it may go over several lines. Else the last line."""
    named = [index for index, line in enumerate(lines) if _ERROR.match(line)]
    return _ERROR.sub("", " ".join(lines[named[-1] if named else -1 :]))[:400].rstrip(".")


async def _progress(say: Say) -> None:
    """Silent for an unchanged model, which takes seconds; then a line now and then."""
    started = time.monotonic()
    await asyncio.sleep(PROGRESS_EVERY / 2)
    say("  training the model anew: a minute or two")
    while True:
        await asyncio.sleep(PROGRESS_EVERY)
        say(f"  training still at it after {time.monotonic() - started:.0f} s")
