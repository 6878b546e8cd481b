"""The first page of trying: a new conversation, the draft, and the guest links."""

import asyncio

from aiohttp import web
from babel import Locale

from studio.web.accounts.sealing import Seal
from studio.web.paths.naming import plain_name
from studio.web.routing import url
from studio.web.trying.chats import KIND, Room, room_of
from studio.web.trying.guests import DAYS, Guest
from studio.web.trying.speaking import channel_of, language_of
from studio.web.visit import Visit


async def front(visit: Visit, status: int = 200, **more: object) -> web.Response:
    """The page; with `mistakes` where a form of it was not in order."""
    await visit.studio.draft.ready()
    room, now = room_of(visit.studio), visit.studio.clock()
    seal = seal_of(visit)
    guests = [(each, _address(visit, room, each, seal)) for each in await asyncio.to_thread(room.guests.all, now)]
    return visit.page(
        "trying/front.html",
        status=status,
        bot=room.bot, waiting=files_of(visit, await asyncio.to_thread(room.bot.not_learned)),
        jobs=visit.studio.jobs.running(KIND), chats=room.of(visit.person.id), guests=guests,
        days_named=[(each, visit.say("trying_days_count", count=each)) for each in DAYS],
        languages=_languages(visit), say_first=visit.asked("say"), **_wanted(visit), **more,
    )  # fmt: skip


def seal_of(visit: Visit) -> Seal:
    """What guest links are sealed with."""
    return Seal(visit.studio.settings.secret, "guest")


def _address(visit: Visit, room: Room, guest: Guest, seal: Seal) -> str:
    return visit.studio.settings.studio_address + url(f"/try/guest/{room.guests.token(guest, seal)}")


def _wanted(visit: Visit) -> dict[str, str]:
    """How the form for a new conversation begins."""
    language = visit.asked("language")
    return {
        "with_what": "draft" if visit.asked("with") == "draft" else "live",
        "spoken": language_of(visit, language),
        "channel": channel_of(visit.asked("channel")),
    }


def _languages(visit: Visit) -> list[tuple[str, str]]:
    names = Locale(visit.language).languages
    return [(each, str(names.get(each, each))) for each in visit.studio.draft.languages]


def files_of(visit: Visit, paths: tuple[str, ...]) -> list[str]:
    """Topics whose questions or paths are not learned yet, as people call them."""
    folders = [path.split("/")[2] if path.startswith("data/topics/") else "" for path in paths]
    return sorted({plain_name(each) if each else visit.say("trying_settings") for each in folders})
