"""`python -m nlu parse` says what a server would understand, and says in words what is wrong with its input."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.nlu.conftest import PYTHON, Rasa

pytestmark = pytest.mark.rasa


def parse(rasa: Rasa, lines: list[Any], models: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [str(PYTHON), "-m", "nlu", "--models", str(models or rasa.project / "models"), "parse"]
    given = "".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines)
    return subprocess.run(
        command, input=given, cwd=rasa.project, env=rasa.environment, capture_output=True, text=True, check=False
    )


def test_each_line_gets_what_the_server_understands(rasa: Rasa) -> None:
    texts = ["can I pay online", "opening hours please", "quantum chromodynamics", ""]
    done = parse(rasa, [{"text": text, "language": "en"} for text in texts])
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0 and len(told) == len(texts), done.stderr
    for number, (text, one) in enumerate(zip(texts, told, strict=True)):
        assert {"intent", "confidence", "known", "ranking", "entities"} == one.keys()
        if text:
            understood = rasa.say(f"parse-{number}", f"parse-{number}", text=text)[1]["understood"]
            assert (one["intent"], one["confidence"]) == (understood["intent"], pytest.approx(understood["confidence"]))
    assert [one["intent"] for one in told[:2]] == ["faq/hello_pay", "faq/hello_hours"]
    assert told[3]["intent"] == "nlu_fallback"


def test_what_is_wrong_is_said_with_its_line(rasa: Rasa, tmp_path: Path) -> None:
    done = parse(rasa, [{"text": "hello"}, "hello\n"])
    assert done.returncode == 1 and len(done.stdout.splitlines()) == 1 and "Line 2" in done.stderr
    missing = parse(rasa, [{"text": "hello"}], tmp_path)
    assert missing.returncode == 1 and "python -m nlu train" in missing.stderr
