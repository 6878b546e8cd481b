"""Which services fit a wish best: all directories asked at once, near and open before far and closed."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from actions.agencies.errors import AgencyError
from actions.agencies.hsds import Directory
from actions.agencies.services import Place, Service
from actions.directory.asking import Wish
from actions.directory.near import Area
from actions.directory.opening import Hours, Span
from bot.city import City

_LOOKED_AT = 60
"""Matches, best first, whose opening hours are looked at."""
_KEPT = 12
_A_STEP, _A_STEP_NEAR, _A_MILE, _A_DAY = 0.06, 0.02, 0.5, 0.03
"""What counts against a match: each step down in the directory's ranking (less where a place was named), each mile,
each day until it opens."""
_NO_OPENING = 20.0  # days: as good as closed


@dataclass(frozen=True)
class Match:
    """A service at one of its places (None: by phone or online). `miles` None: nobody asked, or nobody knows."""

    service: Service
    place: Place | None
    hours: Hours
    miles: float | None = None

    @property
    def key(self) -> list[str]:
        """How the slot names it."""
        return [self.service.directory, self.service.id, self.place.id if self.place else ""]

    @property
    def phone(self) -> str:
        """The number to call."""
        return next(iter((*self.service.phones, *(self.place.phones if self.place else ()))), "")

    @property
    def languages(self) -> dict[str, str]:
        """Languages spoken there: code to name."""
        return dict((*self.service.languages, *(self.place.languages if self.place else ())))


@dataclass(frozen=True)
class Found:
    """`fitting` False: nothing has all that was asked for, and the matches are what comes closest."""

    matches: tuple[Match, ...]
    fitting: bool


async def find(directories: Sequence[Directory], wish: Wish, language: str, city: City, now: datetime) -> Found:
    """The best matches of all directories. Raises AgencyError only if none of them answers."""
    answers = await asyncio.gather(
        *(directory.search(wish.need, language) for directory in directories), return_exceptions=True
    )
    lists: list[tuple[Service, ...]] = []
    errors: list[AgencyError] = []
    for answer in answers:
        if isinstance(answer, AgencyError):
            errors.append(answer)
        elif isinstance(answer, BaseException):
            raise answer
        else:
            lists.append(answer)
    if errors and not lists:
        raise errors[0]
    candidates = [match for services in lists for match in _matches(services, wish, city)]
    return _best(candidates, wish, now)


def at_place(service: Service, place_id: str, wish: Wish, city: City) -> Match:
    """The match that a slot names by its place."""
    place = next((one for one in service.places if one.id == place_id), next(iter(service.places), None))
    return _match(service, place, wish, city)


def fits_time(wish: Wish, hours: Hours, now: datetime) -> Span | None:
    """The first span that fits the day and hour asked for."""
    if wish.now:
        until = hours.until(now)
        return (now, until) if until else None
    for day in days(wish, now.astimezone(hours.zone).date()):
        for opens, closes in hours.on(day):
            after = datetime.combine(day, time.fromisoformat(wish.after or "00:00"), hours.zone)
            until = datetime.combine(day, time.fromisoformat(wish.until), hours.zone) if wish.until else closes
            if closes > max(after, now) and opens < until and closes - max(after, opens) >= timedelta(minutes=30):
                return opens, closes
    return None


def days(wish: Wish, today: date) -> Iterator[date]:
    """The days that a wish is about; a week from today where it names none."""
    if wish.day:
        yield date.fromisoformat(wish.day)
    elif wish.weekend:
        saturday = today + timedelta(days=(5 - today.weekday()) % 7) if today.weekday() != 6 else today
        yield from (saturday, saturday + timedelta(days=1)) if saturday.weekday() == 5 else (today,)
    else:
        yield from (today + timedelta(days=ahead) for ahead in range(7))


def _matches(services: Sequence[Service], wish: Wish, city: City) -> Iterator[tuple[float, Match]]:
    step = _A_STEP_NEAR if wish.near else _A_STEP
    for position, service in enumerate(services):
        for place in service.places or (None,):
            match = _match(service, place, wish, city)
            far = match.miles if match.miles is not None else 0.0 if place is None else 3.0 if wish.near else 0.0
            yield position * step + far * _A_MILE, match


def _match(service: Service, place: Place | None, wish: Wish, city: City) -> Match:
    schedules = place.schedules if place and place.schedules else ()
    hours = Hours(schedules if any(item.opens for item in schedules) else schedules + service.schedules, city.time_zone)
    miles = None
    if wish.begins and wish.ends and place and place.latitude is not None and place.longitude is not None:
        miles = Area(wish.near, wish.begins, wish.ends).miles((place.latitude, place.longitude))
    return Match(service, place, hours, miles)


def _best(candidates: list[tuple[float, Match]], wish: Wish, now: datetime) -> Found:
    candidates = sorted(candidates, key=lambda pair: pair[0])
    wanted = [pair for pair in candidates if _has(pair[1], wish)]
    in_time = [pair for pair in wanted[:_LOOKED_AT] if not wish.has_time or fits_time(wish, pair[1].hours, now)]
    if wish.free and not any(match.service.free for _, match in in_time):  # "free" is often said without thinking
        return _best(candidates, replace(wish, free=False), now) if wish.free else Found((), False)
    for pairs, fitting in ((in_time, True), (wanted, False), (candidates, False)):
        if pairs:
            waiting = [(score, match, _waiting(match, now)) for score, match in pairs[:_LOOKED_AT]]
            soon = [item for item in waiting if item[2] < _NO_OPENING] or waiting  # what is out of season only if alone
            ordered = sorted(soon, key=lambda item: item[0] + item[2] * _A_DAY)
            return Found(_once_each([match for _, match, _ in ordered]), fitting)
    return Found((), False)


def _has(match: Match, wish: Wish) -> bool:
    if wish.language and wish.language not in match.languages:
        return False
    if wish.wheelchair and match.place and match.place.wheelchair is not True:
        return False
    return not wish.free or match.service.free is True


def _waiting(match: Match, now: datetime) -> float:
    """Days until it is open."""
    if match.hours.until(now):
        return 0.0
    span = match.hours.next(now, within=int(_NO_OPENING)) if match.hours.known else None
    return (span[0] - now).total_seconds() / 86_400 if span else _NO_OPENING if match.hours.known else 3.0


def _once_each(matches: list[Match]) -> tuple[Match, ...]:
    """Each service once at its best place, then its other places; what two directories list counts once."""
    services: set[str] = set()
    entries: set[tuple[str, str]] = set()
    first: list[Match] = []
    later: list[Match] = []
    for match in matches:
        name = match.service.name.casefold()
        entry = (name, match.place.address.casefold() if match.place else "")
        if entry not in entries:
            (later if name in services else first).append(match)
        services.add(name)
        entries.add(entry)
    return tuple((first + later)[:_KEPT])
