"""A candidate against what is live: which messages now get another answer, and whether that is better."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from studio.rehearsal.language_side import readings
from studio.rehearsal.questions import NOTHING, Asked, folders_of
from studio.rehearsal.script import scripts

Judgement = Literal["better", "worse", "look"]
_NOT_UNDERSTOOD = "nlu_fallback"


@dataclass(frozen=True)
class Side:
    """One of the two: its content and its trained model."""

    root: Path
    models: Path


@dataclass(frozen=True)
class Change:
    """A message that gets another answer; `before` and `now` are questions, or nlu_fallback."""

    asked: Asked
    before: str
    now: str
    judgement: Judgement


@dataclass(frozen=True)
class Count:
    """How many were answered right, before and now, of how many."""

    before: int
    now: int
    of: int

    @property
    def points(self) -> float:
        """The change in percentage points."""
        return 100 * (self.now - self.before) / self.of if self.of else 0.0


@dataclass(frozen=True)
class Comparison:
    """What changes. `topics`: right answers by critical topic."""

    asked: int
    changes: tuple[Change, ...]
    held_out: Count
    topics: Mapping[str, Count]

    @property
    def words(self) -> str:
        """In one sentence."""
        found = Counter(each.judgement for each in self.changes)
        if not self.changes:
            return f"{self.asked} messages get the same answers as before."
        one = len(self.changes) == 1
        which = f"{len(self.changes)} message{'' if one else 's'} now get{'s' if one else ''} another answer"
        return f"{which}: {found['better']} better, {found['worse']} worse, {found['look']} to look at."

    @property
    def worse_topics(self) -> tuple[str, ...]:
        """Critical topics of which fewer messages are answered right."""
        return tuple(name for name, count in self.topics.items() if count.now < count.before)

    def to_json(self) -> Mapping[str, Any]:
        """For programs."""
        return {
            "asked": self.asked, "words": self.words, "changes": [asdict(each) for each in self.changes],
            "held_out": asdict(self.held_out), "topics": {name: asdict(each) for name, each in self.topics.items()},
            "worse_topics": list(self.worse_topics),
        }  # fmt: skip


def critical_topics(root: Path) -> frozenset[str]:
    """Topics with a conversation that must work."""
    return frozenset(script.topic for script in scripts(root) if script.must)


def compare(candidate: Side, live: Side, asked: Sequence[Asked]) -> Comparison:
    """Ask both models everything, at the same time. Raises NoLanguageSide."""
    asked = tuple(dict.fromkeys(asked))
    told = [each.to_json for each in asked]
    with ThreadPoolExecutor(2) as both:
        of_live = both.submit(readings, live.models, told)
        now, before = readings(candidate.models, told), of_live.result()
    folders = {**folders_of(live.root), **folders_of(candidate.root)}
    return weighed(asked, (before, now), folders, critical_topics(candidate.root))


def weighed(
    asked: Sequence[Asked],
    read: tuple[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]],
    folders: Mapping[str, str],
    critical: Collection[str],
) -> Comparison:
    """What changes between two readings of the same messages, before and now; `folders` are the questions' topics."""
    before, now = read
    judged = tuple(
        _Judged(each, _understood(old), _understood(new), folders)
        for each, old, new in zip(asked, before, now, strict=True)
    )
    return Comparison(
        len(asked),
        tuple(_changes(judged)),
        _count(each for each in judged if each.asked.kind == "held out"),
        {name: _count(each for each in judged if each.topic == name) for name in sorted(critical)},
    )


@dataclass(frozen=True)
class _Judged:
    asked: Asked
    before: str
    now: str
    folders: Mapping[str, str]

    @property
    def topic(self) -> str:
        """The folder whose answer is right."""
        right = self.asked.right[0] if self.asked.right else ""
        return self.folders.get(right, right)

    def is_right(self, name: str) -> bool:
        """Whether being understood so leads to a right answer."""
        if name == _NOT_UNDERSTOOD:
            return any(each in NOTHING for each in self.asked.right)
        return name in self.asked.right or self.folders.get(name) in self.asked.right


def _understood(reading: Mapping[str, Any]) -> str:
    return str(reading["intent"]) if float(reading["known"]) >= 0 else _NOT_UNDERSTOOD


def _changes(judged: Sequence[_Judged]) -> Iterator[Change]:
    order: dict[Judgement, int] = {"worse": 0, "look": 1, "better": 2}
    found = [Change(each.asked, each.before, each.now, _judgement(each)) for each in judged if each.before != each.now]
    yield from sorted(found, key=lambda change: order[change.judgement])


def _judgement(judged: _Judged) -> Judgement:
    before, now = judged.is_right(judged.before), judged.is_right(judged.now)
    if not judged.asked.right or before == now:
        return "look"
    return "better" if now else "worse"


def _count(judged: Iterator[_Judged]) -> Count:
    every = [each for each in judged if each.asked.right]
    before, now = (sum(each.is_right(name) for each, name in pairs) for pairs in _sides(every))
    return Count(before, now, len(every))


def _sides(every: Sequence[_Judged]) -> tuple[list[tuple[_Judged, str]], list[tuple[_Judged, str]]]:
    return [(each, each.before) for each in every], [(each, each.now) for each in every]
