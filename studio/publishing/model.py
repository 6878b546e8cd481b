"""The model of a release: the live one where only words differ, one that fits, or a new one."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from bot.settings import ROOT
from studio.publishing import snapshot
from studio.publishing.errors import PublishError
from studio.publishing.place import Place
from studio.publishing.release import FINGERPRINT, MODEL, MODELS, Release
from studio.publishing.snapshot import Changes

Told = tuple[Literal["running", "passed"], str]
_NICENESS = 10  # residents' turns go before training


def bring_model(place: Place, folder: Path, changed: Changes, live: Release | None) -> Iterator[Told]:
    """The live model serves other words, too; else whatever fits is taken, or it is trained."""
    models = folder / MODELS
    models.mkdir()
    if changed.kind == "words" and live is not None:
        _share(place.releases.folder(live.number) / MODELS, models)
        yield "passed", "Only words changed: nothing has to be learned."
        return
    prepared = place.candidate(snapshot.digest(folder)) / MODELS
    _share(prepared if (prepared / MODEL).is_file() else place.root / MODELS, models)
    yield "running", "Learning the new questions and paths. What is live stays live meanwhile."
    for line in _train(place, folder):
        yield "running", line
    yield "passed", "Learned."


def _share(source: Path, models: Path) -> None:
    """A model and what it was made of; tens of megabytes are linked where the disk allows that: training replaces."""
    if not ((source / MODEL).is_file() and (source / FINGERPRINT).is_file()):
        return
    shutil.copyfile(source / FINGERPRINT, models / FINGERPRINT)
    try:
        os.link(source / MODEL, models / MODEL)
    except OSError:
        shutil.copyfile(source / MODEL, models / MODEL)


def _train(place: Place, folder: Path) -> Iterator[str]:
    """How far training is, in its own words. Raises PublishError with the last ones where it failed."""
    from bot.operations import training  # the supervisor behind it takes a while, and other words need none of it
    from bot.operations.programs import rasa_environment

    environment = {**rasa_environment(os.environ), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command = ["nice", "-n", str(_NICENESS), *training.command(place.python)]
    with (
        training.sharing_cache(folder, place.root),
        tempfile.TemporaryFile("w+", encoding="utf-8") as log,  # what libraries say is only of use where it failed
        subprocess.Popen(  # noqa: S603
            command, cwd=folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=log
        ) as process,
    ):
        assert process.stdout is not None
        said = ""
        for line in filter(None, map(str.strip, process.stdout)):
            said = line
            yield line
        failed = process.wait() != 0
        log.seek(0)
        last = next(filter(None, map(str.strip, reversed(log.readlines()))), said)
    if failed:
        shutil.rmtree(folder, ignore_errors=True)
        raise PublishError(f"It was not published: learning failed. The last words were: {last}")
