"""The public edge's own words: complete, in every language of the city, and short enough to read."""

import re
from pathlib import Path

import channels
from bot.city import load_city
from bot.settings import Settings
from bot.tags import preferred_language
from channels.words import load_words

FOLDER = Path(channels.__file__).parent


def test_every_text_exists_in_every_language_with_the_same_blanks():
    languages = set(load_city(Settings().city_file).languages)
    for key, texts in load_words().texts.items():
        assert languages <= set(texts), key
        assert len({tuple(sorted(re.findall(r"\{(\w+)\}", text))) for text in texts.values()}) == 1, key


def test_every_refusal_in_the_code_has_words():
    code = "".join(path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.py"))
    used = set(re.findall(r'Refusal\(\s*\d+, "(\w+)"', code))
    assert len(used) > 15
    assert used <= set(load_words().texts)


def test_no_text_is_left_that_nobody_says():
    said = "".join(path.read_text(encoding="utf-8") for path in FOLDER.rglob("*") if path.suffix in (".py", ".html"))
    senders = {f"plain_{sender}" for sender in ("resident", "assistant", "agent", "system")}
    assert [key for key in load_words().texts if f'"{key}"' not in said and key not in senders] == []


def test_sentences_are_short():
    for key, texts in load_words().texts.items():
        for text in texts.values():
            assert all(len(sentence.split()) <= 20 for sentence in re.split(r"[.?!:]\s", text)), (key, text)


def test_the_best_language_of_a_browser_is_taken():
    both = ("en", "es")
    assert preferred_language("es-US,es;q=0.9,en;q=0.8", both) == "es"
    assert preferred_language("fr,de;q=0.9", both) == "en"
    assert preferred_language("en;q=0.2, es;q=0.7", both) == "es"
    assert preferred_language("", both) == "en"
