"""Find the type of a problem in a person's own words."""

import functools
import math
import re
import unicodedata
from dataclasses import dataclass

from rapidfuzz import fuzz

from actions.agencies.open311 import Service

CONFIRM = 0.55
"""Score from which one type is proposed alone, if it is ahead of the next by LEAD."""
OFFER = 0.22
LEAD = 0.15
_NAME, _KEYWORD, _DESCRIPTION = 1.0, 0.9, 0.35
_SIMILAR = 82.0
_SHORTEST = 5
"""Letters from which a word may be mistyped."""
_TRUST = 0.85
_STOP = """
a an the and or of on in at to is are was it its i my me we our there this that for with from by has have been
be not no very please want need report reporting problem issue city street road house near front corner hello hi
can you someone somebody fix get got had would like about pretty still just un una unos unas el la los las y o
de del en al es esta está hay mi se que con por para lo le su muy quiero quisiera necesito reportar reporte
problema ciudad calle casa cerca frente esquina hola favor pueden puede alguien arreglar tengo sobre han ha he
fue son era ser hace hacer tiene tienen nadie nada todo toda como donde cuando cuanto porque si ya mas sin ni
les sus ese esa eso aqui ahi vez venido venir did does do don didn came come they them their your she who what
when where why how will if so too all some any one yes maybe think see saw know
"""
_HOW_BAD = "big bigger large huge small little deep bad dangerous grande enorme pequeno hondo profundo peligroso feo"
"""Words that tell nothing about the type of a problem; how bad it is tells the crew something all the same."""


@dataclass(frozen=True)
class Match:
    """A service and how well the words fit it, from 0 to 1."""

    service: Service
    score: float


def best_matches(words: str, services: tuple[Service, ...]) -> list[Match]:
    """The services that fit, best first, at most three; empty when nothing does."""
    weights = _weights(services)
    matches = [Match(service, _score(words, service, weights)) for service in services]
    return sorted((m for m in matches if m.score >= OFFER), key=lambda m: -m.score)[:3]


def is_clear(matches: list[Match]) -> bool:
    """Whether the first match may be proposed alone."""
    if not matches or matches[0].score < CONFIRM:
        return False
    return len(matches) == 1 or matches[0].score - matches[1].score >= LEAD


def says_enough(words: str, services: tuple[Service, ...]) -> bool:
    """Whether the words tell more than the type, so that they can serve as the description."""
    named = {token for match in best_matches(words, services)[:1] for token in _named(match.service)}
    known = named | _tokens_of(_STOP)
    return len([token for token in tokens(words) if token not in known]) >= 2


def tokens(text: str) -> list[str]:
    """Lower-case words without accents and endings; letters that Spanish spelling confuses are made equal."""
    plain = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return [_stem(word) for word in re.findall(r"[a-z]+", _alike(plain))]


def _alike(plain: str) -> str:
    """What sounds alike in Spanish written alike: "vache" is "bache", "callo" is "cayo", "oyo" is "hoyo"."""
    plain = plain.replace("v", "b").replace("z", "s").replace("ll", "y")
    return re.sub(r"\bh", "", plain)


def _stem(word: str) -> str:
    """The word without plural and gender: "potholes" and "pothole" are one, and so are "roto" and "rotas"."""
    if len(word) > 5:
        word = word.removesuffix("ing").removesuffix("ed")
    if len(word) > 4:
        word = word.removesuffix("s")
    if len(word) > 4 and word[-1] in "aeo":
        word = word[:-1]
    return word


@functools.lru_cache(maxsize=512)
def _named(service: Service) -> frozenset[str]:
    return frozenset(token for text in (service.name, *service.keywords) for token in tokens(text))


@functools.cache
def _stops() -> frozenset[str]:
    return _tokens_of(_STOP) | _tokens_of(_HOW_BAD)


@functools.cache
def _tokens_of(words: str) -> frozenset[str]:
    return frozenset(tokens(words))


@functools.lru_cache(maxsize=512)
def _fields(service: Service) -> dict[str, float]:
    """Each word of a service with the weight of the best place it stands in."""
    words: dict[str, float] = {}
    for text, weight in (
        (service.description, _DESCRIPTION),
        (" ".join(service.keywords), _KEYWORD),
        (service.name, _NAME),
    ):
        words.update({token: weight for token in tokens(text) if token not in _stops()})
    return words


@functools.lru_cache(maxsize=8)
def _weights(services: tuple[Service, ...]) -> dict[str, float]:
    """How telling a word is: near 1 in one service's texts, less in many."""
    count: dict[str, int] = {}
    for service in services:
        for token in _fields(service):
            count[token] = count.get(token, 0) + 1
    return {token: 1 / (1 + math.log(number)) for token, number in count.items()}


def _score(words: str, service: Service, weights: dict[str, float]) -> float:
    """One minus the chance that every spoken word fits by accident; a word that fits nothing takes nothing away."""
    spoken = tokens(words)
    unexplained = 1.0
    for token in {token for token in spoken if token not in _stops()}:
        fits = (_fit(token, word) * weight * weights[word] for word, weight in _fields(service).items())
        unexplained *= 1.0 - _TRUST * max(fits, default=0.0)
    said = f" {' '.join(spoken)} "
    phrases = sum(f" {phrase} " in said for phrase in _phrases(service))
    return float(1.0 - unexplained * (1.0 - _TRUST) ** phrases)


@functools.lru_cache(maxsize=512)
def _phrases(service: Service) -> tuple[str, ...]:
    """Keywords of several words, which tell more together than each alone."""
    phrases = (tokens(text) for text in (service.name, *service.keywords))
    return tuple(" ".join(phrase) for phrase in phrases if len(phrase) > 1)


@functools.lru_cache(maxsize=65536)
def _fit(spoken: str, word: str) -> float:
    if spoken == word:
        return 1.0
    if min(len(spoken), len(word)) < _SHORTEST:
        return 0.0
    if word.startswith(spoken) or spoken.startswith(word):
        return 0.75
    similarity = fuzz.ratio(spoken, word)
    return similarity / 100 if similarity >= _SIMILAR else 0.0
