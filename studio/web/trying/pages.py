"""Try it: conversations with what is live or with the draft, and why each reply came; for staff and for guests."""

import asyncio
import hashlib

from aiohttp import web
from babel import Locale
from limits import parse

from bot import audit
from bot.errors import AssistantError
from studio.content.draft import NoSuchTopic
from studio.content.editing import EditError
from studio.web.accounts.person import Person
from studio.web.accounts.sealing import Seal
from studio.web.paths.naming import plain_name
from studio.web.refusals import Refusal
from studio.web.routing import Nav, Route, url
from studio.web.topics.addresses import item_url
from studio.web.trying.chats import Chat, Room, room_of
from studio.web.trying.guests import DAYS, Guest
from studio.web.trying.talking import Conversation, NoAnswer
from studio.web.trying.testing import AddConversation, steps_of
from studio.web.trying.why import why
from studio.web.visit import Visit

LONGEST = 1000  # characters of a message
LONGEST_NAME = 120
GUEST_TURNS, GUEST_DAY, GUEST_STARTS = parse("20/minute"), parse("300/day"), parse("3/hour")
STAFF_TURNS = parse("60/minute")
KIND = "trying_start"


async def show(visit: Visit) -> web.StreamResponse:
    """Begin a conversation; the draft and the guest links."""
    return await _front(visit)


async def _front(visit: Visit, status: int = 200, **more: object) -> web.Response:
    await visit.studio.draft.ready()
    room, now = room_of(visit.studio), visit.studio.clock()
    seal = _seal(visit)
    guests = [(each, _address(visit, room, each, seal)) for each in await asyncio.to_thread(room.guests.all, now)]
    return visit.page(
        "trying/front.html",
        status=status,
        bot=room.bot, waiting=_files(visit, await asyncio.to_thread(room.bot.not_learned)),
        jobs=visit.studio.jobs.running(KIND), chats=room.of(visit.person.id), guests=guests,
        days_named=[(each, visit.say("trying_days_count", count=each)) for each in DAYS],
        languages=_languages(visit), say_first=visit.asked("say"), **_wanted(visit), **more,
    )  # fmt: skip


async def begin(visit: Visit) -> web.StreamResponse:
    """The first message of a new conversation."""
    await visit.studio.limits.hit(STAFF_TURNS, "try", visit.person.id)
    room = room_of(visit.studio)
    with_draft = visit.text("with") == "draft"
    text = visit.text("text", LONGEST)
    if not text:
        return await _front(visit, 422, mistakes={"text": visit.say("trying_write")})
    assistant = await room.assistant(with_draft)
    if assistant is None:
        return await _front(visit, 422, mistakes={"with": visit.say("trying_asleep")})
    language, channel = _language(visit, visit.text("language")), _channel(visit.text("channel"))
    chat = room.open(visit.person.id, with_draft, Conversation(assistant, channel, language))
    try:
        await chat.talk.say(text)
    except NoAnswer as error:
        return await _front(visit, 502, mistakes={"text": visit.say("trying_no_answer", why=str(error))})
    return visit.back(_end_of(url(f"/try/{chat.id}"), chat))


async def read(visit: Visit) -> web.StreamResponse:
    """A conversation so far."""
    return await _conversation(visit, room_of(visit.studio).get(visit.part("chat"), visit.person.id))


async def speak(visit: Visit) -> web.StreamResponse:
    """One more message of it."""
    await visit.studio.limits.hit(STAFF_TURNS, "try", visit.person.id)
    room = room_of(visit.studio)
    chat = room.get(visit.part("chat"), visit.person.id)
    mistake = await _speak(visit, room, chat)
    if mistake:
        return await _conversation(visit, chat, 422, mistakes={"text": mistake})
    return visit.back(_end_of(url(f"/try/{chat.id}"), chat))


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
        return await _conversation(visit, chat, 422, mistakes={"name": visit.say("trying_not_saved", why=str(error))})
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


