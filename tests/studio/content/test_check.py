"""Every ordinary mistake is found once, where a person made it, and good content is left alone."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from studio.content.checks import check
from studio.content.checks.codes import CODES
from studio.content.checks.telling import Told, codes, told
from studio.content.finding import Finding, Place
from tests.studio.content.good import GOOD, MISTAKES, Mistake
from tests.studio.content.good_topics import GOOD_TOPICS, TOPIC_MISTAKES

ROOT = Path(__file__).parents[3]
TODAY = date(2026, 12, 1)
EXPLAINED = [name for name, code in CODES.items() if code.wrong]


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def found(folder: Path, files: Mapping[str, str | bytes]) -> list[Finding]:
    return check(write(folder, files), TODAY)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot.cli", "content", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_good_ordinary_project_has_no_findings(tmp_path: Path) -> None:
    assert found(tmp_path, GOOD) == []


def test_good_topics_have_no_findings(tmp_path: Path) -> None:
    assert found(tmp_path, GOOD_TOPICS) == []


def test_our_own_content_has_no_findings() -> None:
    assert [str(each) for each in check(ROOT) if each.level != "note"] == []


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda each: f"{each.number}-{each.new.strip()[:30]!r}")
def test_a_mistake_is_named_once_with_its_line(mistake: Mistake, tmp_path: Path) -> None:
    files, line = mistake.planted(GOOD)
    findings = found(tmp_path, files)
    assert [each.code for each in findings] == [mistake.code], [str(each) for each in findings]
    if mistake.at:
        assert (findings[0].place.path, findings[0].place.line) == (mistake.file, line), str(findings[0])


@pytest.mark.parametrize("mistake", TOPIC_MISTAKES, ids=lambda each: f"{each.number}-{each.new.strip()[:30]!r}")
def test_a_mistake_in_a_topic_is_named_once_with_its_line(mistake: Mistake, tmp_path: Path) -> None:
    files, line = mistake.planted(GOOD_TOPICS)
    findings = found(tmp_path, files)
    assert [each.code for each in findings] == [mistake.code], [str(each) for each in findings]
    if mistake.at:
        assert (findings[0].place.path, findings[0].place.line) == (mistake.file, line), str(findings[0])


@pytest.mark.parametrize("name", EXPLAINED)
def test_the_wrong_example_of_a_code_has_that_mistake_and_the_right_one_has_not(name: str, tmp_path: Path) -> None:
    code = CODES[name]
    wrong = found(tmp_path / "wrong", {**GOOD, **BASE, code.file: code.wrong})
    right = found(tmp_path / "right", {**GOOD, **BASE, code.file: code.right})
    assert name in [each.code for each in wrong], [str(each) for each in wrong]
    assert name not in [each.code for each in right], [str(each) for each in right]


def test_every_code_says_what_it_is_and_why_it_harms() -> None:
    for language in ("en", "es"):
        known = codes(language)
        assert known.keys() == CODES.keys()
        assert not [name for name, code in known.items() if not code.what.endswith(".") or not code.why.endswith(".")]
    assert not [
        name for name, code in codes("es").items() if code.what == CODES[name].what or code.why == CODES[name].why
    ]


def test_a_finding_is_told_in_spanish_with_what_it_names() -> None:
    found = Finding(Place("a.yml"), "error", "owner", "“utter_x” has no owner. Name a team: owner: parking.")
    assert told(found, "en") == Told(found.message, CODES["owner"].why)
    spanish = told(found, "es")
    assert (spanish.words, spanish.detail) == ("Una respuesta no tiene responsable: «utter_x».", found.message)
    assert told(replace(found, message="No owner."), "es").words == "Una respuesta no tiene responsable."


def test_messages_speak_no_jargon(tmp_path: Path) -> None:
    jargon = ("yaml", "mapping", "scalar", "intent ", "utterance", "token", "python", "null", "dict")
    for number, mistake in enumerate(MISTAKES):
        for each in found(tmp_path / str(number), mistake.planted(GOOD)[0]):
            words = each.message.lower().replace("utter_", "")
            assert not [word for word in jargon if word in words], each.message


def test_one_broken_file_does_not_hide_the_mistakes_of_the_others(tmp_path: Path) -> None:
    broken = {**GOOD, "data/broken.yml": "}}} {{{\n- [", "data/rules.yml": GOOD["data/rules.yml"] + "\n- rule: empty\n"}
    findings = found(tmp_path, broken)
    assert {each.place.path for each in findings} == {"data/broken.yml", "data/rules.yml"}


def test_the_command_tells_by_its_exit_whether_there_is_something_to_mend(tmp_path: Path) -> None:
    good = write(tmp_path / "good", GOOD)
    bad = write(tmp_path / "bad", {**GOOD, "data/more.yml": "stories:\n- story: nothing\n"})
    assert run("check", str(good)).returncode == 0
    assert run("check", str(tmp_path / "nowhere")).returncode == 2
    told = run("check", str(bad), "--json")
    assert told.returncode == 1
    finding = json.loads(told.stdout)[0]
    assert (finding["file"], finding["line"], finding["level"], finding["code"]) == (
        "data/more.yml",
        2,
        "error",
        "no-steps",
    )
    assert run("check", str(bad)).stdout.startswith("data/more.yml:2:10: error: ")


def test_explain_knows_every_code_and_helps_with_a_misspelt_one() -> None:
    assert "Wrong:" in run("explain", "dash").stdout
    assert "Falta el guion" in run("explain", "dash", "--language", "es").stdout
    misspelt = run("explain", "empty-brace")
    assert misspelt.returncode == 2 and "empty-braces" in misspelt.stderr


BASE = {
    "domain.yml": GOOD["domain.yml"]
    .replace("  - faq\n", "  - faq\n  - extra\n  - bye\n")
    .replace("  - cuisine:\n", "  - street\n  - cuisine:\n", 1)
    .replace("  - action_look_up\n", "  - action_look_up\n  - action_look\n")
    .replace("forms:\n", "forms:\n  name_form:\n    required_slots: [first_name]\n")
    .replace(
        "responses:\n", 'responses:\n  utter_ask_first_name:\n    - text: "Your name?"\n  utter_bye:\n    - text: Bye\n'
    ),
    "data/rules.yml": GOOD["data/rules.yml"]
    + "\n- rule: greet back\n  steps:\n  - intent: greet\n  - action: utter_greet\n  - action: action_listen\n",
}
