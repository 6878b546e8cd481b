"""A test of an answer, added where the answer is written: what somebody says, and that they get it."""

from aiohttp import web

from studio.content.editing import EditError
from studio.content.saving import Wanted
from studio.content.starting import with_test
from studio.web.refusals import Refusal
from studio.web.topics import item
from studio.web.topics.addresses import item_url
from studio.web.topics.places import item_of, tests_path
from studio.web.topics.saving import NotSaved, save_texts
from studio.web.visit import Visit

_LONGEST = 300


async def add(visit: Visit) -> web.StreamResponse:
    """One more test at the end of the topic's tests."""
    draft = visit.studio.draft
    await draft.ready()
    at = item_of(visit)
    language, said = visit.text("language"), " ".join(visit.text("said").split())
    if language not in draft.languages or at.answer is None:
        raise Refusal(404, "not_found")
    question = at.questions.get(language)
    mistake = ""
    if not said or len(said) > _LONGEST:
        mistake = visit.say("topics_mistake_said", most=_LONGEST)
    elif question and any(each.said.casefold() == said.casefold() for each in question.examples):
        mistake = visit.say("topics_mistake_said_example")
    if mistake:
        return item.page(visit, at, status=422, mistakes={f"said-{language}": mistake}, testing={language: said})
    path = tests_path(at.folder)
    before = draft.saver.seen(path)
    try:
        text = with_test(before.text, f"{at.title(language)}: {said}"[:120], language, said, at.answer.name)
        await save_texts(visit, {path: Wanted(before.version, text)}, f"content: Test “{said[:60]}” ({at.folder}).")
    except (EditError, NotSaved) as error:
        return item.page(visit, at, status=409, refused=visit.retell(str(error)), testing={language: said})
    return visit.back(f"{item_url(at.folder, at.name)}#tests", "topics_test_added")
