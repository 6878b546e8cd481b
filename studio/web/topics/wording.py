"""A wording as residents will see it: blanks filled, the text message as it is sent, and what to mend."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.replies import Reply
from bot.sms.composing import Style, compose
from bot.sms.segments import foreign, measure
from studio.content.checks.house import SMS_SEGMENTS, WEB_CHARACTERS
from studio.content.checks.reading_ease import HardWords, hard_words, long_sentences
from studio.content.draft import Draft

_BLANK = re.compile(r"\{([^{}]*)\}")
_LONGEST_BLANK = 40


@dataclass(frozen=True)
class Piece:
    """Some words; `blank` is the name of what fills them, `known` whether we know with what."""

    words: str
    blank: str = ""
    known: bool = True


@dataclass(frozen=True)
class Shown:
    """How one wording reads. `segments` is what a text message costs; 0 on the web."""

    language: str
    channel: str
    pieces: tuple[Piece, ...]
    buttons: tuple[str, ...]
    characters: int
    messages: tuple[str, ...] = ()
    segments: int = 0
    units: int = 0
    unicode: bool = False
    plain: bool = False
    """Letters of other alphabets were put into those that every phone has."""
    advice: tuple[tuple[str, Mapping[str, object]], ...] = ()


def shown(draft: Draft, text: str, language: str, channel: str, buttons: tuple[str, ...] = ()) -> Shown:
    """The wording on its channel."""
    pieces = tuple(_pieces(draft, text, language))
    read = "".join(piece.words for piece in pieces)
    advice = tuple(_advice(draft, text, read, pieces, language))
    if channel != "sms":
        longer = (
            (("topics_advice_long", {"count": len(read), "most": WEB_CHARACTERS}),)
            if len(read) > WEB_CHARACTERS
            else ()
        )
        return Shown(language, channel, pieces, buttons, len(read), advice=(*longer, *advice))
    sent = compose([Reply(read, language, buttons=tuple((title, "") for title in buttons))], Style(budget=99))
    message = sent[0] if sent else None
    measured = measure(message.text) if message else None
    segments = measured.count if measured and read.strip() else 0
    longer = (("topics_advice_segments", {"count": segments, "most": SMS_SEGMENTS}),) if segments > SMS_SEGMENTS else ()
    return Shown(
        language, channel, pieces, buttons, len(read),
        messages=measured.parts if measured else (),
        segments=segments,
        units=measured.units if measured else 0,
        unicode=bool(measured and measured.encoding == "UCS-2"),
        plain=bool(measured and measured.encoding != "UCS-2" and foreign(read)),
        advice=(*longer, *advice),
    )  # fmt: skip


def read(draft: Draft, text: str, language: str) -> str:
    """The words as residents read them, for lists."""
    return "".join(piece.words for piece in _pieces(draft, text, language))


def blanks(draft: Draft, language: str) -> list[tuple[str, str]]:
    """Every blank of the city profile with what fills it, for choosing."""
    return [(name, value) for name, value in _values(draft.city, "city", language) if len(value) <= 2 * _LONGEST_BLANK]


_OFFERED = ("name", "website", "phones", "offices", "assistant", "region", "emergency_number")


def _values(value: Any, name: str, language: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        if language in value and isinstance(value[language], str):
            yield name, value[language]
            return
        for key, inner in value.items():
            if name == "city" and key not in _OFFERED:
                continue
            yield from _values(inner, f"{name}.{key}", language)
    elif isinstance(value, list) and all(isinstance(item, Mapping) and "id" in item for item in value):
        for item in value:
            for key in ("name", "address", "phone"):
                yield from _values(item.get(key), f"{name}.{item['id']}.{key}", language)
    elif isinstance(value, str | int | float):
        yield name, str(value)


def _pieces(draft: Draft, text: str, language: str) -> Iterator[Piece]:
    at = 0
    for found in _BLANK.finditer(text):
        if found.start() > at:
            yield Piece(text[at : found.start()])
        yield _filled(draft, found[1].strip(), language)
        at = found.end()
    if at < len(text):
        yield Piece(text[at:])


def _filled(draft: Draft, name: str, language: str) -> Piece:
    first, *rest = name.split(".")
    if first == "city":
        value = _city_value(draft.city, rest, language)
        return Piece(value or f"{{{name}}}", name, value is not None)
    known = first in draft.names().slots or bool(re.fullmatch(r"\w+", first))
    return Piece(f"‹{first.replace('_', ' ')}›" if known else f"{{{name}}}", name, known)


def _city_value(city: Mapping[str, Any], parts: list[str], language: str) -> str | None:
    value: Any = city
    for part in parts:
        if isinstance(value, list):
            value = next((item for item in value if isinstance(item, Mapping) and item.get("id") == part), None)
        else:
            value = value.get(part) if isinstance(value, Mapping) else None
    if isinstance(value, Mapping):
        value = value.get(language)
    return str(value) if isinstance(value, str | int | float) and value != "" else None


def _advice(
    draft: Draft, text: str, read: str, pieces: tuple[Piece, ...], language: str
) -> Iterator[tuple[str, Mapping[str, object]]]:
    for piece in pieces:
        if piece.blank and not piece.known:
            yield "topics_advice_blank", {"name": piece.blank}
    rest = _BLANK.sub("", text)
    if "{" in rest or "}" in rest:
        yield "topics_advice_brace", {}
    for sentence in long_sentences(read):
        yield "topics_advice_sentence", {"count": len(sentence.split()), "begin": " ".join(sentence.split()[:4])}
    for said, plain in HardWords(hard_words(draft.root, language), language).find(_BLANK.sub("x", text)):
        yield "topics_advice_hard", {"said": said, "plain": plain}
    if "http://" in text:
        yield "topics_advice_link", {}
