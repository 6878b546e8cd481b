"""Trains the model, unless nothing that it is made of has changed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from functools import lru_cache
from pathlib import Path
from typing import Iterator

from nlu import content
from nlu.quiet import log_warnings_only

MODEL = "assistant.tar.gz"
FINGERPRINT = "assistant.fingerprint"
DRAFTS = "training-"
OURS = Path(__file__).parent


def train(models: Path, force: bool = False) -> int:
    """Writes models/assistant.tar.gz in one step, so that a server never loads half a model; returns an exit code."""
    wanted, stamp = fingerprint(Path(".")), models / FINGERPRINT
    if not force and (models / MODEL).is_file() and stamp.is_file() and stamp.read_text().strip() == wanted:
        print("The model is up to date.")
        return 0
    started = time.monotonic()
    from rasa.model_training import train as rasa_train  # seconds of imports that an unchanged model need not wait for

    log_warnings_only()
    models.mkdir(parents=True, exist_ok=True)
    _clear(models)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # leaves the folder below in good order
    with tempfile.TemporaryDirectory(prefix=DRAFTS, dir=models) as folder:
        result = rasa_train(
            domain="domain.yml", config="config.yml", training_files=["data"], output=folder,
            fixed_model_name=MODEL, force_training=force,
        )
        if result.code or not result.model:
            print("Training failed: see above.")
            return result.code or 1
        os.replace(result.model, models / MODEL)
    stamp.write_text(wanted + "\n")
    print(f"Trained in {time.monotonic() - started:.0f} s: {models / MODEL}")
    return 0


def _clear(models: Path) -> None:
    """Drops what a training left behind that was killed; no training lasts for hours."""
    for folder in models.glob(f"{DRAFTS}*"):
        if folder.stat().st_mtime < time.time() - 4 * 3600:
            shutil.rmtree(folder, ignore_errors=True)


def fingerprint(root: Path) -> str:
    """Changes with whatever the model depends on; new wording of an answer is read live and needs no training."""
    digest = hashlib.sha256()
    for part in _parts(root):
        digest.update(part + b"\0")
    return digest.hexdigest()


@lru_cache(maxsize=None)
def code() -> str:
    """Changes with our own code and the packages it uses."""
    files = [OURS / "uv.lock", *sorted(OURS.glob("*.py")), *sorted(OURS.glob("encoders/*.py"))]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


def _parts(root: Path) -> Iterator[bytes]:
    data = [root / "data"]
    yield code().encode()
    files = [root / "config.yml", root / "domain.yml"]
    for path in [*files, *content.find(data, content.QUESTIONS, *content.STORIES, "forms.yml")]:
        yield path.read_bytes() if path.is_file() else b""
    for path in content.find(data, "answers.yml"):
        yield json.dumps(sorted(content.read_mapping(path).get("responses") or {})).encode()
