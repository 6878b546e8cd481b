"""What a city asks its residents and where they meet: one file that staff edit, in every language.

The names follow Popolo (https://www.popoloproject.com/specs/): an `organization` such as the city council holds an
`event`, with `classification`, `start_date`, `end_date`, `location` and `status`. A consultation has what Decidim's
participatory processes and Consul's legislation processes share (title, summary, area, start and end), a poll what
Consul's polls have (one question, its options).
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from agency.georeport.catalog import CatalogError
from agency.participation.schedule import Cycle, Monthly, Period, dates, edition
from bot.yaml12 import YAMLError, read

Words = dict[str, str]  # language -> text
_ID = r"^[a-z0-9-]+$"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Timed(_Part):
    """Something between two days: `start_date` and `end_date`, or `repeats`."""

    id: str = Field(pattern=_ID)
    start_date: date | None = None
    end_date: date | None = None
    repeats: Cycle | None = None

    @model_validator(mode="after")
    def _has_one_time(self) -> "_Timed":
        if (self.repeats is None) != (self.start_date is not None and self.end_date is not None):
            raise ValueError(f"{self.id}: give start_date and end_date, or repeats")
        return self

    def period(self, today: date) -> Period:
        """When it is open."""
        if self.start_date and self.end_date:
            return Period(self.start_date, self.end_date)
        return edition(self.repeats, today) if self.repeats else Period(today, today)

    def edition_id(self, today: date) -> str:
        """The public id; each repetition has its own."""
        suffix = self.period(today).edition
        return f"{self.id}-{suffix}" if suffix else self.id


class Organization(_Part):
    """A public body. `other_names` are what people call it."""

    id: str = Field(pattern=_ID)
    name: Words
    classification: str
    other_names: tuple[str, ...] = ()


class Consultation(_Timed):
    """A plan that residents may comment on. `summary`: at most three sentences."""

    title: Words
    summary: Words
    area: Words
    how_to_comment: Words
    url: str


class Location(_Part):
    """Where an event takes place."""

    name: Words
    address: str
    accessible: bool = True


class Event(_Part):
    """A public meeting: once at `start_date` (local time) or `repeats`; it takes `minutes`.

    `name` only where it is not the organization's own.
    """

    organization: str
    name: Words | None = None
    start_date: datetime | None = None
    repeats: Monthly | None = None
    minutes: int = Field(default=120, ge=1)
    location: Location
    online_url: str = ""
    agenda: Words
    speak: Words
    interpreter: Words

    @model_validator(mode="after")
    def _has_one_time(self) -> "Event":
        if (self.repeats is None) == (self.start_date is None):
            raise ValueError(f"the meeting of {self.organization}: give start_date or repeats")
        return self

    def starts(self, start: date, end: date) -> Iterator[datetime]:
        """When it begins, from one day to another, in local time."""
        if self.start_date and start <= self.start_date.date() <= end:
            yield self.start_date
        if self.repeats:
            yield from dates(self.repeats, start, end)


class Option(_Part):
    """One answer to a poll."""

    id: str = Field(pattern=_ID)
    title: Words


class Poll(_Timed):
    """One question with two to six answers."""

    question: Words
    options: tuple[Option, ...] = Field(min_length=2, max_length=6)


class Catalog(_Part):
    """Everything in the file; the first language is the default."""

    languages: tuple[str, ...] = Field(min_length=1)
    organizations: tuple[Organization, ...] = ()
    consultations: tuple[Consultation, ...] = ()
    events: tuple[Event, ...] = ()
    polls: tuple[Poll, ...] = ()

    def consultation(self, public_id: str, today: date) -> Consultation | None:
        """The consultation with this id, in today's edition."""
        return next((item for item in self.consultations if item.edition_id(today) == public_id), None)

    def poll(self, public_id: str, today: date) -> Poll | None:
        """The poll with this id, in today's edition."""
        return next((item for item in self.polls if item.edition_id(today) == public_id), None)

    def organization(self, organization_id: str) -> Organization:
        """The public body with this id."""
        return next(item for item in self.organizations if item.id == organization_id)

    def upcoming(self, now: datetime, end: date) -> list[tuple[datetime, Event]]:
        """Meetings that are not over, first come first, up to a day; `now` is local time without a zone."""
        found = [(start, event) for event in self.events for start in event.starts(now.date(), end)]
        running = [item for item in found if item[0] + timedelta(minutes=item[1].minutes) > now]
        return sorted(running, key=lambda item: (item[0], item[1].organization))

    def words(self, words: Words, language: str) -> str:
        """The text in `language`, or in the default one."""
        return words.get(language) or words[self.languages[0]]

    @model_validator(mode="after")
    def _fits_together(self) -> "Catalog":
        for kind in (self.organizations, self.consultations, self.polls):
            if len({item.id for item in kind}) != len(kind):
                raise ValueError("two entries have the same id")
        known = {organization.id for organization in self.organizations}
        for event in self.events:
            if event.organization not in known:
                raise ValueError(f"the meeting of {event.organization}: it is not among the organizations")
        for words in _texts(self.model_dump()):
            if self.languages[0] not in words:
                raise ValueError(f"a text is not in {self.languages[0]}: {next(iter(words.values()), '')}")
        return self


def load_catalog(path: Path) -> Catalog:
    """Read the file; raise CatalogError with one sentence if it cannot be used."""
    try:
        return Catalog.model_validate(read(path))
    except OSError as error:
        raise CatalogError(f"The file {path} cannot be read: {error.strerror}.") from error
    except (YAMLError, UnicodeDecodeError) as error:
        raise CatalogError(f"The file {path} is not a YAML mapping: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise CatalogError(f"The file {path} is wrong at {where}: {first['msg']}.") from error


def _texts(value: Any) -> Iterable[Words]:
    """Every text in several languages: a mapping whose keys are languages, two letters each."""
    if isinstance(value, dict):
        if value and all(isinstance(key, str) and len(key) == 2 and key != "id" for key in value):
            yield value
        else:
            for item in value.values():
                yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
