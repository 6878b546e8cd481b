"""The list of topics: search in everything people say and read, filters, pages."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from aiohttp import web

from studio.content.draft import TOPICS
from studio.content.summaries import TopicSummary, findable
from studio.publishing.switch import switched_off
from studio.web.refusals import Refusal
from studio.web.visit import Visit

PAGE = 50
SOON = 30  # days
SHOWS = ("", "problems", "due", "changed", "off", "incomplete")


@dataclass(frozen=True)
class Row:
    """A topic in the list. `found`: the words that the search found in it."""

    topic: TopicSummary
    problems: int
    due: bool
    changed: bool
    off: bool
    missing: tuple[str, ...]
    found: str = ""


def today(visit: Visit) -> date:
    """Today's date where the city is."""
    return datetime.fromtimestamp(visit.studio.clock(), visit.studio.city.time_zone).date()


async def show(visit: Visit) -> web.StreamResponse:
    """The page."""
    draft = visit.studio.draft
    await draft.ready()
    topics = draft.topics()
    findings = draft.findings()
    search, owner, language, what = (visit.asked(name) for name in ("q", "owner", "language", "show"))
    if what not in SHOWS:
        raise Refusal(404, "not_found")
    rows = [row for row in _rows(visit, _wanted(topics, search, owner, language)) if _is_shown(row, what)]
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(1, int(visit.asked("page")) if visit.asked("page").isdigit() else 1), pages)
    return visit.page(
        "topics/list.html",
        rows=[_with_found(row, search) for row in rows[(page - 1) * PAGE : page * PAGE]],
        count=len(rows),
        all=len(topics),
        page=page,
        pages=pages,
        asked={"q": search, "owner": owner, "language": language, "show": what},
        owners=sorted({each for topic in topics for each in topic.owners}),
        languages=draft.languages,
        shows=SHOWS,
        fresh=findings.fresh,
    )


def changed_topics(visit: Visit) -> set[str]:
    """The folders that differ from what is live; none while nothing was published."""
    place = visit.studio.place
    live = place.releases.live()
    return visit.studio.draft.differing(place.releases.folder(live.number)) if live else set()


def _wanted(topics: Iterable[TopicSummary], search: str, owner: str, language: str) -> list[TopicSummary]:
    words = findable(search).split() if search else []
    return [
        topic
        for topic in topics
        if all(word in topic.search for word in words)
        and (not owner or owner in topic.owners)
        and (not language or language in topic.languages)
    ]


def _rows(visit: Visit, topics: Iterable[TopicSummary]) -> Iterable[Row]:
    draft = visit.studio.draft
    problems: dict[str, int] = {}
    for each in draft.findings().items:
        if each.level != "note" and each.place.path.startswith(f"{TOPICS}/"):
            folder = each.place.path.split("/")[2]
            problems[folder] = problems.get(folder, 0) + 1
    off = {each.name for each in switched_off(visit.studio.place)}
    changed = changed_topics(visit)
    languages = draft.languages
    soon = today(visit) + timedelta(days=SOON)
    for topic in topics:
        yield Row(
            topic,
            problems.get(topic.folder, 0),
            topic.review_by is not None and topic.review_by <= soon,
            topic.folder in changed,
            topic.folder in off or any(each.name in off for each in topic.answers),
            tuple(each for each in languages if each not in topic.languages),
        )


def _with_found(row: Row, search: str) -> Row:
    """With the first example question or answer that the search was found in."""
    words = findable(search)
    if not words:
        return row
    said = (one for each in row.topic.questions for examples in each.examples.values() for one in examples)
    answered = (text for each in row.topic.answers for text in each.words.values())
    found = next((one for one in (*said, *answered) if words in findable(one)), "")
    return replace(row, found=found[:160])


def _is_shown(row: Row, what: str) -> bool:
    return {
        "": True,
        "problems": row.problems > 0,
        "due": row.due,
        "changed": row.changed,
        "off": row.off,
        "incomplete": bool(row.missing),
    }[what]
