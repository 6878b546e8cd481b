"""The draft: quick with many topics, and nothing is lost when two people save."""

import subprocess
import threading
import time
from datetime import date
from pathlib import Path

import pytest

from studio.content.draft import Draft, NoSuchTopic
from studio.content.editing import AddExample, EditError, SetTitle
from studio.content.labels import parts, reworded, words
from studio.content.starting import new_topic, short_name
from studio.publishing import git
from studio.publishing.git import Author
from tests.studio.content.good_topics import GOOD_TOPICS

ED, RITA = Author("Ed", "ed@example.gov"), Author("Rita", "rita@example.gov")
Q = "data/topics/parks/questions.en.yml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in GOOD_TOPICS.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    subprocess.run(["git", "-C", str(tmp_path), "init", "--quiet"], check=True)
    git.commit(tmp_path, ["."], ED, "content: Begin.")
    return tmp_path


def test_two_saves_of_one_file_are_merged_item_by_item_even_after_a_restart(root: Path) -> None:
    version = Draft(root).topic("parks").versions[Q]
    Draft(root).save(Q, version, [AddExample("faq/parks_swim", "swim here")], ED, "content: One.")
    late = Draft(root)  # this process has never seen the text that the form was made from: git has
    done = late.save(Q, version, [AddExample("faq/parks_swim", "bathe here")], RITA, "content: Two.")
    assert done.saved and done.merged
    text = (root / Q).read_text()
    assert "- swim here\n" in text and "- bathe here\n" in text
    assert [each.who for each in late.history("parks")] == ["Rita", "Ed", "Ed"]


def test_the_same_words_changed_by_two_are_shown_and_nothing_is_written(root: Path) -> None:
    draft = Draft(root)
    version = draft.topic("parks").versions[Q]
    draft.save(Q, version, [SetTitle("faq/parks_swim", "Bathing")], ED, "content: One.")
    before = (root / Q).read_bytes()
    outcome = draft.save(Q, version, [SetTitle("faq/parks_swim", "Swimming")], RITA, "content: Two.")
    assert [(each.base, each.mine, each.theirs) for each in outcome.clashes] == [("Swim", "Swimming", "Bathing")]
    assert (root / Q).read_bytes() == before
    draft.save(Q, outcome.version, [SetTitle("faq/parks_swim", "Swimming")], RITA, "content: Two.")
    assert draft.topics()[1].questions[1].titles["en"] == "Swimming"


def test_many_threads_saving_at_once_lose_nothing(root: Path) -> None:
    draft = Draft(root)
    version = draft.topic("parks").versions[Q]

    def save(number: int) -> None:
        draft.save(Q, version, [AddExample("faq/parks_swim", f"from thread {number}")], ED, f"content: {number}.")

    threads = [threading.Thread(target=save, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(f"- from thread {number}\n" in (root / Q).read_text() for number in range(8))


@pytest.mark.parametrize(
    "path", ["../outside.yml", "data/topics/../../../x.yml", "/etc/x.yml", "data/topics/parks/x.py"]
)
def test_nothing_outside_the_project_is_written(root: Path, path: str) -> None:
    with pytest.raises(EditError):
        Draft(root).save(path, "", [AddExample("x", "y")], ED, "x")
    with pytest.raises(NoSuchTopic):
        Draft(root).topic("../parks")


def test_a_thousand_topics_are_listed_in_a_moment_and_only_what_changed_is_read_again(root: Path) -> None:
    for number in range(1000):
        folder = root / f"data/topics/topic_{number}"
        folder.mkdir()
        for name, text in (("questions.en.yml", _ASKED), ("answers.yml", _TOLD)):
            (folder / name).write_text(text.replace("%", str(number)))
    draft = Draft(root)
    first = draft.topics()
    started = time.perf_counter()
    again = draft.topics()
    seconds = time.perf_counter() - started
    assert len(again) == 1002 and all(one is other for one, other in zip(first, again, strict=True))
    (root / "data/topics/topic_7/answers.yml").write_text(_TOLD.replace("%", "seven"))
    changed = [one.folder for one, other in zip(first, draft.topics(), strict=True) if one is not other]
    assert changed == ["topic_7"]
    assert seconds < 0.5  # 0.04 s on a quiet machine
    assert draft.alike("how do i get thing 12", "")[0].same


_ASKED = """\
version: "3.1"
nlu:
- intent: faq/topic_%
  metadata:
    title: "T%"
  examples: |
    - how do i get thing %
"""
_TOLD = """\
responses:
  utter_faq/topic_%:
  - metadata: {language: en, owner: x, review_by: 2027-01-01}
    text: Thing %.
"""


def test_labels_stay_on_their_words_and_words_are_counted_around_them() -> None:
    written = "report [pothole](problem) on [5th](street) now"
    assert [(part.words, part.label) for part in parts(written)][1] == ("pothole", "problem")
    assert [word for _, _, word in words(written)] == ["report", "on", "now"]
    assert all(written[start:end] == word for start, end, word in words(written))
    assert reworded(written, "a pothole at 5th street") == "a [pothole](problem) at [5th](street) street"
    assert reworded(written, "nothing left") == "nothing left"


def test_a_name_is_made_of_any_title(root: Path) -> None:
    assert short_name("¿Cómo pago mi multa?") == "como_pago_mi_multa"
    assert short_name("911") == "topic_911" and short_name("!!!") == "topic"
    assert len(short_name("a very long title " * 9)) <= 40
    assert new_topic(root, "ice", ["en"], "roads", date(2026, 1, 1))
