"""A text is judged by what was learned for the encoders that have read it."""

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
from nlu.reader import DEFAULTS, Reader

def learned(languages):
    examples = [Example(text, name, language) for text, name, language in json.loads(sys.argv[2])]
    return learn([one for one in examples if one.language in languages], DEFAULTS)

def looks(learned, text, hurried):
    taken, rows = [], learned.features.rows
    learned.features.rows = lambda text: (taken.append(row) or row for row in rows(text))
    Reader(learned, {**DEFAULTS, "hurried": hurried, "asked_back": 0.0}).understood(text, [], "en")
    learned.features.rows = rows
    return len(taken)

texts = json.loads(sys.argv[3])
one, two = learned(["en"]), learned(["en", "es"])
features = two.features
rows = [list(features.rows(text)) for text in texts]
whole = np.stack([last for *_, last in rows])
together = raw_scores(whole, features, two.solutions)
bare = features.without(whole, "minilm")
clean = [features._clean(text) for text in texts]
others = np.hstack([loaded("use")(clean), loaded("e5")(clean)]) / 2**0.5
def alike(rows, name):
    weights, biases = two.solutions[name]
    own = features.without(rows, name) @ weights + biases
    return [bool(np.allclose(a, b, atol=1e-4)) for a, b in zip(together, own)]

quick = np.stack([rows[0][0], rows[2][0]])
weights, biases = two.solutions["e5"]
print("\\n" + json.dumps({
    "solutions": [sorted(one.solutions), sorted(two.solutions)],
    "silent": [features.silent(np.stack(each)).tolist() for each in rows],
    "as the first says": alike(whole, ""),
    "as the second says": alike(whole, "minilm"),
    "quickly": bool(np.allclose(raw_scores(quick, features, two.solutions),
                                features.without(quick, "e5") @ weights + biases, atol=1e-4)),
    "hurried": bool(np.allclose(features.hurried(whole[[0, 2]]), quick, atol=2e-3)),
    "one by one": bool(np.allclose(together, np.vstack(
        [raw_scores(row[None], features, two.solutions) for row in whole]), atol=1e-4)),
    "bare": bool(np.allclose(bare[:, :others.shape[1]], others, atol=1e-4)),
    "grams": bool(np.array_equal(bare[:, others.shape[1]:], whole[:, -(bare.shape[1] - others.shape[1]):])),
    "labels": [two.labels[number] for number in together.argmax(axis=1)],
    "looks": [looks(two, texts[0], hurried) for hurried in (0.0, 2.0)],
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
def test_a_solution_is_learned_for_each_way_of_reading(told: Any) -> None:
    assert told["solutions"] == [["", "e5"], ["", "e5", "minilm"]]
    assert told["silent"] == [["e5", ""], ["minilm"], ["e5", ""], ["minilm"]]


@pytest.mark.rasa
def test_each_text_is_judged_by_what_was_learned_for_how_it_was_read(told: Any) -> None:
    assert told["as the first says"] == [True, False, True, False]
    assert told["as the second says"] == [False, True, False, True]
    assert told["quickly"] and told["hurried"] and told["one by one"]
    assert told["labels"] == ["pay", "trash", "trash", "pay"]


@pytest.mark.rasa
def test_english_is_read_by_the_slowest_encoder_only_where_the_others_are_not_sure(told: Any) -> None:
    assert told["looks"] == [1, 2]


@pytest.mark.rasa
def test_rows_without_an_encoder_are_what_the_others_say_beside_the_same_ngrams(told: Any) -> None:
    assert told["bare"] and told["grams"]
