"""How the assistant does, in counts only: questions a day, by topic, language and channel, and how they ended."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from bot.store import Store
from bot.store.schema import tallies

OUTCOMES = ("understood", "close", "not_understood", "to_person", "form")
THUMBS = ("up", "down")


@dataclass(frozen=True)
class Insights:
    """Sums over the days from `first` to `last`."""

    first: date
    last: date
    rows: tuple[tuple[str, str, str, str, str, int], ...]
    """(day, topic, language, channel, outcome, count)"""

    def _by(self, place: int) -> Counter[str]:
        found: Counter[str] = Counter()
        for row in self.rows:
            if row[4] in OUTCOMES:
                found[str(row[place])] += row[5]
        return found

    @property
    def outcomes(self) -> Mapping[str, int]:
        """Questions by how they ended."""
        found = self._by(4)
        return {outcome: found[outcome] for outcome in OUTCOMES}

    @property
    def thumbs(self) -> Mapping[str, int]:
        """Thumbs under answers."""
        return {thumb: sum(row[5] for row in self.rows if row[4] == thumb) for thumb in THUMBS}

    @property
    def questions(self) -> int:
        """All of them, without answers to a form's questions."""
        return sum(count for outcome, count in self.outcomes.items() if outcome != "form")

    @property
    def days(self) -> list[tuple[date, int]]:
        """Questions of each day, days without any too."""
        found = self._by(0)
        span = (self.last - self.first).days + 1
        every = [self.first + timedelta(days=number) for number in range(span)]
        return [(day, found[day.isoformat()]) for day in every]

    def top(self, place: str, most: int = 20) -> list[tuple[str, int]]:
        """The most asked topics, languages or channels."""
        found = self._by({"topic": 1, "language": 2, "channel": 3}[place])
        return [(name, count) for name, count in found.most_common() if name][:most]


async def insights(store: Store, first: date, last: date) -> Insights:
    """The counts of these days."""
    keys = tallies.c.day, tallies.c.topic, tallies.c.language, tallies.c.channel, tallies.c.outcome
    query = select(*keys, func.sum(tallies.c["count"])).group_by(*keys).order_by(*keys)
    query = query.where(tallies.c.day >= first.isoformat(), tallies.c.day <= last.isoformat())
    async with store.read() as connection:
        rows = (await connection.execute(query)).all()
    return Insights(first, last, tuple((*row[:5], int(row[5])) for row in rows))
