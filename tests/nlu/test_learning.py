"""What the English encoder has read, too, is judged apart from what it has not read."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.nlu.conftest import PYTHON, ROOT

SCRIPT = """
import json, sys
import numpy as np
sys.path.insert(0, sys.argv[1])
from nlu.encoder import loaded
from nlu.learning import Example, learn, raw_scores
from nlu.reader import DEFAULTS

def learned(languages):
    examples = [Example(text, name, language) for text, name, language in json.loads(sys.argv[2])]
    return learn([one for one in examples if one.language in languages], DEFAULTS)

texts = json.loads(sys.argv[3])
one, two = learned(["en"]), learned(["en", "es"])
rows = np.stack([two.features.row(text) for text in texts])
(weights, biases), *alone = two.solutions
together = raw_scores(rows, two.features, two.solutions)
bare = two.features.without_english(rows)
clean = [two.features._clean(text) for text in texts]
others = np.hstack([loaded("use")(clean), loaded("e5")(clean)]) / 2**0.5
print("\\n" + json.dumps({
    "solutions": [len(one.solutions), len(two.solutions)],
    "alone": two.features.not_english(rows).tolist(),
    "as the first says": [bool(np.allclose(a, b, atol=1e-4)) for a, b in zip(together, rows @ weights + biases)],
    "as the second says": [bool(np.allclose(a, b, atol=1e-4)) for a, b in
                           zip(together, bare @ alone[0][0] + alone[0][1])],
    "one by one": bool(np.allclose(together, np.vstack(
        [raw_scores(row[None], two.features, two.solutions) for row in rows]), atol=1e-4)),
    "bare": bool(np.allclose(bare[:, :others.shape[1]], others, atol=1e-4)),
    "grams": bool(np.array_equal(bare[:, others.shape[1]:], rows[:, -(bare.shape[1] - others.shape[1]):])),
    "labels": [two.labels[number] for number in together.argmax(axis=1)],
}))
"""
EXAMPLES = [
    ("how do I pay a parking ticket", "pay", "en"), ("pay my ticket online", "pay", "en"),
    ("where can I pay a fine", "pay", "en"), ("cómo pago una multa", "pay", "es"),
    ("quiero pagar mi multa en línea", "pay", "es"), ("dónde se paga una multa", "pay", "es"),
    ("when is the trash picked up", "trash", "en"), ("what day is garbage collection", "trash", "en"),
    ("my trash was not collected", "trash", "en"), ("cuándo recogen la basura", "trash", "es"),
    ("qué día pasa la basura", "trash", "es"), ("no recogieron mi basura", "trash", "es"),
]  # fmt: skip
TEXTS = ["can I pay the parking fine", "qué día recogen la basura de mi casa", "is garbage collected on monday",
         "puedo pagar la multa mañana"]  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Any:
    if not PYTHON.exists():
        pytest.skip("the nlu environment is not installed (nlu/.venv)")
    folder: Path = tmp_path_factory.mktemp("learning")  # what the encoders said is kept here
    command = [str(PYTHON), "-W", "ignore", "-c", SCRIPT, str(ROOT), json.dumps(EXAMPLES), json.dumps(TEXTS)]
    run = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()[-2000:]
    return json.loads(run.stdout.splitlines()[-1])  # progress is told before


@pytest.mark.rasa
def test_a_second_solution_is_learned_only_where_a_text_is_not_english(told: Any) -> None:
    assert told["solutions"] == [1, 2]
    assert told["alone"] == [False, True, False, True]


@pytest.mark.rasa
def test_each_text_is_judged_by_what_was_learned_for_how_it_was_read(told: Any) -> None:
    assert told["as the first says"] == [True, False, True, False]
    assert told["as the second says"] == [False, True, False, True]
    assert told["one by one"]
    assert told["labels"] == ["pay", "trash", "trash", "pay"]


@pytest.mark.rasa
def test_rows_without_english_are_what_the_others_say_beside_the_same_ngrams(told: Any) -> None:
    assert told["bare"] and told["grams"]
