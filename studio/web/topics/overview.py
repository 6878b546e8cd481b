"""A topic's page: its questions, other answers, tests, findings, and what can be done with it."""

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from studio.content.checks.telling import told
from studio.content.summaries import TopicSummary, summarise
from studio.publishing.switch import switched_off
from studio.web.publishing.called import Called
from studio.web.topics.addresses import item_url, topic_url
from studio.web.topics.listing import today
from studio.web.topics.places import find_item
from studio.web.topics.practising import FOLDER as PRACTICE
from studio.web.topics.wording import read
from studio.web.visit import Visit


@dataclass(frozen=True)
class Entry:
    """A question or a further answer of the topic."""

    name: str
    title: str
    address: str
    examples: dict[str, int]
    words: str
    problems: int


async def show(visit: Visit) -> web.StreamResponse:
    """The page."""
    draft = visit.studio.draft
    await draft.ready()
    topic = draft.topic(visit.part("folder"))
    summary = summarise(topic.folder, topic.project)
    found = draft.findings(topic.folder)
    problems: dict[str, int] = {}
    for name in [*(each.name for each in summary.questions), *(each.name for each in summary.answers)]:
        item = find_item(topic, name)
        problems[name] = len(item.findings(found.items)) if item else 0
    return visit.page(
        "topics/topic.html",
        topic=topic,
        summary=summary,
        address=topic_url(topic.folder),
        called=Called(visit),
        languages=draft.languages,
        entries=_questions(visit, summary, problems),
        others=_others(visit, summary, problems),
        findings=[(each, told(each, visit.language)) for each in found.items],
        fresh=found.fresh,
        tests=topic.project.conversations,
        path_names=[each.name for each in topic.project.paths],
        off=[each for each in switched_off(visit.studio.place) if each.name in _names(summary)],
        today=today(visit),
        practice=topic.folder == PRACTICE,
        unreadable=[each.path for each in topic.project.sources if each.slips],
    )


def _questions(visit: Visit, summary: TopicSummary, problems: dict[str, int]) -> list[Entry]:
    said = {each.question: each for each in summary.answers}
    return [
        Entry(
            each.name,
            each.title(visit.language),
            item_url(summary.folder, each.name),
            {language: len(each.examples.get(language, ())) for language in visit.studio.draft.languages},
            _words(visit, said[each.name].words) if each.name in said else "",
            problems.get(each.name, 0),
        )
        for each in summary.questions
    ]


def _others(visit: Visit, summary: TopicSummary, problems: dict[str, int]) -> list[Entry]:
    asked = {each.name for each in summary.questions}
    return [
        Entry(
            each.name,
            each.name.removeprefix("utter_").replace("_", " ").capitalize(),
            item_url(summary.folder, each.name),
            {},
            _words(visit, each.words),
            problems.get(each.name, 0),
        )
        for each in summary.answers
        if each.question not in asked
    ]


def _words(visit: Visit, words: Mapping[str, str]) -> str:
    language = visit.language if visit.language in words else next(iter(words), "")
    text = read(visit.studio.draft, words.get(language, ""), language)
    return text if len(text) <= 140 else text[:140].rsplit(" ", 1)[0] + " …"


def _names(summary: TopicSummary) -> set[str]:
    return {summary.folder, *(each.name for each in summary.answers)}
