"""`content fix` mends what nobody has to decide, shows it first, and leaves everything else as it stands."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from studio.content.checks import check
from studio.content.fixing import fixes
from studio.content.formatting import formatted
from studio.content.reading import read_project
from tests.studio.content.good_topics import GOOD_TOPICS

ROOT = Path(__file__).parents[3]
ANSWERS, QUESTIONS = "data/topics/parks/answers.yml", "data/topics/parks/questions.en.yml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in GOOD_TOPICS.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(formatted(text))
    return tmp_path


def edit(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text()
    assert old in text
    (root / path).write_text(text.replace(old, new, 1))


def mended(root: Path, path: str) -> str:
    return next(each.after for each in fixes(read_project(root)) if each.path == path)


def run(root: Path, *arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "studio", "content", "fix", *arguments, str(root)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_a_good_project_and_ours_need_nothing(root: Path) -> None:
    assert list(fixes(read_project(root))) == []
    assert list(fixes(read_project(ROOT))) == []


def test_links_to_known_sites_become_safe_and_unknown_ones_stay_for_a_person(root: Path) -> None:
    edit(root, ANSWERS, "Parks open at 8.", "Parks: http://www.example.gov and http://other.example.gov.")
    after = mended(root, ANSWERS)
    assert "https://www.example.gov and http://other.example.gov" in after
    assert after == (root / ANSWERS).read_text().replace("http://www", "https://www", 1)


def test_text_messages_get_plain_marks_and_links_and_web_answers_keep_theirs(root: Path) -> None:
    text = (root / ANSWERS).read_text()
    words = "Parks – “all” of them – open at 8: [map](https://parks.example.gov)."
    (root / ANSWERS).write_text(text.replace("Parks open at 8.", words))
    after = mended(root, ANSWERS)
    assert after.count(words) == 1
    assert after.count("map: https://parks.example.gov.") == 1 and "all" in after and after.count("– “all” of") == 1
    sms = read_project_text(root, after)
    assert sms == 'Parks - "all" of them - open at 8: map: https://parks.example.gov. Call {city.phones.main}.'


def read_project_text(root: Path, after: str) -> str:
    (root / ANSWERS).write_text(after)
    answers = {each.name: each for each in read_project(root).answers}
    wordings = answers["utter_faq/parks_hours"].variations
    return next(each.text for each in wordings if each.channel == "sms" and each.language == "en")


def test_examples_lose_what_nobody_sees_and_what_stands_twice_and_the_check_agrees(root: Path) -> None:
    first = "    - may i swim a 1\n"
    edit(root, QUESTIONS, first, first + first + "    - what’s\u00a0open\u200b there\n")
    assert "repeated-example" in {each.code for each in check(root)}
    assert run(root, "--yes")[0] == 0
    text = (root / QUESTIONS).read_text()
    assert text.count(first) == 1 and "    - what's open there\n" in text
    assert "repeated-example" not in {each.code for each in check(root)}
    assert run(root) == (0, "Nothing that can be mended without you. The rest: assistant content check\n")


def test_nothing_is_written_before_somebody_says_yes(root: Path) -> None:
    edit(root, ANSWERS, "Parks open at 8.", "“Parks\u00a0open at 8.")
    (root / ANSWERS).write_text((root / ANSWERS).read_text().rstrip("\n"))
    before = (root / ANSWERS).read_text()
    code, shown = run(root)
    assert code == 1 and "Add --yes" in shown and "+" in shown and (root / ANSWERS).read_text() == before
    code, told = run(root, "--json")
    listed = json.loads(told)
    assert code == 1 and listed["changed"] is False and listed["files"][0]["file"] == ANSWERS
    assert (root / ANSWERS).read_text() == before
    assert run(root, "--yes")[0] == 0
    after = (root / ANSWERS).read_text()
    assert after.endswith("\n") and "“Parks open at 8." in after


def test_a_file_that_cannot_be_read_is_left_to_the_check(root: Path) -> None:
    (root / ANSWERS).write_text((root / ANSWERS).read_text() + "\tbroken: “\n\n\n")
    before = (root / ANSWERS).read_text()
    assert run(root, "--yes")[0] == 0 and (root / ANSWERS).read_text() == before
