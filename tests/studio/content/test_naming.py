"""Names: where they are used, another one everywhere, and what is due."""

from datetime import date
from pathlib import Path

import pytest

from studio.content.due import due
from studio.content.editing import EditError
from studio.content.naming import rename, uses
from studio.content.reading import read_project
from studio.content.starting import new_topic

DOMAIN = """\
intents: [snow, roads]   # topics
slots:
  street: {type: text, mappings: [{type: from_entity, entity: street}]}
responses:
  utter_snow:
  - text: "On {street}."     # said first
    metadata: {owner: snow, review_by: 2027-02-01}
    buttons: [{title: "snow", payload: "/snow"}]
"""
DATA = """\
nlu:
- intent: snow
  examples: |
    - snow on [Oak](street)
rules:
- rule: snow
  steps:
  - intent: snow
  - action: utter_snow
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "domain.yml").write_text(DOMAIN, "utf-8")
    (tmp_path / "data/all.yml").write_text(DATA, "utf-8")
    return tmp_path


def test_a_topic_gets_another_name_everywhere_and_words_that_look_like_it_stay(root: Path) -> None:
    texts = rename(read_project(root), "snow", "plow")
    assert texts["domain.yml"] == DOMAIN.replace("[snow, roads]", "[plow, roads]").replace(
        "utter_snow", "utter_plow"
    ).replace('"/snow"', '"/plow"')
    assert texts["data/all.yml"] == DATA.replace("intent: snow", "intent: plow").replace("utter_snow", "utter_plow")


def test_a_blank_gets_another_name_in_texts_and_labels(root: Path) -> None:
    texts = rename(read_project(root), "street", "road")
    assert "  road: {type: text, mappings: [{type: from_entity, entity: road}]}" in texts["domain.yml"]
    assert '"On {road}."     # said first' in texts["domain.yml"] and "[Oak](road)" in texts["data/all.yml"]


def test_a_name_that_is_taken_or_unknown_is_refused(root: Path) -> None:
    project = read_project(root)
    for old, new in (("snow", "roads"), ("hail", "ice"), ("snow", "a b")):
        with pytest.raises(EditError):
            rename(project, old, new)


def test_every_use_is_told_with_its_line(root: Path) -> None:
    found = {(use.place.path, use.place.line) for use in uses(read_project(root), "street")}
    assert found == {("domain.yml", 3), ("domain.yml", 6), ("data/all.yml", 4)}


def test_what_is_due_is_told_by_owner(root: Path) -> None:
    project = read_project(root)
    assert due(project, date(2026, 12, 1), 30) == []
    (one,) = due(project, date(2027, 1, 15), 30)
    assert (one.owner, one.answer, one.overdue(date(2027, 1, 15))) == ("snow", "utter_snow", False)


def test_a_new_topic_has_its_files_in_every_language(root: Path) -> None:
    texts = new_topic(root, "ice", ["en", "es"], "roads", date(2026, 12, 1))
    names = ("answers", "questions.en", "questions.es", "tests")
    assert sorted(texts) == [f"data/topics/ice/{name}.yml" for name in names]
    assert texts["data/topics/ice/questions.es.yml"].endswith("  examples: |\n    - EXAMPLE QUESTION (es)\n")
    assert "review_by: 2027-05-30\n" in texts["data/topics/ice/answers.yml"]
    with pytest.raises(EditError):
        new_topic(root, "../ice", ["en"], "roads", date(2026, 12, 1))
