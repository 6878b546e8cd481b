"""Rules and paths that contradict each other: the same verdict as Rasa, with both places, before any training."""

import json
import subprocess
from pathlib import Path
from time import perf_counter

import pytest

from studio.content.contradictions import find_in
from tests.studio.content.dialogues import write

ROOT = Path(__file__).parents[3]
PYTHON = ROOT / "nlu/.venv/bin/python"
DOMAIN = "intents: [greet, bye]\nactions: [action_a, action_b]\nforms: {ask_form: {required_slots: []}}\n"
KINDS = {"too long": "rule-too-long", "incomplete": "rule-incomplete"}
AGAINST = {"rules-contradict", "rule-against-path"}


def project(folder: Path, rules: str = "", stories: str = "") -> Path:
    (folder / "data").mkdir()
    (folder / "domain.yml").write_text(DOMAIN, "utf-8")
    (folder / "data/rules.yml").write_text(f"rules:\n{rules}", "utf-8")
    (folder / "data/stories.yml").write_text(f"stories:\n{stories}", "utf-8")
    return folder


def rule(name: str, intent: str, action: str) -> str:
    return f"- rule: {name}\n  steps:\n  - intent: {intent}\n  - action: {action}\n"


def story(name: str, *actions: str) -> str:
    steps = "".join(f"  - action: {action}\n" for action in actions)
    return f"- story: {name}\n  steps:\n  - intent: greet\n{steps}"


def test_our_content_has_no_contradictions() -> None:
    assert find_in(ROOT) == []


def test_two_rules_that_contradict_each_other_are_one_finding_with_both_places(tmp_path: Path) -> None:
    rules = rule("one", "greet", "action_a") + rule("two", "bye", "action_a") + rule("three", "greet", "action_b")
    found = find_in(project(tmp_path, rules))
    assert [(str(each.place), each.code) for each in found] == [("data/rules.yml, line 5", "rules-contradict")]
    assert "the rule “three” (data/rules.yml, line 13)" in found[0].message


def test_a_path_that_a_rule_contradicts_is_named_with_the_rule(tmp_path: Path) -> None:
    found = find_in(project(tmp_path, rule("one", "greet", "action_a"), story("path", "action_b")))
    assert [(str(each.place), each.code) for each in found] == [("data/stories.yml, line 5", "rule-against-path")]
    assert "data/rules.yml, line 5" in found[0].message


def test_paths_that_part_without_a_reason_conflict_as_far_back_as_the_policies_look(tmp_path: Path) -> None:
    same = ("action_a",) * 6
    folder = project(tmp_path, "", story("one", *same, "action_b") + story("two", *same, "action_a"))
    assert {each.code for each in find_in(folder)} == {"paths-conflict"}
    longer = story("one", "action_b", *same, "action_b") + story("two", *same, "action_a")
    (folder / "data/stories.yml").write_text(f"stories:\n{longer}", "utf-8")
    (folder / "config.yml").write_text("policies:\n- {name: MemoizationPolicy, max_history: 10}\n- name: RulePolicy\n")
    after_greeting = [each for each in find_in(folder) if "After “greet”" not in each.message]
    assert after_greeting == []


def test_a_thousand_topics_take_less_than_two_seconds(tmp_path: Path) -> None:
    folder = project(tmp_path)
    for number in range(1000):
        topic = folder / f"data/topics/topic_{number}"
        topic.mkdir(parents=True)
        written = rule(f"rule {number}", f"ask_{number}", f"utter_{number}")
        (topic / "rules.yml").write_text(f'version: "3.1"\n\nrules:\n{written}', "utf-8")
    (folder / "data/topics/topic_9/stories.yml").write_text(
        "stories:\n- story: odd\n  steps:\n  - intent: ask_7\n  - action: utter_8\n", "utf-8"
    )
    began = perf_counter()
    found = find_in(folder)
    assert [each.code for each in found] == ["rule-against-path"]
    assert perf_counter() - began < 6  # 2 s on a machine that does nothing else


@pytest.mark.rasa
def test_rasa_comes_to_the_same_verdicts(tmp_path: Path) -> None:
    if not PYTHON.exists():
        pytest.skip("the nlu environment is not installed (nlu/.venv)")
    for seed in range(40):
        write(tmp_path / f"{seed:03}", seed)
    command = [PYTHON, Path(__file__).parent / "rasa_verdicts.py", tmp_path, "5"]
    environment = {"RASA_TELEMETRY_ENABLED": "false", "HOME": str(tmp_path)}
    told = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    verdicts = json.loads(told.stdout.splitlines()[-1])
    kinds = {verdict["kind"] for verdict in verdicts.values()}
    assert kinds == {"clean", "contradiction", "incomplete", "too long"} and len(verdicts) == 40
    for name, verdict in verdicts.items():
        found = find_in(tmp_path / name)
        codes = {each.code for each in found} - {"paths-conflict"}
        ours = next((kind for kind, code in KINDS.items() if code in codes), "contradiction" if codes else "clean")
        assert ours == verdict["kind"], name
        assert ("paths-conflict" in {each.code for each in found}) == bool(verdict["conflicts"]), name
        for told_by, _, _, others in verdict["contradictions"]:
            named = [each.message for each in found if each.code in AGAINST and f"“{told_by}”" in each.message]
            written = [other for other in others if not other.startswith(("handling active", "predicting default"))]
            assert named if not written else any(f"“{other}”" in each for each in named for other in written), name
