"""Drafts go live as releases: a gate, a second person, a way back, and a switch."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from studio.publishing import git, snapshot, switch
from studio.publishing.errors import Busy, GitError, PublishError
from studio.publishing.git import Author
from studio.publishing.place import Place
from studio.publishing.publish import Progress, Wish, publish, reviewed, roll_back
from studio.publishing.release import Release
from tests.studio.content.good_topics import GOOD_TOPICS

ROOT = Path(__file__).parents[3]
NLU_PYTHON = ROOT / "nlu/.venv/bin/python"
ADA, GRACE = Author("Ada"), "Grace"
ANSWERS = "data/topics/parks/answers.yml"
HOURS = "utter_faq/parks_hours"
TRAINED = """#!/bin/sh
cat config.yml data/topics/*/questions* | cksum > models/new && mv models/new models/assistant.fingerprint
echo "a model" > models/new && mv models/new models/assistant.tar.gz
"""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A small project in git. Learning is what another test pays for: here a short script stands in its place."""
    root = tmp_path / "project"
    for path, text in {"config.yml": "recipe: default.v1\n", **GOOD_TOPICS}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    python = tmp_path / "nlu/.venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(TRAINED)
    python.chmod(0o755)
    subprocess.run(["git", "-C", str(root), "init", "--quiet"], check=True)
    git.commit(root, ["."], ADA, "content: Begin.")
    return Place(root, tmp_path / "published", 3, python)


def published(place: Place, **wish: object) -> Release:
    steps = list(publish(place, Wish(ADA, **{"approved_by": GRACE, **wish})))  # type: ignore[arg-type]
    assert steps[-1].step == "live" and steps[-1].release is not None
    return steps[-1].release


def edit(place: Place, old: str, new: str, path: str = ANSWERS) -> None:
    text = (place.root / path).read_text()
    assert old in text
    (place.root / path).write_text(text.replace(old, new))


def test_the_first_release_holds_everything_and_other_words_share_its_model(place: Place) -> None:
    first = published(place, message="Begin.")
    assert (first.number, first.kind, first.previous) == (1, "full", None)
    edit(place, "Parks open at 8.", "Parks open at 9.")
    second = published(place)
    assert (second.number, second.kind, second.model) == (2, "words", first.model)
    live = place.releases.live()
    assert live == second and live.gate["passed"]
    assert "Parks open at 9." in (place.published / "2" / ANSWERS).read_text()
    assert "Parks open at 8." in (place.published / "1" / ANSWERS).read_text()
    models = [place.published / str(number) / "models/assistant.tar.gz" for number in (1, 2)]
    assert models[0].samefile(models[1])


def test_a_publication_is_a_commit_by_its_author_and_a_tag(place: Place) -> None:
    published(place)
    (place.root / "someone-elses.txt").write_text("not yours")
    edit(place, "Parks open at 8.", "Parks open at 9.")
    release = published(place, message="Say welcome.")
    told = subprocess.run(
        ["git", "-C", str(place.root), "show", "--format=%an|%s", "--name-only", "published/2^{}"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert told[0].startswith("Ada|content:") and told[-1] == ANSWERS and "someone-elses.txt" not in told
    assert release.commit == git.head(place.root)


def test_a_new_question_is_learned_first(place: Place) -> None:
    first = published(place)
    example = "    - may i swim a 1\n"
    edit(place, example, example + "    - can i bathe there\n", "data/topics/parks/questions.en.yml")
    second = published(place)
    assert second.kind == "full" and second.model != first.model


def test_mistakes_and_a_missing_second_person_stop_it_and_the_live_release_stays(place: Place) -> None:
    first = published(place)
    with pytest.raises(PublishError, match="Nothing has changed"):
        published(place)
    edit(place, "Parks open at 8.", "Use the {} form.")
    with pytest.raises(PublishError, match="mistake"):
        published(place)
    edit(place, "Use the {} form.", "Parks open at 9.")
    with pytest.raises(PublishError, match="Somebody else has to approve"):
        published(place, approved_by=None)
    with pytest.raises(PublishError, match="cannot approve"):
        published(place, approved_by="ada")
    assert place.releases.live() == first and [each.number for each in place.releases.kept()] == [1]


def test_what_is_urgent_goes_first_and_is_marked_until_another_person_has_looked(place: Place) -> None:
    release = published(place, approved_by=None, urgent=True)
    assert place.releases.get(release.number).needs_review
    with pytest.raises(PublishError, match="somebody else"):
        reviewed(place, 1, "Ada")
    assert not reviewed(place, 1, GRACE).needs_review
    assert place.releases.get(1).reviewed_by == GRACE


def test_nobody_is_her_own_second_person_by_writing_her_name_in_another_way(place: Place) -> None:
    release = published(place, approved_by=" ADA ", urgent=True)
    assert release.approved_by is None and release.needs_review
    with pytest.raises(PublishError, match="somebody else"):
        reviewed(place, 1, "ada")


def test_whoever_approves_what_another_asked_for_may_publish_it_herself(place: Place) -> None:
    with pytest.raises(PublishError, match="cannot approve"):
        published(place, approved_by="Ada", asked_by=ADA)
    release = published(place, approved_by="Ada", asked_by=Author("Bo"))
    assert (release.who, release.approved_by, release.asked_by) == ("Ada", "Ada", "Bo") and not release.needs_review


def test_an_approval_counts_only_for_the_draft_that_was_looked_at(place: Place) -> None:
    approved = snapshot.digest(place.root)
    edit(place, "Parks open at 8.", "Parks open at 9.")
    with pytest.raises(PublishError, match="Somebody saved after it was approved"):
        published(place, digest=approved)
    assert published(place, digest=snapshot.digest(place.root)).number == 1


def test_a_topic_that_was_taken_out_and_committed_before_is_published(place: Place) -> None:
    published(place)
    shutil.rmtree(place.root / "data/topics/finding")
    edit(place, "- rule: find a park", "- rule: other", "data/topics/parks/rules.yml")
    edit(place, "  - intent: find_park\n  - action: action_find_park", "  - intent: faq\n  - action: utter_faq",
         "data/topics/parks/rules.yml")  # fmt: skip
    git.commit(place.root, ["data"], ADA, "content: Leave parks to others.")
    assert published(place).kind == "full"
    assert not (place.published / "2/data/topics/finding").exists()


def test_an_answer_goes_off_while_somebody_publishes(place: Place) -> None:
    published(place)
    edit(place, "Parks open at 8.", "Parks open at 9.")
    next(work := publish(place, Wish(ADA, approved_by=GRACE)))
    assert switch.off(place, HOURS, "Bo", "Flood.").name == HOURS
    assert list(work)[-1].step == "live" and [each.name for each in switch.switched_off(place)] == [HOURS]


def test_one_step_back_and_only_to_what_is_kept(place: Place) -> None:
    for number in range(1, 6):
        edit(place, f"Parks open at {7 + number}.", f"Parks open at {8 + number}.")
        published(place)
    assert [each.number for each in place.releases.kept()] == [5, 4, 3]
    assert roll_back(place, None, GRACE).number == 4
    assert place.releases.live() == place.releases.get(4)
    with pytest.raises(PublishError, match="There is no release 1"):
        roll_back(place, 1, GRACE)


def test_only_one_publishes_at_a_time_and_the_other_is_told_who(place: Place) -> None:
    going: list[Progress] = []
    work = publish(place, Wish(ADA, approved_by=GRACE))
    going.append(next(work))
    refused: list[BaseException] = []

    def other() -> None:
        try:
            next(publish(place, Wish(Author("Bo"), approved_by=GRACE)))
        except PublishError as error:
            refused.append(error)

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert isinstance(refused[0], Busy) and "Ada" in str(refused[0])
    assert list(work)[-1].step == "live"


def test_a_publication_that_died_half_way_leaves_what_was_live_and_is_cleared_away(place: Place) -> None:
    published(place)
    edit(place, "Parks open at 8.", "Parks open at 9.")
    next(work := publish(place, Wish(ADA, approved_by=GRACE)))
    work.close()  # as if the process had ended there
    assert place.releases.live() == place.releases.get(1) and (place.published / "2").is_dir()
    assert published(place).number == 3
    assert not (place.published / "2").exists()


def test_failed_learning_publishes_nothing(place: Place) -> None:
    place.python.write_text("#!/bin/sh\necho the disk is full\nexit 1\n")
    with pytest.raises(PublishError, match="the disk is full"):
        published(place)
    assert place.releases.live() is None and place.releases.kept() == []


def test_an_answer_and_a_topic_go_off_with_a_reason_and_on_again(place: Place) -> None:
    published(place)
    assert switch.off(place, "parks_hours", "Ada", "The hours are wrong.").name == HOURS
    assert switch.off(place, "parks", "Ada", "Under review.").kind == "topics"
    listed = json.loads((place.published / "off.json").read_text())
    assert set(listed["answers"]) == {HOURS} and set(listed["topics"]) == {"parks"}
    with pytest.raises(PublishError, match="Did you mean"):
        switch.off(place, "utter_faq/parks_hour", "Ada", "Why not.")
    with pytest.raises(PublishError, match="Say why"):
        switch.off(place, HOURS, "Ada", " ")
    switch.on(place, "parks_hours")
    assert [each.name for each in switch.switched_off(place)] == ["parks"]
    with pytest.raises(PublishError, match="not switched off"):
        switch.on(place, "parks_hours")


FINGERPRINTS = """
import json, sys
from pathlib import Path
from nlu.training import fingerprint
json.dump([fingerprint(Path(folder)) for folder in sys.argv[1:]], sys.stdout)
"""


@pytest.mark.rasa
def test_only_what_training_looks_at_is_learned(place: Place, tmp_path: Path) -> None:
    if not NLU_PYTHON.exists():
        pytest.skip("the language environment is not installed (nlu/.venv)")
    published(place)
    live, drafts = place.published / "1", []
    for number, (path, old, new) in enumerate((
        (ANSWERS, "Parks open at 8.", "Parks open at 9."),
        (ANSWERS, "  utter_faq/parks_swim:", "  utter_faq/parks_bathe:"),
        ("data/topics/parks/questions.es.yml", "- ", "- otra "),
        ("data/topics/parks/rules.yml", "find a park", "look for a park"),
        ("data/topics/parks/tests.yml", "is the park open now", "is it open now"),
        ("city.yml", "languages", "languages "),
        ("config.yml", "recipe", "language: en\nrecipe"),
        ("domain.yml", "version", "# a remark\nversion"),
    )):  # fmt: skip
        draft = tmp_path / f"draft{number}"
        snapshot.copy(live, draft)
        text = (draft / path).read_text()
        assert old in text
        (draft / path).write_text(text.replace(old, new, 1))
        drafts.append(draft)
    command = [str(NLU_PYTHON), "-W", "ignore", "-c", FINGERPRINTS, str(live), *map(str, drafts)]
    before, *after = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
    kinds = [snapshot.changes(draft, live).kind for draft in drafts]
    assert kinds == ["words" if each == before else "full" for each in after]
    assert kinds.count("words") == 3


HELD_OUT = "".join(
    f"- {{text: {asked} {word}, topic: faq/parks_{topic}, language: en}}\n"
    for asked, topic in (("may i swim", "swim"), ("when does the park open", "hours"))
    for word in "klmno"
)


@pytest.mark.rasa
def test_what_makes_the_questions_kept_aside_worse_is_refused(place: Place) -> None:
    if not NLU_PYTHON.exists():
        pytest.skip("the language environment is not installed (nlu/.venv)")
    place = replace(place, python=NLU_PYTHON)
    (place.root / "config.yml").write_text((ROOT / "config.yml").read_text())
    (place.root / "data/holdout.yml").write_text(HELD_OUT)
    published(place)
    for old, new in (("may i swim", "…"), ("when does the park open", "may i swim"), ("…", "when does the park open")):
        edit(place, old, new, "data/topics/parks/questions.en.yml")  # pasted under the wrong question
    with pytest.raises(PublishError) as refused:
        published(place)
    assert re.search(r"Of 10 questions kept apart, [0-7] are answered right; before it was \d+\.", str(refused.value))
    live = place.releases.live()
    assert live is not None and live.number == 1


def test_the_commands_publish_switch_off_and_tell_the_history(place: Place, tmp_path: Path) -> None:
    (place.root / "models").mkdir()
    environment = {**os.environ, "ASSISTANT_DATA": str(tmp_path), "PYTHONPATH": str(ROOT)}

    def run(*arguments: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "studio", "content", *arguments, "--who", "Ada", "--project", str(place.root)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    published(place)
    edit(place, "Parks open at 8.", "Parks open at 9.")
    code, told = run("prepare")
    assert code == 0
    assert told.startswith("ok   check: No mistakes; 0 warning(s).\nok   render: ")
    refused, words = run("publish")
    assert refused == 1 and "Somebody else has to approve it" in words
    assert run("publish", "--approved-by", "Grace", "--message", "New hours.")[0] == 0
    assert run("off", "parks_hours", "--reason", "Flood.")[0] == 0
    assert run("rollback", "--reason", "Wrong hours.")[0] == 0
    told = run("history")[1].splitlines()
    assert [line[17:] for line in told[:3]] == [
        "rollback: release 1 by Ada, approved by Grace (Wrong hours.)",
        "off: utter_faq/parks_hours by Ada (Flood.)",
        "release: release 2 by Ada, approved by Grace (New hours.)",
    ]
    assert run("rollback", "1") == (1, "Release 1 is live already.\n")
    assert told[-2:] == ["Off: utter_faq/parks_hours (Flood., Ada)", "Live: release 1."]


def test_git_that_does_not_know_the_person_says_what_to_do(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    with pytest.raises(GitError, match=r"git config --global user\.name"):
        git.author(place.root)