async def invite(visit: Visit) -> web.StreamResponse:
    """A new guest link."""
    name, days = " ".join(visit.text("name", 1000).split()), visit.text("days")
    if not name or len(name) > LONGEST_NAME:
        return await _front(visit, 422, mistakes={"name": visit.say("trying_guest_name_wrong")})
    held = int(days) if days.isdigit() and int(days) in DAYS else DAYS[0]
    language, channel = _language(visit, visit.text("language")), _channel(visit.text("channel"))
    told = {"name": name, "by": visit.person.name, "language": language, "channel": channel}
    room, now = room_of(visit.studio), visit.studio.clock()
    guest = await asyncio.to_thread(room.guests.invite, told, held, now)
    await _note(visit, "guest.invited", guest)
    return visit.back(url("/try") + "#guests", told="trying_invited", name=name)


async def take_back(visit: Visit) -> web.StreamResponse:
    """A guest link opens nothing any more."""
    room, now = room_of(visit.studio), visit.studio.clock()
    guest = await asyncio.to_thread(room.guests.take_back, visit.text("guest"), now)
    if guest is not None:
        await _note(visit, "guest.taken_back", guest)
    return visit.back(url("/try") + "#guests", told="trying_taken_back")


async def guest_reads(visit: Visit) -> web.StreamResponse:
    """What a guest sees: the draft, and that it is one."""
    guest = _guest(visit)
    room = room_of(visit.studio)
    return _guest_page(visit, room, guest, _guests_chat(visit, room, guest))


async def guest_speaks(visit: Visit) -> web.StreamResponse:
    """A guest says something to the draft, or wakes it."""
    guest, room = _guest(visit), room_of(visit.studio)
    here = url(f"/try/guest/{visit.part('token')}")
    if visit.text("do") == "wake":
        await visit.studio.limits.hit(GUEST_STARTS, "guest wakes", guest.id)
        if not room.bot.is_awake and not room.bot.is_starting:
            visit.studio.jobs.start(KIND, room.bot.begin(), _as_person(guest, visit.studio.clock()), after="/try")
        return visit.back(here)
    for limit in (GUEST_TURNS, GUEST_DAY):
        await visit.studio.limits.hit(limit, "guest", guest.id)
    chat = _guests_chat(visit, room, guest)
    if chat is None:
        assistant = await room.assistant(True)
        if assistant is None:
            return _guest_page(visit, room, guest, None)
        chat = room.open(_guest_owner(visit, guest), True, Conversation(assistant, guest.channel, guest.language))
    mistake = await _speak(visit, room, chat)
    if mistake:
        return _guest_page(visit, room, guest, chat, 422, mistakes={"text": mistake})
    return visit.back(_end_of(here, chat))


async def _speak(visit: Visit, room: Room, chat: Chat) -> str:
    """Say what was typed or pressed; words for what is wrong, "" where all went well."""
    pressed, text = visit.text("press", LONGEST), visit.text("text", LONGEST)
    if not (pressed or text):
        return visit.say("trying_write")
    if chat.is_full:
        return visit.say("trying_full")
    if chat.turn.locked():
        return visit.say("trying_patience")
    async with chat.turn:
        if chat.with_draft:
            assistant = await room.assistant(True)
            if assistant is None or assistant.url != chat.talk.assistant.url:
                return visit.say("trying_gone")
        try:
            await chat.talk.say(pressed or text, pressed=bool(pressed))
        except AssistantError as error:
            return visit.say("trying_no_answer", why=str(error))
    return ""


async def _conversation(visit: Visit, chat: Chat, status: int = 200, **more: object) -> web.Response:
    await visit.studio.draft.ready()
    draft = visit.studio.draft

    def reasons() -> list[object]:
        return [why(draft, each.reasons, visit.language) if each.reasons else None for each in chat.talk.exchanges]

    def where(answer: str) -> str:
        folder = names.where(answer)
        return item_url(folder, answer) if folder else ""

    room, topics = room_of(visit.studio), await asyncio.to_thread(draft.topics)
    answers = [each.answer for one in chat.talk.exchanges for each in one.replies if each.answer]
    names = draft.names()
    folders = [folder for each in reversed(answers) if (folder := names.where(each))]
    return visit.page(
        "trying/chat.html", status=status, chat=chat, reasons=await asyncio.to_thread(reasons),
        pairs=sorted(((each.folder, each.label) for each in topics), key=lambda pair: pair[1]),
        topic=folders[0] if folders else "", label=plain_name,
        where=where,
        waiting=_files(visit, await asyncio.to_thread(room.bot.not_learned)) if chat.with_draft else [], **more,
    )  # fmt: skip


