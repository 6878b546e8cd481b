"""When something takes place: on given days, or again and again, so that examples never go stale."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Cycle(BaseModel):
    """Opens on `first` and every `every` days after it, each time for `days` days."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: date
    every: int = Field(ge=1)
    days: int = Field(ge=1)

    @model_validator(mode="after")
    def _ends_before_it_begins_again(self) -> "Cycle":
        if self.days > self.every:
            raise ValueError(f"it opens every {self.every} days, so that it cannot be open for {self.days}")
        return self


class Monthly(BaseModel):
    """The first and third Tuesday: `weekday` 0 is Monday, `weeks` (1, 3)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weekday: int = Field(ge=0, le=6)
    weeks: tuple[int, ...] = Field(min_length=1)
    time: time


@dataclass(frozen=True)
class Period:
    """From one day to another, both included; `edition` tells repetitions apart ("" for what happens once)."""

    start: date
    end: date
    edition: str = ""

    def status(self, today: date) -> str:
        """Whether it is "upcoming", "open" or "closed"."""
        if today < self.start:
            return "upcoming"
        return "open" if today <= self.end else "closed"


def edition(cycle: Cycle, today: date) -> Period:
    """The repetition that counts today; half way from the end of one to the next, the next one is announced."""
    announced = timedelta(days=(cycle.every - cycle.days) // 2)
    passed = (today + announced - cycle.first) // timedelta(days=cycle.every)
    start = cycle.first + passed * timedelta(days=cycle.every)
    return Period(start, start + timedelta(days=cycle.days - 1), f"{start:%Y%m%d}")


def dates(monthly: Monthly, start: date, end: date) -> Iterator[datetime]:
    """The moments from `start` to `end`, in local time without a zone."""
    for number in range((end - start).days + 1):
        day = start + timedelta(days=number)
        if day.weekday() == monthly.weekday and (day.day - 1) // 7 + 1 in monthly.weeks:
            yield datetime.combine(day, monthly.time)
