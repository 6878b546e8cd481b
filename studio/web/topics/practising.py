"""Practice: an ordinary topic that is true and harmless, with slips to find, from first example to last day."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from studio.content.draft import NoSuchTopic, Topic
from studio.content.saving import Wanted
from studio.content.starting import NewQuestion, with_question
from studio.web.routing import url
from studio.web.topics.addresses import item_url, topic_url
from studio.web.topics.listing import today
from studio.web.topics.saving import NotSaved, save_texts
from studio.web.visit import Visit

FOLDER = "practice"
QUESTION = "faq/practice_who_writes"
_DAYS = 14
_EXAMPLES = 10

_TITLES = {"en": "Who writes these answers", "es": "Quién escribe estas respuestas"}
_ASKED = {
    "en": ["who writes your answers", "are these answers written by people", "who decides what this chat says"],
    "es": [
        "quién escribe tus respuestas",
        "estas respuestas las escriben personas",
        "quién decide lo que dice este chat",
    ],
}
_WORDINGS = {
    ("en", ""): "The people who work for {city.name} write every answer that you read here, and they utilize the "
    "official pages of the city so that nothing that is wrong or old is told to anybody.",
    ("en", "sms"): "People who work for {city.name} write every answer and check it with the city's official pages.",
    ("es", ""): "Cada respuesta la escriben personas que trabajan para {city.name}. La revisan con las páginas "
    "oficiales de la ciudad.",
}
"""The English web answer has two slips to find; the Spanish text message is missing."""


@dataclass(frozen=True)
class Step:
    """One thing to do; `done` is None where only the person knows."""

    key: str
    done: bool | None
    address: str


async def show(visit: Visit) -> web.StreamResponse:
    """The steps, with those that are done."""
    await visit.studio.draft.ready()
    topic = _topic(visit)
    steps = list(_steps(visit, topic)) if topic else []
    started = visit.studio.draft.history(FOLDER, 200)[-1:] if topic else []
    return visit.page(
        "topics/practice.html",
        topic=topic,
        steps=steps,
        by=started[0].who if started else "",
        address=topic_url(FOLDER),
        wanted=_EXAMPLES,
    )


async def start(visit: Visit) -> web.StreamResponse:
    """Make the practice topic, if there is none."""
    draft = visit.studio.draft
    await draft.ready()
    here = "/topics/practice-topic"
    if _topic(visit):
        return visit.back(here, "topics_practice_there")
    languages = [language for language in draft.languages if language in _TITLES]
    new = NewQuestion(
        QUESTION,
        {language: _TITLES[language] for language in languages},
        {language: _ASKED[language] for language in languages},
        {key: text for key, text in _WORDINGS.items() if key[0] in languages},
        _usual_owner(visit),
        str(draft.city.get("website") or "https://"),
        today(visit) + timedelta(days=_DAYS),
    )
    texts = with_question(draft.root, FOLDER, new)
    wanted = {path: Wanted(draft.saver.seen(path).version, text) for path, text in texts.items()}
    try:
        await save_texts(visit, wanted, "content: Begin a practice topic.")
    except NotSaved as error:
        return visit.back(here, "topics_not_saved", why=str(error))
    return visit.back(here, "topics_practice_begun")


def _steps(visit: Visit, topic: Topic) -> Iterator[Step]:
    draft, project = visit.studio.draft, topic.project
    page = item_url(FOLDER, QUESTION)
    count: Counter[str] = Counter()
    for question in project.questions:
        count[question.language] += len(question.examples)
    wordings = [each for answer in project.answers for each in answer.variations]
    found = draft.findings(FOLDER)
    codes = {each.code for each in found.items}
    tested = {each.language for each in project.conversations}
    yield Step("examples", all(count[each] >= _EXAMPLES for each in draft.languages), page)
    slips = found.fresh and not codes & {"hard-word", "long-sentence"} and bool(wordings)
    yield Step("plain", slips and not any("utilize" in each.text for each in wordings), f"{page}#answer")
    written = {(each.language, each.channel) for each in wordings}
    yield Step("sms", all((each, "sms") in written for each in draft.languages), f"{page}#answer")
    yield Step("button", any(each.buttons for each in wordings), f"{page}#answer")
    yield Step("test", all(each in tested for each in draft.languages), f"{page}#tests")
    yield Step("clean", found.fresh and not found.items, topic_url(FOLDER))
    yield Step("review", None, "/publishing")
    yield Step("chat", None, url("/try", say="who writes your answers?", language="en"))
    yield Step("remove", False, topic_url(FOLDER, "remove"))


def _topic(visit: Visit) -> Topic | None:
    try:
        return visit.studio.draft.topic(FOLDER)
    except NoSuchTopic:
        return None


def _usual_owner(visit: Visit) -> str:
    owners = Counter(each.owner for topic in visit.studio.draft.topics() for each in topic.answers if each.owner)
    return owners.most_common(1)[0][0] if owners else "content"
