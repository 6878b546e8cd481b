"""Finds people's names: after words that introduce one, and where a common first name has a surname beside it."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_LETTERS = r"[^\W\d_](?:[^\W\d_]|['-](?=[^\W\d_]))*"
_PARTICLE = re.compile(r"\s+(?:de la|de los|de las|de|del|la|van|von|di|da|dos)(?=\s)")
_GAP = re.compile(r"\s+")
_SURE = re.compile(
    r"\b(?:my (?:full |first |last |legal |real |maiden )?name(?:'s| is| iz|:)?|name(?: is|:| on (?:it"
    r"|the account) is)|nam is|names(?= [^\W\d_]+$)"
    r"|me llamo|me yamo|mi nombre(?: completo)?(?: es|:)|nombre(?::| es)|se llama|se yama|llamad[oa]|a nombre de"
    r"|under the name(?: of)?|apellido(?: es|:)?"
    r"|surname(?: is|:)?|last name(?: is|:)?|mi apellido|signed,?|firmado,?|firma:|attn:?|atentamente,?|sincerely,?"
    r"|yours truly,?)\s+"
)
_MAYBE = re.compile(
    r"\b(?:i'?m|i am|this is|it'?s|soy|habla|le escribe|les escribe|les habla|le habla|call me|aqui|ask for|talk to"
    r"|speak (?:to|with)"
    r"|preguntar por|hablar con|hi|hello|hola|hey|dear|estimad[oa]|querid[oa]|for|para|with|con|from|de parte de"
    r"|tell|dile a|named|and|y"
    r"|(?:my|our|the) (?:wife|husband|son|daughter|mother|mom|mum|father|dad|sister|brother|neighbou?r|landlord"
    r"|tenant|boss|friend|aunt|uncle|cousin"
    r"|grandma|grandpa|grandmother|grandfather|roommate|partner|kid|baby|child|nephew|niece)"
    r"|(?:mi|su|nuestro|nuestra|el|la) (?:espos[oa]|hij[oa]|mama|papa|madre|padre|herman[oa]|vecin[oa]|casero"
    r"|casera|inquilin[oa]|jef[ea]|amig[oa]"
    r"|ti[oa]|prim[oa]|abuel[oa]|novi[oa]|marido|mujer|bebe|sobrin[oa]))(?:'s name is|,? (?:is )?(?:named|called)"
    r"|'s)?,?\s+"
)
_TITLE = re.compile(
    r"\b(?:mr|mrs|ms|miss|mister|dr|sr|sra|srta|senor|senora|senorita|don|dona|prof|officer|oficial|judge"
    r"|juez)\b\.?\s+"
)
_END = re.compile(
    r"(?:thanks|thank you|thx|ty|regards|gracias|saludos|cheers|best|bye|\n"
    r"|--?)[\s,.!-]+(?=[^\W\d_][\w'-]*(?: [^\W\d_][\w'-]*)?[\s.!]*$)"
)
_WORD = re.compile(_LETTERS)
_STREET = re.compile(
    r"[\s.]+(?:street|st|avenue|ave|road|rd|blvd|boulevard|drive|dr|lane|ln|court|ct|place|pl|way|park|school"
    r"|library|bridge|day|plaza|square|center|centre|hospital|elementary|high)\b"
)
_STOP = frozenset(
    "and but i im my me we you he she it is am are was were the a an to for from in on at of with need want wanted"
    " would like live lives"
    " please can could how what when where why who do does did have has had not so because calling writing here"
    " trying looking asking im"
    " y pero que yo mi vivo necesito quiero quisiera tengo soy es estoy para con por en el la un una del al no si"
    " cuando donde como puedo"
    " favor hola gracias mi su llamo busco escribo hablo perdi or o u e".split()
)
_LONGEST = 4


def find(text: str, plain: str, language: str) -> Iterator[tuple[str, int, int]]:
    """Every name."""
    for pattern, surely in ((_SURE, True), (_TITLE, False), (_MAYBE, False), (_END, False)):
        for match in pattern.finditer(plain):
            titled = pattern is _TITLE
            end = _name_from(text, plain, match.end(), surely=surely, first=first_names() if not titled else None)
            if end > match.end() and not _is_place(plain, match.end(), end):
                yield "name", match.end(), end
    for match in _WORD.finditer(plain):
        if match[0] in first_names() and text[match.start()].isupper():
            end = _name_from(text, plain, match.start(), surely=False, first=first_names())
            if end > match.end() and not _is_place(plain, match.start(), end):
                yield "name", match.start(), end


def _is_place(plain: str, start: int, end: int) -> bool:
    """Whether a street or a park bears the name, as Martin Luther King Blvd or San José do."""
    named = _STREET.search(plain[start:end]) or _STREET.match(plain, end)
    return bool(named or re.search(r"\b(?:san|santa|st)\.? $", plain[:start]))


def _name_from(text: str, plain: str, at: int, *, surely: bool, first: frozenset[str] | None) -> int:
    """Where the name ends that begins at `at`; `at` where none does.

    `surely`: any words are its parts. Otherwise it begins with a first name (`first`; None: any word with a capital)
    and goes on in capitals, or by any one more word where people write everything small.
    """
    end, count = at, 0
    while count < _LONGEST:
        here = end
        particle = _PARTICLE.match(plain, here) if count else None
        if particle:
            here = particle.end()
        gap = _GAP.match(plain, here) if count else None
        start = gap.end() if gap else here
        word = _WORD.match(plain, start)
        if (count and not gap) or word is None or (word[0] in _STOP and not particle):
            break
        capital = text[start].isupper()
        if count == 0:
            known = capital if first is None else word[0] in first
            if not (surely or known):
                break
        elif not (capital or (surely and count < 3) or (count == 1 and _is_small(text, at) and word[0] in surnames())):
            break
        end, count = word.end(), count + 1
        if text[end : end + 1] == "." and len(word[0]) == 1:
            end += 1
    return end


def _is_small(text: str, at: int) -> bool:
    return text[at : at + 1].islower()


@cache
def first_names() -> frozenset[str]:
    """Common first names in the United States and in Spanish, folded; without those that are everyday words."""
    return _listed("first_names.txt")


@cache
def surnames() -> frozenset[str]:
    """Common surnames, which make a name of a first name in small letters."""
    return _listed("surnames.txt")


def _listed(name: str) -> frozenset[str]:
    return frozenset((Path(__file__).parent / name).read_text(encoding="utf-8").split())
