"""All topics with red and green, and a topic's conversations with the words that differ."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from studio.rehearsal.results import Result, results
from studio.rehearsal.script import Script, scripts
from studio.web.publishing.called import Called
from studio.web.publishing.shown import language_namer
from studio.web.refusals import Refusal
from studio.web.visit import Visit


@dataclass(frozen=True)
class Row:
    """A topic: how many conversations it has, and how the latest ones went."""

    folder: str
    title: str
    count: int
    red: int
    green: int

    @property
    def unplayed(self) -> int:
        """Never played as they are written now."""
        return self.count - self.red - self.green


@dataclass(frozen=True)
class Shown:
    """A conversation with its latest result."""

    script: Script
    result: Result | None

    @property
    def state(self) -> str:
        """green, red or unplayed."""
        if self.result is None:
            return "unplayed"
        return "green" if self.result.verdict.passed else "red"

    @property
    def acceptable(self) -> bool:
        """Whether what was heard could be right."""
        return self.state == "red" and self.result is not None and self.result.verdict.heard is not None


async def titles(visit: Visit) -> Mapping[str, str]:
    """How all topics are called, by folder."""
    await visit.studio.draft.ready()
    return {each.folder: each.label for each in visit.studio.draft.topics()}


async def show_all(visit: Visit) -> web.StreamResponse:
    """Every topic."""
    named = await titles(visit)
    found = await asyncio.to_thread(scripts, visit.studio.place.root)
    known = await asyncio.to_thread(results, visit.studio.place, found)
    of_topic: dict[str, list[Script]] = {folder: [] for folder in named}
    for each in found:
        of_topic.setdefault(each.topic, []).append(each)
    rows = [_row(folder, title, of_topic[folder], known) for folder, title in named.items()]
    rows.sort(key=lambda row: (-row.red, row.title.casefold()))
    return visit.page("tests/list.html", rows=rows, red=sum(row.red for row in rows))


async def show_topic(visit: Visit) -> web.StreamResponse:
    """One topic's conversations, the red ones first."""
    named, folder = await titles(visit), visit.part("folder")
    if folder not in named:
        raise Refusal(404, "not_found")
    found = await asyncio.to_thread(scripts, visit.studio.place.root, (folder,))
    known = await asyncio.to_thread(results, visit.studio.place, found)
    shown = [Shown(each, known.get(each.id)) for each in found]
    shown.sort(key=lambda each: each.state != "red")
    return visit.page("tests/topic.html", folder=folder, title=named[folder], shown=shown,
                      called=Called(visit), language_name=language_namer(visit))  # fmt: skip


def _row(folder: str, title: str, found: list[Script], known: Mapping[str, Result]) -> Row:
    went = [known[each.id].verdict.passed for each in found if each.id in known]
    return Row(folder, title, len(found), went.count(False), went.count(True))
