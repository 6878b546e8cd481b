"""What can be booked: offices with hours, holidays and desks, and services with durations, read from one file."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from bot.yaml12 import YAMLError, read

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Words = dict[str, str]  # language -> text


class PlanError(ValueError):
    """The file cannot be read or is wrong; the text says where."""


def _spans(value: Any) -> Any:
    """Pairs of times from a text such as `09:00-12:00 13:00-16:00`."""
    return [part.split("-") for part in value.split()] if isinstance(value, str) else value


Hours = Annotated[tuple[tuple[time, time], ...], BeforeValidator(_spans)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Service(_Part):
    """What people come for. `slots`: how many steps of the office's clock it takes; `bring`: what to bring."""

    id: int = Field(gt=0)
    name: Words
    keywords: Words
    bring: Words
    slots: int = Field(ge=1, le=16)
    offices: tuple[int, ...] = Field(min_length=1)


class Office(_Part):
    """A place. `desks`: how many people it can see at the same time."""

    id: int = Field(gt=0)
    key: str
    name: Words
    street: str
    house_number: str
    phone: str
    desks: int = Field(ge=1, le=50)
    hours: dict[Weekday, Hours]


class Plan(_Part):
    """Everything in the file; the first language is the default. `slot_minutes`: the step of the clock.

    `closed`: days on which no office takes people.
    """

    languages: tuple[str, ...] = Field(min_length=1)
    city: str
    slot_minutes: int = Field(ge=5, le=120)
    days_ahead: int = Field(ge=1, le=366)
    lead_minutes: int = Field(ge=0)
    closed: frozenset[date]
    offices: tuple[Office, ...]
    services: tuple[Service, ...]

    @cached_property
    def office(self) -> dict[int, Office]:
        """Offices by their id."""
        return {office.id: office for office in self.offices}

    @cached_property
    def service(self) -> dict[int, Service]:
        """Services by their id."""
        return {service.id: service for service in self.services}

    def words(self, words: Words, language: str) -> str:
        """The text in `language`, or in the default one."""
        return words.get(language) or words[self.languages[0]]

    def minutes(self, service: Service, count: int) -> int:
        """How long `count` times the service takes."""
        return service.slots * count * self.slot_minutes

    def starts(self, office: Office, day: date, minutes: int, zone: ZoneInfo) -> Iterator[int]:
        """Every moment (seconds since 1970) on `day` at which something of that length can begin and end in time."""
        if day in self.closed:
            return
        step, length = timedelta(minutes=self.slot_minutes), timedelta(minutes=minutes)
        for opens, closes in office.hours.get(WEEKDAYS[day.weekday()], ()):
            at, end = datetime.combine(day, opens), datetime.combine(day, closes)
            while at + length <= end:
                yield int(at.replace(tzinfo=zone).timestamp())
                at += step

    @model_validator(mode="after")
    def _fits_together(self) -> "Plan":
        if len(self.office) != len(self.offices) or len(self.service) != len(self.services):
            raise ValueError("two offices or two services have the same id")
        for service in self.services:
            if not set(service.offices) <= set(self.office):
                raise ValueError(f"service {service.id}: one of its offices is not in the file")
            _in_every_language(self, f"service {service.id}", service.name, service.keywords, service.bring)
        for office in self.offices:
            _in_every_language(self, f"office {office.id}", office.name)
            if any(opens >= closes for spans in office.hours.values() for opens, closes in spans):
                raise ValueError(f"office {office.id}: hours must open before they close")
        return self


def _in_every_language(plan: Plan, where: str, *texts: Words) -> None:
    if any(set(text) != set(plan.languages) for text in texts):
        raise ValueError(f"{where}: a text is not in exactly {', '.join(plan.languages)}")


def load_plan(path: Path, profile: Path) -> Plan:
    """Read the file and the holidays of the city profile; raise PlanError with one sentence if it cannot be used."""
    try:
        raw = _read(path)
        named = _read(profile).get("holidays") or [] if profile.exists() else []
        closed = [*raw.get("closed", []), *(item["date"] for item in named)]
        return Plan.model_validate({**raw, "closed": closed})
    except (AttributeError, KeyError, TypeError) as error:
        raise PlanError(f"The file of appointments {path} or the holidays in {profile} are not a mapping.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise PlanError(f"The file of appointments {path} is wrong at {where}: {first['msg']}.") from error


def _read(path: Path) -> Any:
    try:
        return read(path)
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise PlanError(f"The file {path} cannot be read: {' '.join(str(error).split())}") from error
