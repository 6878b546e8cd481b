"""A first word stands for a sentence; a sentence that happens to begin with it does not."""

from pathlib import Path

import pytest

from bot.errors import SettingError
from bot.settings import ROOT
from bot.sms.optout import load_optout
from bot.sms.shortcuts import load_shortcuts

OPTOUT = load_optout(ROOT / "data" / "optout.yml")
SHORTCUTS = load_shortcuts(ROOT / "data" / "shortcuts.yml", OPTOUT)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("TRASH 12 Oak Street", "when is trash picked up at 12 Oak Street"),
        ("trash: 12 oak st.", "when is trash picked up at 12 oak st"),
        ("Status 26-000123", "what is the status of report 26-000123"),
        ("STATUS 123!", "what is the status of report 123"),
        ("HOURS", "what are your opening hours"),
        ("hours city hall", "what are the opening hours of city hall"),
        ("Bus", "what is the bus schedule"),
        ("PERSON", "i want to talk to a person"),
        ("Basura 12 Oak Street", "cuándo recogen la basura en 12 Oak Street"),
        ("ESTADO 26-000123", "cuál es el estado del reporte 26-000123"),
        ("Autobús", "cuál es el horario de los autobuses"),
    ],
)
def test_a_shortcut_is_read_as_its_sentence(text: str, says: str) -> None:
    assert SHORTCUTS.expanded(text) == says


@pytest.mark.parametrize(
    "text",
    [
        *("trash is all over my street", "status of my report", "bus 12 is late again", "person in charge of trees"),
        *("hours wasted waiting on the phone", "la basura", "", "12 Oak Street", "trash 12"),
    ],
)
def test_a_sentence_stays_as_it_stands(text: str) -> None:
    assert SHORTCUTS.expanded(text) == text


@pytest.mark.parametrize("word", ["stop", "Ayuda", "info", "unsubscribe", "inicio"])
def test_a_word_of_the_carriers_is_refused(word: str, tmp_path: Path) -> None:
    path = tmp_path / "shortcuts.yml"
    path.write_text(f"en:\n  {word}: {{alone: something}}\n", "utf-8")
    with pytest.raises(SettingError, match="cannot be a shortcut"):
        load_shortcuts(path, OPTOUT)
