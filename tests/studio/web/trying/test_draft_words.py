"""The running draft says new words at once, and tells what it would have to learn first."""

from pathlib import Path
from typing import Any, cast

import pytest

from bot.settings import Settings
from studio.publishing import snapshot
from studio.publishing.release import Release, Releases
from studio.rehearsal.stage import Stage
from studio.web.trying.draft_bot import Awake, put_on, unlearned
from tests.studio.content.good_topics import GOOD_TOPICS

ANSWERS, QUESTIONS = "data/topics/parks/answers.yml", "data/topics/parks/questions.en.yml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in {"config.yml": "recipe: default.v1\n", **GOOD_TOPICS}.items():
        (tmp_path / "draft" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "draft" / path).write_text(text)
    return tmp_path / "draft"


@pytest.fixture
def awake(root: Path, tmp_path: Path) -> Awake:
    settings = Settings(data_dir=tmp_path / "bot", rasa_url="")
    releases = Releases(settings.published_dir)
    folder = releases.folder(1)
    snapshot.copy(root, folder)
    (folder / "models").mkdir()
    (folder / "models/assistant.tar.gz").write_text("a model")
    releases.write(Release(1, "full", "draft", 0.0, "m", snapshot.digest(folder)))
    releases.go_live(1)
    return Awake(Stage("", settings), cast(Any, None), folder)


def said(awake: Awake, path: str) -> str:
    releases = Releases(awake.stage.settings.published_dir)
    live = releases.live()
    assert live is not None
    return (releases.folder(live.number) / path).read_text()


def change(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text()
    assert old in text
    (root / path).write_text(text.replace(old, new))


def test_new_words_are_said_with_the_next_message_by_the_same_model(root: Path, awake: Awake) -> None:
    change(root, ANSWERS, "Parks open at 8.", "Parks open at 9.")
    put_on(root, awake)
    assert "Parks open at 9." in said(awake, ANSWERS)
    assert said(awake, "models/assistant.tar.gz") == "a model"
    live = Releases(awake.stage.settings.published_dir).live()
    assert live is not None
    assert (live.number, live.model) == (2, "m")
    put_on(root, awake)
    again = Releases(awake.stage.settings.published_dir).live()
    assert again is not None
    assert again.number == 2  # nothing changed since


def test_new_questions_wait_until_they_are_learned_and_are_told(root: Path, awake: Awake) -> None:
    change(root, QUESTIONS, "may i swim a 1", "may i swim naked")
    change(root, ANSWERS, "You can swim", "You may swim")
    (root / "data/topics/parks/stories.yml").write_text("stories: []\n")
    put_on(root, awake)
    assert list(unlearned(root, awake.learned)) == [QUESTIONS, "data/topics/parks/stories.yml"]
    assert "naked" not in said(awake, QUESTIONS)
    assert "You may swim" in said(awake, ANSWERS)
    folder = awake.stage.settings.published_dir / "2/data/topics/parks"
    assert not (folder / "stories.yml").exists()


def test_a_new_answer_is_told_too_as_nothing_leads_to_it_yet(root: Path, awake: Awake) -> None:
    (root / ANSWERS).write_text((root / ANSWERS).read_text() + "\n  utter_new:\n  - text: Hi.\n")
    assert list(unlearned(root, awake.learned)) == [ANSWERS]
