"""Whether an example question stands elsewhere already, exactly or nearly so."""

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from studio.content.checks.examples import plain
from studio.content.summaries import TopicSummary

_NEAR = 92
_SHORTEST = 12  # letters; shorter texts are alike by chance
_MOST = 5


@dataclass(frozen=True)
class Alike:
    """An example like the one that was asked for; `same`: in all but capitals, accents and signs."""

    said: str
    question: str
    title: str
    folder: str
    same: bool


class Likeness:
    """All example questions of the draft, by what they say."""

    def __init__(self, topics: Sequence[TopicSummary]) -> None:
        self._plain: list[str] = []
        self._where: list[tuple[str, str, str, str]] = []
        for topic in topics:
            for question in topic.questions:
                for language, examples in question.examples.items():
                    for said in examples:
                        self._plain.append(plain(said))
                        self._where.append((said, question.name, question.title(language), topic.folder))
        self._sorted = [" ".join(sorted(each.split())) for each in self._plain]

    def of(self, text: str, question: str) -> list[Alike]:
        """The same words anywhere, and nearly the same ones under other questions; the nearest first."""
        words = plain(text)
        mixed = " ".join(sorted(words.split()))
        found = {at: True for at, each in enumerate(self._plain) if each == words}
        if len(words) >= _SHORTEST:
            near = process.extract(mixed, self._sorted, scorer=fuzz.ratio, score_cutoff=_NEAR, limit=4 * _MOST)
            for _, _, at in near:
                if self._where[at][1] != question:
                    found.setdefault(at, False)
        return [Alike(*self._where[at], same) for at, same in found.items()][:_MOST]
