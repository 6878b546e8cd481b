"""Try it: conversations with what is live or with the draft, and why each reply came; for staff and for guests."""

import asyncio

from aiohttp import web
from limits import parse

from studio.content.draft import NoSuchTopic
from studio.content.editing import EditError
from studio.web.paths.naming import plain_name
from studio.web.routing import Nav, Route, url
from studio.web.topics.addresses import item_url
from studio.web.trying import guest_pages
from studio.web.trying.chats import KIND, Chat, room_of
from studio.web.trying.front import files_of, front
from studio.web.trying.speaking import LONGEST, channel_of, end_of, language_of, speak_in
from studio.web.trying.talking import Conversation, NoAnswer
from studio.web.trying.testing import AddConversation, steps_of
from studio.web.trying.why import Known, why
from studio.web.visit import Visit

LONGEST_NAME = 120
STAFF_TURNS = parse("60/minute")


async def show(visit: Visit) -> web.StreamResponse:
    """Begin a conversation; the draft and the guest links."""
    return await front(visit)


async def begin(visit: Visit) -> web.StreamResponse:
    """The first message of a new conversation."""
    await visit.studio.limits.hit(STAFF_TURNS, "try", visit.person.id)
    room = room_of(visit.studio)
    with_draft = visit.text("with") == "draft"
    text = visit.text("text", LONGEST)
    if not text:
        return await front(visit, 422, mistakes={"text": visit.say("trying_write")})
    assistant = await room.assistant(with_draft)
    if assistant is None:
        return await front(visit, 422, mistakes={"with": visit.say("trying_asleep")})
    language, channel = language_of(visit, visit.text("language")), channel_of(visit.text("channel"))
    chat = room.open(visit.person.id, with_draft, Conversation(assistant, channel, language))
    try:
        await chat.talk.say(text)
    except NoAnswer as error:
        return await front(visit, 502, mistakes={"text": visit.say("trying_no_answer", why=visit.retell(str(error)))})
    return visit.back(end_of(url(f"/try/{chat.id}"), chat))


async def read(visit: Visit) -> web.StreamResponse:
    """A conversation so far."""
    return await _conversation(visit, room_of(visit.studio).get(visit.part("chat"), visit.person.id))


async def speak(visit: Visit) -> web.StreamResponse:
    """One more message of it."""
    await visit.studio.limits.hit(STAFF_TURNS, "try", visit.person.id)
    room = room_of(visit.studio)
    chat = room.get(visit.part("chat"), visit.person.id)
    mistake = await speak_in(visit, room, chat)
    if mistake:
        return await _conversation(visit, chat, 422, mistakes={"text": mistake})
    return visit.back(end_of(url(f"/try/{chat.id}"), chat))


async def save(visit: Visit) -> web.StreamResponse:
    """Keep it as a test of a topic."""
    chat = room_of(visit.studio).get(visit.part("chat"), visit.person.id)
    topic, name = visit.text("topic"), " ".join(visit.text("name", 1000).split())
    if not name or len(name) > LONGEST_NAME:
        return await _conversation(visit, chat, 422, mistakes={"name": visit.say("trying_name_wrong")})
    steps = steps_of(chat.talk.exchanges)
    draft, path = visit.studio.draft, f"data/topics/{topic}/tests.yml"
    try:
        await asyncio.to_thread(draft.topic, topic)
        first = chat.talk.exchanges[0].replies[0].language if chat.talk.exchanges[0].replies else chat.talk.language
        change = AddConversation(name, first, chat.talk.channel, steps)
        version = (await asyncio.to_thread(draft.saver.seen, path)).version
        message = f"content: Keep the conversation “{name}” as a test."
        await asyncio.to_thread(draft.save, path, version, [change], visit.person.author, message)
    except NoSuchTopic:
        return await _conversation(visit, chat, 422, mistakes={"topic": visit.say("trying_choose_topic")})
    except EditError as error:
        return await _conversation(
            visit, chat, 422, mistakes={"name": visit.say("trying_not_saved", why=visit.retell(str(error)))}
        )
    return visit.back(url(f"/try/{chat.id}"), told="trying_saved", name=name)


async def wake(visit: Visit) -> web.StreamResponse:
    """Start the draft, or start it again with what has changed."""
    return visit.back(url(f"/jobs/{_start(visit)}"))


def _start(visit: Visit) -> str:
    running = visit.studio.jobs.running(KIND)
    if running:
        return running[0].id
    return visit.studio.jobs.start(KIND, room_of(visit.studio).bot.begin(), visit.person, after="/try?with=draft")


async def stop(visit: Visit) -> web.StreamResponse:
    """Nobody needs it any more."""
    await room_of(visit.studio).bot.end()
    return visit.back("/try", told="trying_stopped")


async def _conversation(visit: Visit, chat: Chat, status: int = 200, **more: object) -> web.Response:
    await visit.studio.draft.ready()
    draft = visit.studio.draft

    known = await asyncio.to_thread(Known.of, draft)
    names = known.names
    reasons = [why(known, each.reasons, visit.language) if each.reasons else None for each in chat.talk.exchanges]

    def where(answer: str) -> str:
        folder = names.where(answer)
        return item_url(folder, answer) if folder else ""

    room, topics = room_of(visit.studio), await asyncio.to_thread(draft.topics)
    answers = [each.answer for one in chat.talk.exchanges for each in one.replies if each.answer]
    folders = [folder for each in reversed(answers) if (folder := names.where(each))]
    return visit.page(
        "trying/chat.html", status=status, chat=chat, reasons=reasons,
        pairs=sorted(((each.folder, each.label) for each in topics), key=lambda pair: pair[1]),
        topic=folders[0] if folders else "", label=plain_name,
        where=where,
        waiting=files_of(visit, await asyncio.to_thread(room.bot.not_learned)) if chat.with_draft else [], **more,
    )  # fmt: skip


ROUTES = (
    *guest_pages.ROUTES,
    Route("GET", "/try", show, "viewer"),
    Route("POST", "/try", begin, "viewer"),
    Route("POST", "/try/draft", wake, "viewer"),
    Route("POST", "/try/draft/stop", stop, "editor"),
    Route("GET", "/try/{chat}", read, "viewer"),
    Route("POST", "/try/{chat}", speak, "viewer"),
    Route("POST", "/try/{chat}/test", save, "editor"),
)
NAV = (Nav("/try", "trying_nav"),)
