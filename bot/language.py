"""Which language a person writes: decided per message, sticky per conversation, switched only on good evidence."""

import re
from functools import cache

from lingua import IsoCode639_1, Language, LanguageDetector, LanguageDetectorBuilder

FIRST_CONFIDENCE = 0.75  # enough when nothing was heard yet
SWITCH_CONFIDENCE = 0.93  # needed to leave the language of the conversation where no short word speaks for it
SWITCH_WORDS = 3  # and so many words: one word is a name or a borrowing as often as not

# Short words that belong to one language only say more than letter statistics on a message of four words.
_FUNCTION_WORDS: dict[str, frozenset[str]] = {
    "en": frozenset(
        "the is are my your you what when where how who why do does did can could would should will i im it its "
        "this that there and or of to for with from on at in have has had need want please thanks hello hi hey "
        "was were been not by about get got any if me we our they their he she his her u ur pls dont cant didnt isnt "
        "wont im ive whats wheres again still after before without".split()
    ),
    "es": frozenset(
        "el la los las un una unos unas es son mi mis su sus tu que qué cuando cuándo donde dónde como cómo quien "
        "quién cual cuál cuanto cuánto por para con del al en y o pero hay está estoy están tengo tiene quiero "
        "necesito puedo puede hoy mañana aquí hola gracias buenas buenos favor sí se le les lo nos este esta esto ese "
        "esa eso mis sin sobre hasta fue ser tener hacer ya muy más todavía también cada otra otro si yo me de "
        "ando aqui manana esto estan mas tambien tenia puse ellos nadie algo xq".split()
    ),
}
_STRONG = frozenset(
    "hola gracias buenas buenos favor quiero necesito dónde cuándo cómo hello thanks please the what".split()
)


_STREET_WORDS = frozenset("street st avenue ave road rd drive dr lane ln court ct boulevard blvd square".split())


def warm_up(languages: tuple[str, ...]) -> None:
    """Load the models now (0.4 s) rather than while the first person waits."""
    if len(languages) > 1:
        _detector(languages)


def decide(text: str, current: str, spoken: bool, languages: tuple[str, ...]) -> str:
    """The language to answer in. `spoken` says whether the conversation already has a language it was heard in."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    if not words or len(languages) < 2:
        return current
    votes = {language: _votes(words, language) for language in languages}
    favourite = max(languages, key=lambda language: (votes[language], language == current))
    lead = votes[favourite] - max(votes[language] for language in languages if language != favourite)
    if lead >= (2 if spoken else 1):
        return favourite
    guess, confidence = _guess(text, languages)
    if votes.get(guess, 0) < votes[favourite]:
        return current
    if not spoken:
        return guess if confidence >= FIRST_CONFIDENCE else current
    needed = FIRST_CONFIDENCE if lead else SWITCH_CONFIDENCE
    enough = confidence >= needed and len(words) >= SWITCH_WORDS and not _is_name(text, words)
    return guess if enough else current


def _votes(words: list[str], language: str) -> int:
    own = _FUNCTION_WORDS.get(language, frozenset())
    return sum(2 if word in _STRONG else 1 for word in words if word in own)


def _is_name(text: str, words: list[str]) -> bool:
    """Whether it may be an address or a name: whoever lives on Main Street writes so in every language."""
    return any(char.isdigit() for char in text) or not _STREET_WORDS.isdisjoint(words) or text.istitle()


def _guess(text: str, languages: tuple[str, ...]) -> tuple[str, float]:
    best = _detector(languages).compute_language_confidence_values(text)[0]
    return best.language.iso_code_639_1.name.lower(), best.value


@cache
def _detector(languages: tuple[str, ...]) -> LanguageDetector:
    known = [Language.from_iso_code_639_1(getattr(IsoCode639_1, code.upper())) for code in languages]
    return LanguageDetectorBuilder.from_languages(*known).with_preloaded_language_models().build()
