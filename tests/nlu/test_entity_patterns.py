"""What the spaCy rules find, run where spaCy lives: in the nlu environment."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / "nlu" / ".venv" / "bin" / "python"
SCRIPT = """
import json, sys
from nlu.entity_patterns import LANGUAGES, found, pipeline, within_reason
made = {language: pipeline(language) for language in LANGUAGES}
json.dump([found(made[language](within_reason(text))) for language, text in json.load(sys.stdin)], sys.stdout)
"""
CASES = [
    ("en", "there is a pothole at 12 Elm St", [("place", "12 Elm St")]),
    ("en", "pothole at 450 n lake drive apt 4 please", [("place", "450 n lake drive apt 4")]),
    ("en", "5th and Main", [("place", "5th and Main")]),
    ("en", "Main St and 3rd St", [("place", "Main St and 3rd St")]),
    ("es", "hay un bache en calle Olmo 12", [("place", "calle Olmo 12")]),
    ("es", "esquina de 5th y Main", [("place", "esquina de 5th y Main")]),
    ("en", "my reference is BW-20231 thanks", [("reference", "BW-20231")]),
    ("en", "ticket AB123456", [("reference", "AB123456")]),
    ("en", "I owe $45.50", [("amount", "$45.50")]),
    ("es", "debo 30 dólares", [("amount", "30 dólares")]),
    ("en", "call 555-0123 or (312) 555-0199", [("phone", "555-0123"), ("phone", "(312) 555-0199")]),
    ("en", "ana@example.com", [("email", "ana@example.com")]),
    ("es", "¿recogen el miércoles?", [("weekday", "wed")]),
    ("en", "I have 3 questions", []),
    ("en", "", []),
    ("en", "😀", []),
    ("en", "'" * 1000 + " pothole at 12 Elm St " + "_" * 900, [("place", "12 Elm St")]),
]


@pytest.mark.rasa
def test_places_numbers_and_days_are_found_without_examples() -> None:
    if not PYTHON.exists():
        pytest.skip("the nlu environment is not installed (nlu/.venv)")
    asked = json.dumps([(language, text) for language, text, _ in CASES])
    run = subprocess.run([str(PYTHON), "-W", "ignore", "-c", SCRIPT], input=asked, capture_output=True, text=True,
                         cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)  # fmt: skip
    found = [[(entity["entity"], entity["value"]) for entity in each] for each in json.loads(run.stdout)]
    assert found == [wanted for _, _, wanted in CASES]
