"""The draft with its trained model, kept beside the releases: learned once for tests, comparison and going live."""

import fcntl
import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from studio.publishing import snapshot
from studio.publishing.model import Told, bring_model
from studio.publishing.place import Place
from studio.publishing.release import FINGERPRINT, MODEL, MODELS
from studio.rehearsal.comparing import Side


def candidate(place: Place) -> Generator[Told, None, Side]:
    """The draft as it is now, trained if nobody did so before, telling how far it is. Raises PublishError."""
    with _one_at_a_time(place):
        digest = snapshot.digest(place.root)
        folder = place.candidate(digest)
        if not (folder / MODELS / MODEL).is_file():
            for old in folder.parent.glob("*"):
                shutil.rmtree(old, ignore_errors=True)
            snapshot.copy(place.root, folder)
            live = place.releases.live()
            before = place.releases.folder(live.number) if live else None
            yield from bring_model(place, folder, snapshot.changes(place.root, before), live)
        return Side(folder, folder / MODELS)


def live_side(place: Place) -> Side | None:
    """What is live; None where nothing was published yet and no model stands beside the files."""
    live = place.releases.live()
    if live is not None:
        folder = place.releases.folder(live.number)
        return Side(folder, folder / MODELS)
    return Side(place.root, place.root / MODELS) if (place.root / MODELS / FINGERPRINT).is_file() else None


@contextmanager
def _one_at_a_time(place: Place) -> Iterator[None]:
    folder: Path = place.published
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "candidate.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
