"""What thumbs do to words is mended for understanding."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.nlu.conftest import PYTHON, ROOT

SCRIPT = """
import json, sys
from nlu.spelling import Spelling
spelling = Spelling(json.loads(sys.argv[1]))
json.dump([spelling.mended(text) for text in json.load(sys.stdin)], sys.stdout)
"""
EXAMPLES = ["when do you open the library", "how do i pay my parking ticket", "please tell me where to pay for water",
            "i haven't got my bill", "are you there", "¿cuándo recogen la basura?", "quiero pagar por favor",
            "porque no está abierto", "what is your number"]  # fmt: skip
CASES = [
    ("wen do u open da libary", "when do you open the library"),
    ("how do i pay my prkng tiket", "how do i pay my parking ticket"),
    ("pls tell me where 2 pay 4 water", "please tell me where to pay for water"),
    ("i havent got my biil", "i haven't got my bill"),
    ("cuando recojen la basrua xfa", "cuándo recogen la basura por favor"),
    ("xq no esta abierto", "porque no está abierto"),
    ("my passport at 12 elm st", "my passport at 12 elm st"),  # words that anybody might write stay
    ("zone 2", "zone 2"),
    ("", ""),
]


@pytest.mark.rasa
def test_texting_and_slips_become_the_words_of_the_examples() -> None:
    if not PYTHON.exists():
        pytest.skip("the nlu environment is not installed (nlu/.venv)")
    command = [str(PYTHON), "-W", "ignore", "-c", SCRIPT, json.dumps(EXAMPLES)]
    given = json.dumps([text for text, _ in CASES]).encode()
    run = subprocess.run(command, cwd=ROOT, input=given, capture_output=True, check=True)
    assert json.loads(run.stdout) == [mended for _, mended in CASES]
