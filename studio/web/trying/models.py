"""A trained model in a second folder: models are replaced and never changed, so a link will do."""

import os
import shutil
from pathlib import Path

from studio.publishing.release import FINGERPRINT, MODEL, MODELS


def share_model(source: Path, target: Path) -> None:
    """The model of one release's folder for another one, too."""
    (target / MODELS).mkdir(parents=True, exist_ok=True)
    for name in (MODEL, FINGERPRINT):
        one, other = source / MODELS / name, target / MODELS / name
        if not one.is_file():
            continue
        try:
            os.link(one, other)
        except OSError:
            shutil.copyfile(one, other)
