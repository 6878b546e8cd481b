"""What is due: answers whose owner should look at them again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from aiohttp import web

from studio.content.editing import SetMetadata, Which
from studio.content.summaries import AnswerSummary
from studio.web.publishing.called import Called
from studio.web.refusals import Refusal
from studio.web.topics.addresses import item_url
from studio.web.topics.answer_form import as_date
from studio.web.topics.listing import today
from studio.web.topics.places import answers_path
from studio.web.topics.saving import NotSaved, save
from studio.web.topics.wording import read
from studio.web.visit import Visit

DAYS = (30, 90, 365)
_MOST = 50  # of the most urgent answers on one page
_NEXT = 180  # days until the next look, if nobody says otherwise


@dataclass(frozen=True)
class Entry:
    """One answer to be looked at."""

    folder: str
    answer: AnswerSummary
    title: str
    address: str
    overdue: bool
    words: Mapping[str, str]
    """As residents read them, by language."""


async def show(visit: Visit) -> web.StreamResponse:
    """The list, the longest overdue first."""
    await visit.studio.draft.ready()
    return _page(visit)


async def looked_at(visit: Visit) -> web.StreamResponse:
    """Looked at, still right: the next date."""
    draft = visit.studio.draft
    await draft.ready()
    topic = draft.topic(visit.text("folder"))
    name = visit.text("answer")
    day = as_date(visit.text("next"))
    if not any(each.name == name for each in topic.project.answers):
        raise Refusal(404, "not_found")
    if day is None or day <= today(visit):
        return _page(visit, status=422, mistakes={f"next-{name}": visit.say("topics_mistake_next")}, typed_for=name)
    path = answers_path(topic.folder)
    change = SetMetadata(name, Which(index=0), "review_by", day)
    try:
        outcome = await save(
            visit, path, topic.versions[path], [change], f"content: Look at “{Called(visit).thing(name)}”: still right."
        )
    except NotSaved as error:
        return _page(visit, status=409, refused=str(error))
    if not outcome.saved:
        return _page(visit, status=409, refused=visit.say("topics_due_clash"))
    return visit.back(
        visit.came_from if "what-is-due" in visit.came_from else "/topics/what-is-due", "topics_looked_at"
    )


def entries(visit: Visit, days: int, owner: str = "") -> list[Entry]:
    """Those of the next days, and the overdue ones."""
    draft, now = visit.studio.draft, today(visit)
    names = draft.names().questions
    last = now + timedelta(days=days)
    found = []
    for topic in draft.topics():
        for each in topic.answers:
            if each.review_by is None or each.review_by > last or (owner and each.owner != owner):
                continue
            question = names.get(each.question)
            title = question.title(visit.language) if question else each.name.removeprefix("utter_").replace("_", " ")
            late = each.review_by < now
            found.append(Entry(topic.folder, each, title, item_url(topic.folder, each.name), late, each.words))
    return sorted(found, key=lambda one: (one.answer.review_by or date.max, one.answer.name))


def _readable(visit: Visit, entry: Entry) -> Entry:
    draft = visit.studio.draft
    return replace(entry, words={language: read(draft, text, language) for language, text in entry.words.items()})


def _page(visit: Visit, *, status: int = 200, **more: Any) -> web.Response:
    days = int(visit.asked("days")) if visit.asked("days") in map(str, DAYS) else DAYS[0]
    owner = visit.asked("owner")
    listed = entries(visit, days, owner)
    owners = sorted({each for topic in visit.studio.draft.topics() for each in topic.owners})
    shown: Mapping[str, Any] = {
        "listed": [_readable(visit, each) for each in listed[:_MOST]],
        "count": len(listed),
        "days": days,
        "all_days": DAYS,
        "owner": owner,
        "owners": owners,
        "next": today(visit) + timedelta(days=_NEXT),
        "typed_for": "",
        "refused": "",
    }
    return visit.page("topics/due.html", status=status, **{**shown, **more})
