"""The file of request types that is shipped, and what is said about a wrong one."""

import re
from pathlib import Path

import pytest

from agency.georeport.catalog import Catalog, CatalogError, load_catalog
from agency.settings import Settings


def test_every_type_has_keywords_to_be_found_by_in_every_language(catalog: Catalog) -> None:
    for service in catalog.services:
        for language in catalog.languages:
            assert len(service.keywords[language].split(",")) >= 5, service.code


def test_only_few_questions_are_required(catalog: Catalog) -> None:
    assert all(sum(question.required for question in service.questions) <= 2 for service in catalog.services)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("code: SIDEWALK", "code: POTHOLE", "same code"),
        ("datatype: number", "datatype: numbr", "datatype"),
        ("en: Pothole,", "", "exactly en, es"),
        ("group: streets", "group: stret", "group"),
        ("languages: [en, es]", "languages: [en, es", "YAML"),
        ("days: 5", "days: soon", "days"),
        ("datatype: singlevaluelist", "datatype: string", "list needs values"),
    ],
)
def test_a_mistake_in_the_file_is_one_sentence_with_its_place(tmp_path: Path, old: str, new: str, words: str) -> None:
    text = Settings().services.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "services.yml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogError, match=re.escape(str(path))) as caught:
        load_catalog(path)
    assert words in str(caught.value)


def test_an_empty_file_is_said(tmp_path: Path) -> None:
    path = tmp_path / "services.yml"
    path.write_text("")
    with pytest.raises(CatalogError):
        load_catalog(path)
