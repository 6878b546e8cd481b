"""A training that is stopped leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.nlu.conftest import PROJECT, PYTHON, ROOT

pytestmark = pytest.mark.rasa


def test_a_training_ended_by_sigterm_leaves_no_folder_and_clears_old_ones(tmp_path: Path) -> None:
    if not PYTHON.exists():
        pytest.skip("the nlu environment is not installed (nlu/.venv)")
    project = tmp_path / "project"
    shutil.copytree(PROJECT, project)
    shutil.copy(ROOT / "city.yml", project)
    old = project / "models" / "training-old"
    old.mkdir(parents=True)
    os.utime(old, (0, 0))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [str(PYTHON), "-m", "nlu", "train"], cwd=project, env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as training:  # fmt: skip
        until = time.monotonic() + 90
        while not any(folder != old for folder in (project / "models").iterdir()):
            assert training.poll() is None and time.monotonic() < until
            time.sleep(0.01)
        training.terminate()
        assert training.wait(30) != 0
    assert list((project / "models").iterdir()) == []
