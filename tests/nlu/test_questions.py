"""Our quick reader of example questions gives what Rasa's own reader gives."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.nlu.conftest import PYTHON, ROOT

SCRIPT = """
import json, sys
from pathlib import Path
from nlu.lean import keep_out_what_is_not_used
keep_out_what_is_not_used()
from rasa.shared.importers import utils
from nlu import content, questions
paths = content.find([Path(name) for name in sys.argv[1:]], content.QUESTIONS)
ours, rasas = questions.read(paths, "en"), utils.training_data_from_paths([str(path) for path in paths], "en")
json.dump([[example.data for example in data.training_examples] for data in (ours, rasas)], sys.stdout)
"""
ANNOTATED = """
nlu:
- intent: report_problem
  examples: |
    - there is a [pothole](kind) at Elm
    - hay un ["bache"]{"entity": "kind", "value": "pothole"}
- synonym: pothole
  examples: |
    - hole
"""


@pytest.mark.rasa
def test_questions_are_read_as_rasa_reads_them_with_and_without_labels(tmp_path: Path) -> None:
    if not PYTHON.exists():
        pytest.skip("the nlu environment is not installed (nlu/.venv)")
    (tmp_path / "questions.en.yml").write_text(ANNOTATED, encoding="utf-8")
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false"}
    command = [str(PYTHON), "-W", "ignore", "-c", SCRIPT, str(ROOT / "data"), str(tmp_path)]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    ours, rasas = json.loads(run.stdout)
    languages = {example["metadata"].pop("example", {}).get("language") for example in ours if "metadata" in example}
    assert {"en", "es"} <= languages
    for example in ours:
        if example.get("metadata") == {}:
            del example["metadata"]
    key = json.dumps
    assert len(ours) > 1000
    assert sorted(ours, key=key) == sorted(rasas, key=key)
