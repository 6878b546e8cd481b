"""Guest links: made and taken back by staff, and the one page that a guest sees."""

import asyncio
import hashlib

from aiohttp import web
from limits import parse

from bot import audit
from studio.web.accounts.person import Person
from studio.web.refusals import Refusal
from studio.web.routing import Route, url
from studio.web.trying.chats import KIND, Chat, Room, room_of
from studio.web.trying.front import front, seal_of
from studio.web.trying.guests import DAYS, Guest
from studio.web.trying.speaking import channel_of, end_of, language_of, speak_in
from studio.web.trying.talking import Conversation
from studio.web.visit import Visit

LONGEST_NAME = 120
GUEST_TURNS, GUEST_DAY, GUEST_STARTS = parse("20/minute"), parse("300/day"), parse("3/hour")


async def invite(visit: Visit) -> web.StreamResponse:
    """A new guest link."""
    name, days = " ".join(visit.text("name", 1000).split()), visit.text("days")
    if not name or len(name) > LONGEST_NAME:
        return await front(visit, 422, mistakes={"name": visit.say("trying_guest_name_wrong")})
    held = int(days) if days.isdigit() and int(days) in DAYS else DAYS[0]
    language, channel = language_of(visit, visit.text("language")), channel_of(visit.text("channel"))
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
    mistake = await speak_in(visit, room, chat)
    if mistake:
        return _guest_page(visit, room, guest, chat, 422, mistakes={"text": mistake})
    return visit.back(end_of(here, chat))


def _guest_page(
    visit: Visit, room: Room, guest: Guest, chat: Chat | None, status: int = 200, **more: object
) -> web.Response:
    token = visit.part("token")
    return visit.page("trying/guest.html", status=status, guest=guest, chat=chat, bot=room.bot, token=token, **more)


def _guest(visit: Visit) -> Guest:
    room, now = room_of(visit.studio), visit.studio.clock()
    guest = room.guests.of(visit.part("token"), seal_of(visit), now)
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


async def _note(visit: Visit, what: str, guest: Guest) -> None:
    details = {"name": guest.name, "until": guest.until}
    studio = visit.studio
    await audit.write(studio.store, visit.person.name, what, guest.id, details, clock=studio.clock)


ROUTES = (
    Route("POST", "/try/guests", invite, "editor"),
    Route("POST", "/try/guests/take-back", take_back, "editor"),
    Route("GET", "/try/guest/{token}", guest_reads, None),
    Route("POST", "/try/guest/{token}", guest_speaks, None),
)
