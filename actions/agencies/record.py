"""Each agency's health: counted for operators, and used to spare a person the wait while the agency is down."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from actions.agencies.errors import AgencyDown, AgencyError, AgencyNonsense, AgencySlow
from bot.agencies import Agency

FAILURES_IN_A_ROW = 3
"""After so many the agency is left alone for a while."""
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 60.0
"""Seconds; doubled each time the call after a pause fails too."""

_registry = CollectorRegistry()  # of its own: the process's other figures are the gateway's to tell
_calls = Counter("assistant_agency_calls", "Calls to agencies by outcome.", ["agency", "outcome"], registry=_registry)
_seconds = Histogram(
    "assistant_agency_seconds", "How long agencies took.", ["agency"], registry=_registry,
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8),
)  # fmt: skip
_paused = Gauge("assistant_agency_paused", "1 while an agency is left alone.", ["agency"], registry=_registry)
_WORDS: dict[type[AgencyError], str] = {AgencyDown: "down", AgencySlow: "slow", AgencyNonsense: "nonsense"}


@dataclass
class Record:
    """One agency's calls since the process began. Times are seconds of the monotonic clock."""

    agency: Agency
    outcomes: dict[str, int] = field(default_factory=dict)
    last_failure: tuple[datetime, str] | None = None
    in_a_row: int = 0
    paused_until: float = 0.0
    _pause: float = FIRST_PAUSE
    _trying: bool = False

    all: ClassVar[dict[str, "Record"]] = {}

    @classmethod
    def of(cls, agency: Agency) -> "Record":
        """The record of an agency; a new configuration of the same name begins a new one."""
        known = cls.all.get(agency.name)
        if known is None or known.agency != agency:
            cls.all[agency.name] = known = cls(agency)
        return known

    def admit(self) -> None:
        """Let a call through, or raise AgencyDown at once while the agency is left alone; one call tries again."""
        if self.in_a_row < FAILURES_IN_A_ROW:
            return
        if time.monotonic() < self.paused_until or self._trying:
            self._count("paused")
            raise AgencyDown("the agency did not answer a moment ago; it is asked again shortly")
        self._trying = True

    def answered(self) -> None:
        """The agency did what a healthy server does, be it a refusal."""
        self._count("answered")
        self.in_a_row, self._pause, self._trying = 0, FIRST_PAUSE, False
        _paused.labels(self.agency.name).set(0)

    def failed(self, error: AgencyError) -> None:
        """The agency was down, too slow, or talked nonsense."""
        word = _WORDS.get(type(error), "refused")
        self._count(word)
        self.last_failure = datetime.now(UTC), word
        self.in_a_row += 1
        if self.in_a_row < FAILURES_IN_A_ROW:
            return
        self.paused_until = time.monotonic() + self._pause
        if self._trying:
            self._pause = min(LONGEST_PAUSE, self._pause * 2)
        self._trying = False
        _paused.labels(self.agency.name).set(1)

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Measure one call; a call that is given up (cancelled) leaves the way open for the next."""
        try:
            with _seconds.labels(self.agency.name).time():
                yield
        except AgencyError:
            raise
        except BaseException:
            self._trying = False
            raise

    def _count(self, outcome: str) -> None:
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1
        _calls.labels(self.agency.name, outcome).inc()


def health() -> list[dict[str, Any]]:
    """One entry an agency that was called: what `assistant doctor` reads. No address and no key."""
    return [
        {
            "name": record.agency.name,
            "kind": record.agency.kind,
            "outcomes": record.outcomes,
            "failing": record.in_a_row > 0,
            "last_failure": {"at": record.last_failure[0].isoformat(timespec="seconds"), "what": record.last_failure[1]}
            if record.last_failure
            else None,
        }
        for record in Record.all.values()
    ]


def figures() -> bytes:
    """The counts in Prometheus' text format."""
    return generate_latest(_registry)
