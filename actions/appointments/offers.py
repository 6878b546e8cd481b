"""What the agencies offer for appointments, and which of it a person's words mean."""

import asyncio
from dataclasses import dataclass

from rapidfuzz import fuzz

from actions.agencies.appointments import Appointments
from actions.agencies.booking import Catalog, Office, Service
from actions.agencies.errors import AgencyDown, AgencyError
from actions.base import clients
from actions.forms.values import plain

_SIMILAR = 86
"""Similarity (0 to 100) from which a word is a misspelled one."""
_LONG_ENOUGH = 4
_EVERYWHERE = frozenset(
    "appointment appointments cita citas city ciudad office oficina help ayuda talk advice card tarjeta with para "
    "about sobre una need want book make schedule please quiero necesito hacer sacar agendar apply application sign "
    "open start next week monday tuesday wednesday thursday friday saturday morning afternoon".split()
)
"""Words that tell nothing about the service."""


@dataclass(frozen=True)
class Offering:
    """One service of one agency, with the offices that have it."""

    client: Appointments
    service: Service
    offices: tuple[Office, ...]

    def office(self, office_id: str) -> Office | None:
        """The office with that id, if it has the service."""
        return next((office for office in self.offices if office.id == office_id), None)


async def offerings(language: str) -> dict[str, Offering]:
    """All that can be booked, by `Service.key`; what answers counts, an AgencyError comes only if nobody does."""
    known = clients(Appointments)
    if not known:
        raise AgencyDown("agencies.yml names nobody who gives appointments")
    answers = await asyncio.gather(*(client.catalog(language) for client in known), return_exceptions=True)
    found: dict[str, Offering] = {}
    for client, catalog in zip(known, answers, strict=True):
        if isinstance(catalog, Catalog):
            found |= {s.key: Offering(client, s, catalog.offices_of(s)) for s in catalog.services}
        elif not isinstance(catalog, AgencyError):
            raise catalog
    if not found:
        raise next(error for error in answers if isinstance(error, AgencyError))
    return found


def meant(text: str, known: dict[str, Offering]) -> list[str]:
    """The services that the words may mean, the likeliest; none if they name nothing, several if they do not decide."""
    said = f" {plain(text)} "
    phrases = {key: _longest_in(said, offering.service) for key, offering in known.items()}
    longest = max(phrases.values(), default=0)
    best = [key for key, length in phrases.items() if length and length == longest]
    if best:
        return best
    words = [word for word in said.split() if len(word) >= _LONG_ENOUGH and word not in _EVERYWHERE]
    scores = {key: _score(words, offering.service) for key, offering in known.items()}
    top = max(scores.values(), default=0)
    return [key for key, score in scores.items() if score and score == top]


def _score(words: list[str], service: Service) -> int:
    """How many of the words stand in the service's names, misspelled or not."""
    own = {word for phrase in _phrases(service) for word in phrase.split() if word not in _EVERYWHERE}
    return sum(any(word == other or _alike(word, other) for other in own) for word in words)


def _longest_in(said: str, service: Service) -> int:
    """Letters of the service's longest name that stands in the text."""
    return max((len(phrase) for phrase in _phrases(service) if f" {phrase} " in said), default=0)


def _alike(word: str, other: str) -> bool:
    return len(other) >= _LONG_ENOUGH and fuzz.ratio(word, other) >= _SIMILAR


def _phrases(service: Service) -> list[str]:
    return [plain(phrase) for phrase in (service.name, *service.keywords)]
