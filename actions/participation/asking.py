"""What all participation systems of the city know, together; and dates as a resident reads them."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import TypeVar

from babel.dates import format_date, format_time

from actions.agencies.errors import AgencyDown, AgencyError
from actions.agencies.participation import Body, Consultation, Meeting, Participation, Poll
from actions.base import Button, city, clients

T = TypeVar("T")


async def consultations(language: str, *, closed: bool = False) -> list[Consultation]:
    """What is open, the first to close first; then what will be, and if asked for what was."""
    found = await _all(lambda client: client.consultations(language))
    wanted = [item for item in found if closed or item.status != "closed"]
    return sorted(wanted, key=lambda item: (item.status != "open", item.closes))


async def meetings(language: str) -> list[Meeting]:
    """Meetings to come, in order."""
    return sorted(await _all(lambda client: client.meetings(language)), key=lambda item: item.starts)


async def bodies(language: str) -> list[Body]:
    """The public bodies that meet."""
    return await _all(lambda client: client.bodies(language))


async def polls(voter: Callable[[str, str], str], language: str) -> list[Poll]:
    """The polls as this person may see them; `voter` gives their key for an agency's poll."""
    keyless = await _all(lambda item: item.polls(language))
    seen = [client(poll.agency).poll(poll.id, voter(poll.agency, poll.id), language) for poll in keyless]
    return list(await asyncio.gather(*seen))


def client(agency: str) -> Participation:
    """The client of the agency with that name. Raises AgencyDown if agencies.yml no longer has it."""
    found: Participation | None = next((item for item in clients(Participation) if item.agency.name == agency), None)
    if found is None:
        raise AgencyDown("agencies.yml no longer names this agency")
    return found


def lead(title: str, intent: str, choice: str = "") -> Button:
    """A button that leads to an intent, with what was chosen."""
    return {"title": title, "payload": f"/{intent}" + (json.dumps({"choice": choice}) if choice else "")}


def today() -> date:
    """The day in the city."""
    return datetime.now(city().time_zone).date()


def day(moment: date, language: str) -> str:
    """Tuesday, December 1; martes 1 de diciembre."""
    return format_date(moment, "EEEE d 'de' MMMM" if language == "es" else "EEEE, MMMM d", locale=language)


def hour(moment: datetime, language: str) -> str:
    """7 p.m.; 7:30 p.m., in the city's time."""
    local = moment.astimezone(city().time_zone)
    pattern = "h" if local.minute == 0 else "h:mm"
    return f"{format_time(local, pattern, locale=language)} {'a.m.' if local.hour < 12 else 'p.m.'}"


async def _all(ask: Callable[[Participation], Awaitable[tuple[T, ...]]]) -> list[T]:
    """What every agency answers; those that fail are left out, unless all do."""
    answers = await asyncio.gather(*(ask(item) for item in clients(Participation)), return_exceptions=True)
    failures = [answer for answer in answers if isinstance(answer, BaseException)]
    unexpected = next((failure for failure in failures if not isinstance(failure, AgencyError)), None)
    if unexpected:
        raise unexpected
    if not answers:
        raise AgencyDown("agencies.yml names no participation system")
    if failures and len(failures) == len(answers):
        raise failures[0]
    return [item for answer in answers if not isinstance(answer, BaseException) for item in answer]
