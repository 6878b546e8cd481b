"""Trains Rasa when the content changed since the last model, so that a crash never leaves half a model.

A model's file name carries the fingerprint of the content it was made from: models/content-<12 hex digits>.tar.gz.
"""

import asyncio
import hashlib
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from bot import children
from bot.errors import AssistantError
from bot.supervisor import Say, rotating_log

KEPT_MODELS = 3
PROGRESS_EVERY = 10.0
_CONTENT = ("config.yml", "domain.yml", "city.yml", "data/**/*.yml", "data/**/*.csv", "nlu/*.py", "nlu/uv.lock")


class TrainingError(AssistantError):
    """Rasa could not be trained; the text says where the reason stands."""


def fingerprint(root: Path) -> str:
    """Twelve hex digits that change whenever a file does that a model is made from."""
    total = hashlib.sha256()
    for pattern in _CONTENT:
        for path in sorted(root.glob(pattern)):
            total.update(f"{path.relative_to(root)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()[:12]


def fresh_model(root: Path) -> Path | None:
    """The model of exactly this content, if there is one."""
    path = root / "models" / f"content-{fingerprint(root)}.tar.gz"
    return path if path.exists() else None


def latest_model(root: Path) -> Path | None:
    """The newest model that was trained here, of whatever content."""
    return max((root / "models").glob("content-*.tar.gz"), key=lambda path: path.stat().st_mtime, default=None)


async def train(root: Path, logs: Path, environment: Mapping[str, str], say: Say) -> Path:
    """Train and return the new model. Raises TrainingError; what Rasa said is in logs/train.log."""
    models = root / "models"
    models.mkdir(exist_ok=True)
    name = f"content-{fingerprint(root)}.tar.gz"
    with tempfile.TemporaryDirectory(dir=models, prefix=".training-") as folder:
        await _run_rasa_train(root, Path(folder), name, logs, environment, say)
        return _keep(Path(folder, name), models)


async def _run_rasa_train(
    root: Path, folder: Path, name: str, logs: Path, environment: Mapping[str, str], say: Say
) -> None:
    python = root / "nlu/.venv/bin/python"
    if not python.exists():
        raise TrainingError("The language environment (nlu/.venv) is missing. `make setup` makes it.")
    command = [str(python), "-m", "rasa", "train", "--out", str(folder), "--fixed-model-name", name]
    log, started, last_lines = rotating_log(logs / "train.log"), time.monotonic(), list[str]()
    say("  training  the content changed: about half a minute")
    process = await children.spawn(command, environment, root)
    progress = asyncio.create_task(_progress(started, say))
    try:
        assert process.stdout is not None
        async for line in process.stdout:
            text = line.decode("utf-8", "replace").rstrip()
            log.info(text)
            last_lines = [*last_lines, text][-3:]
        if await process.wait() != 0:
            said = " / ".join(line.strip()[:200] for line in last_lines if line.strip())
            raise TrainingError(f"Training failed: {said}. The whole story stands in {logs / 'train.log'}.")
    finally:
        progress.cancel()
        await children.end(process, grace=2)
    say(f"  training  done in {time.monotonic() - started:.0f} s")


async def _progress(started: float, say: Say) -> None:
    while True:
        await asyncio.sleep(PROGRESS_EVERY)
        say(f"  training  still at it after {time.monotonic() - started:.0f} s")


def _keep(made: Path, models: Path) -> Path:
    """Put the finished model in its place in one step; keep a few earlier ones; remove what a crash left."""
    if not made.exists():
        raise TrainingError("Training ended without a model. The reason stands in train.log beside the other logs.")
    model = made.replace(models / made.name)
    earlier = sorted(models.glob("content-*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in earlier[KEPT_MODELS:]:
        path.unlink()
    for left in models.glob(".training-*"):
        if left != made.parent:
            shutil.rmtree(left, ignore_errors=True)
    return model
