"""How easily a text reads: long sentences, hard words, acronyms."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from studio.content.source import read_source

SENTENCE_WORDS = 20
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_ABBREVIATION = re.compile(r"\b(a\.m|p\.m|Jr|Tel|St|Ave)\.(?= [a-z0-9(])")
_SPANISH_ENDINGS = {
    "ar": "ar|arlo|arla|arlos|arlas|arse|a|an|amos|e|en|emos|ó|aron|ado|ada|ados|adas|ando|ará|arán|aremos",
    "er": "er|erlo|erla|erlos|erlas|erse|e|en|emos|a|an|amos|ió|ieron|ido|ida|idos|idas|iendo|erá|erán|eremos",
    "ir": "ir|irlo|irla|irlos|irlas|irse|e|en|imos|a|an|amos|ió|ieron|ido|ida|idos|idas|iendo|irá|irán|iremos",
}
_STEM = 5  # a shorter Spanish verb is found as it stands: "instar" is not "instalar"


def hard_words(root: Path, language: str) -> Mapping[str, str]:
    """The hard words and phrases of a language, each with the plain one; the city edits the list."""
    path = root / "data" / "words" / f"hard.{language}.yml"
    tree = read_source(path, path.name).root if path.is_file() else None
    words = tree.get("words") if tree else None
    return {key.text: value.text for key, value in words.pairs} if words else {}


class HardWords:
    """Finds the hard words of a language in all their endings."""

    def __init__(self, words: Mapping[str, str], language: str) -> None:
        endings = _spanish if language == "es" else _english
        self._plain = {endings(hard): plain for hard, plain in words.items()}
        self._any = re.compile(rf"\b(?:{'|'.join(self._plain)})\b") if words else None

    def find(self, text: str) -> Iterator[tuple[str, str]]:
        """Each hard word as it stands in the text, with the plain one."""
        said = text.lower()
        if self._any is None or not self._any.search(said):
            return
        for pattern, plain in self._plain.items():
            if found := re.search(rf"\b(?:{pattern})\b", said):
                yield found[0], plain


@cache
def _english(word: str) -> str:
    if " " in word:
        return re.escape(word)
    if word.endswith("e"):
        return rf"{word[:-1]}(?:e|es|ed|ing)"
    if word.endswith("y"):
        return rf"{word[:-1]}(?:y|ies|ied|ying)"
    return rf"{word}(?:s|es|{word[-1]}?ed|{word[-1]}?ing)?"


@cache
def _spanish(word: str) -> str:
    endings, stem = _SPANISH_ENDINGS.get(word[-2:]), word[:-2]
    if " " in word or (endings and len(stem) < _STEM):
        return re.escape(word)
    return rf"{stem}(?:{endings})" if endings else rf"{word}(?:s|es)?"


def long_sentences(text: str) -> list[str]:
    """The sentences of more than 20 words; a colon ends no sentence."""
    sentences = _SENTENCE_END.split(_ABBREVIATION.sub(r"\1", text))
    return [sentence for sentence in sentences if len(sentence.split()) > SENTENCE_WORDS]