def _guest_page(
    visit: Visit, room: Room, guest: Guest, chat: Chat | None, status: int = 200, **more: object
) -> web.Response:
    token = visit.part("token")
    return visit.page("trying/guest.html", status=status, guest=guest, chat=chat, bot=room.bot, token=token, **more)


def _guest(visit: Visit) -> Guest:
    room, now = room_of(visit.studio), visit.studio.clock()
    guest = room.guests.of(visit.part("token"), _seal(visit), now)
    if guest is None:
        raise Refusal(404, "guest_gone")
    return guest


def _guest_owner(visit: Visit, guest: Guest) -> str:
    """Each browser of a guest has its own conversation."""
    return hashlib.sha256(f"{guest.id} {visit.csrf_token}".encode()).hexdigest()


def _as_person(guest: Guest, now: float) -> Person:
    """For the list of jobs: somebody without an account."""
    return Person(f"guest-{guest.id}", guest.name, "", "viewer", guest.language, False, False, False, True, now, None)


def _guests_chat(visit: Visit, room: Room, guest: Guest) -> Chat | None:
    return next(iter(room.of(_guest_owner(visit, guest))), None)


def _seal(visit: Visit) -> Seal:
    return Seal(visit.studio.settings.secret, "guest")


def _address(visit: Visit, room: Room, guest: Guest, seal: Seal) -> str:
    return visit.studio.settings.studio_address + url(f"/try/guest/{room.guests.token(guest, seal)}")


async def _note(visit: Visit, what: str, guest: Guest) -> None:
    details = {"name": guest.name, "until": guest.until}
    studio = visit.studio
    await audit.write(studio.store, visit.person.name, what, guest.id, details, clock=studio.clock)


def _wanted(visit: Visit) -> dict[str, str]:
    """How the form for a new conversation begins."""
    language = visit.asked("language")
    return {
        "with_what": "draft" if visit.asked("with") == "draft" else "live",
        "spoken": _language(visit, language),
        "channel": _channel(visit.asked("channel")),
    }


def _language(visit: Visit, asked: str) -> str:
    known = visit.studio.draft.languages
    return asked if asked in known else visit.language if visit.language in known else known[0]


def _channel(asked: str) -> str:
    return "sms" if asked == "sms" else "web"


def _languages(visit: Visit) -> list[tuple[str, str]]:
    names = Locale(visit.language).languages
    return [(each, str(names.get(each, each))) for each in visit.studio.draft.languages]


def _files(visit: Visit, paths: tuple[str, ...]) -> list[str]:
    """Topics whose questions or paths are not learned yet, as people call them."""
    folders = [path.split("/")[2] if path.startswith("data/topics/") else "" for path in paths]
    return sorted({plain_name(each) if each else visit.say("trying_settings") for each in folders})


def _end_of(address: str, chat: Chat) -> str:
    return f"{address}#t{len(chat.talk.exchanges)}"


ROUTES = (
    Route("GET", "/try", show, "viewer"),
    Route("POST", "/try", begin, "viewer"),
    Route("POST", "/try/draft", wake, "viewer"),
    Route("POST", "/try/draft/stop", stop, "editor"),
    Route("POST", "/try/guests", invite, "editor"),
    Route("POST", "/try/guests/take-back", take_back, "editor"),
    Route("GET", "/try/guest/{token}", guest_reads, None),
    Route("POST", "/try/guest/{token}", guest_speaks, None),
    Route("GET", "/try/{chat}", read, "viewer"),
    Route("POST", "/try/{chat}", speak, "viewer"),
    Route("POST", "/try/{chat}/test", save, "editor"),
)
NAV = (Nav("/try", "trying_nav"),)
