"""Changing content files: only the meant lines, onto the right version, with two people at once."""

import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from studio.content import editing
from studio.content.editing import Which
from studio.content.editing.tree import parse
from tests.studio.content.random_edits import HAND_MADE, REFUSED, RIGHT, change, dressed, files, outcome

ROOT = Path(__file__).parents[3]
FILES = files(ROOT)
QUESTIONS = """\
version: "3.1"
nlu:
# about snow
- intent: snow
  metadata: {title: "When is my street plowed?"}
  examples: |
    - when is oak street plowed   
    - snow!

- intent: leaves
  examples: |
    - pick up leaves
"""
ANSWERS = """\
responses:
  utter_snow:            # the roads team
  - metadata: {language: en, owner: roads, review_by: 2027-01-01}
    text: 'We don''t wait'
    buttons:
    - {title: "Leaves", payload: /leaves}
  - metadata: {language: es}
    text: "Ya vamos"
"""


@pytest.mark.parametrize("seed", range(120))
def test_a_random_change_touches_only_the_meant_lines(seed: int) -> None:
    pick = random.Random(seed)
    path = pick.choice(sorted(HAND_MADE.glob("*.yml")) if seed % 3 == 0 else FILES)
    text = dressed(pick, path.read_bytes().decode())
    tree = parse(text)
    assert tree is not None
    assert outcome(text, change(pick, tree.data())) in (RIGHT, REFUSED)


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_any_words_read_back_as_they_were_meant_for_rasa_too(words: str) -> None:
    for which in (Which("en"), Which("es")):
        after = editing.edit(ANSWERS, editing.SetText("utter_snow", which, words))
        read = YAML(typ="safe", pure=True).load(after)
        assert words in [each["text"] for each in read["responses"]["utter_snow"]]


def test_changes_keep_quotation_marks_comments_and_trailing_blanks() -> None:
    after = editing.edit(
        QUESTIONS,
        editing.AddExample("snow", "plow: when?"),
        editing.RemoveExample("snow", "snow!"),
        editing.MarkLabel("leaves", "pick up leaves", 8, 14, "thing"),
    )
    assert [line for line in editing.show_diff("f", QUESTIONS, after).splitlines()[2:] if line[0] in "+-"] == [
        "-    - snow!",
        "+    - plow: when?",
        "-    - pick up leaves",
        "+    - pick up [leaves](thing)",
    ]
    after = editing.edit(
        ANSWERS,
        editing.SetText("utter_snow", Which("en"), "It's now"),
        editing.SetMetadata("utter_snow", Which("en"), "review_by", date(2028, 1, 1)),
        editing.AddButton("utter_snow", Which("en"), "Snow", "/snow"),
    )
    assert "text: 'It''s now'" in after and "review_by: 2028-01-01}" in after
    assert '    - {title: "Snow", payload: /snow}\n  - metadata: {language: es}' in after


def test_what_is_not_there_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "q.yml").write_text(QUESTIONS, "utf-8")
    version = editing.read(tmp_path, "q.yml").version
    with pytest.raises(editing.EditError, match="not there any more"):
        editing.save(tmp_path, "q.yml", version, [editing.RemoveExample("snow", "hail")])
    for path in ("../q.yml", "/etc/x.yml", "q.txt"):
        with pytest.raises(editing.EditError, match="Only content files"):
            editing.read(tmp_path, path)
    assert (tmp_path / "q.yml").read_text("utf-8") == QUESTIONS


def test_two_people_at_once_lose_nothing(tmp_path: Path) -> None:
    (tmp_path / "q.yml").write_text(QUESTIONS, "utf-8")
    version = editing.read(tmp_path, "q.yml").version
    editing.save(
        tmp_path, "q.yml", version, [editing.AddExample("snow", "theirs"), editing.SetTitle("leaves", "Leaves")]
    )
    mine = [editing.AddExample("snow", "mine"), editing.RemoveExample("snow", "snow!")]
    with pytest.raises(editing.Stale) as stale:
        editing.save(tmp_path, "q.yml", version, mine)
    merged = editing.merge(QUESTIONS, editing.edit(QUESTIONS, *mine), stale.value.text)
    assert merged.text is not None and not merged.clashes
    saved = editing.write(tmp_path, "q.yml", merged.text, stale.value.version)
    examples = parse(saved.text).data()["nlu"][0]["examples"]  # type: ignore[union-attr]
    assert "- mine\n" in examples and "- theirs\n" in examples and "snow!" not in examples
    assert "# about snow" in saved.text and "title: Leaves" in saved.text.replace('"', "")


def test_where_two_people_clash_both_wordings_are_shown() -> None:
    mine = editing.edit(ANSWERS, editing.SetText("utter_snow", Which("es"), "A"))
    theirs = editing.edit(ANSWERS, editing.SetText("utter_snow", Which("es"), "B"))
    merged = editing.merge(ANSWERS, mine, theirs)
    assert merged.text is None
    assert [(each.base, each.mine, each.theirs) for each in merged.clashes] == [("Ya vamos", "A", "B")]
