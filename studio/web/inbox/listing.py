"""What waits, in groups; what was decided; all of it as a spreadsheet."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from studio.inbox.commands import HEADS
from studio.inbox.grouping import Group, grouped, thinned
from studio.inbox.messages import WHYS, Message, Which, decided, waiting
from studio.inbox.sheets import sheet
from studio.web.routing import local, url
from studio.web.visit import Visit

PAGE = 15
"""Groups on a page."""
_MOST_CHOICES = 16
SINCE = ("1", "7", "30")
_FILTERS = ("why", "language", "channel", "since")


@dataclass(frozen=True)
class Typed:
    """What somebody typed into a group's form that could not be done as it was."""

    first: str
    topic: str


async def show(visit: Visit) -> web.StreamResponse:
    """The groups that wait."""
    return await page(visit, dict(visit.request.query))


async def page(
    visit: Visit, asked: Mapping[str, str], mistakes: Mapping[str, str] | None = None, typed: Typed | None = None
) -> web.Response:
    """The groups that wait, narrowed to what is asked; with mistakes the form that has them keeps what was typed."""
    await visit.studio.draft.ready()
    groups = await groups_of(visit, which(asked, visit.studio.clock()))
    pages = max(1, -(-len(groups) // PAGE))
    number = min(int(asked["page"]), pages) if asked.get("page", "").isdecimal() and int(asked["page"]) else 1
    chosen = {name: asked.get(name, "") for name in _FILTERS}
    return visit.page(
        "inbox/waiting.html", status=422 if mistakes else 200, mistakes=mistakes or {}, typed=typed,
        groups=groups[(number - 1) * PAGE : number * PAGE], page=number, pages=pages, asked=chosen, whys=WHYS,
        since=SINCE, count=sum(len(group.messages) for group in groups), titles=titles(visit),
        languages=visit.studio.city.languages, may_decide=may_decide(visit), this=url("/inbox", **chosen, page=number),
        days=round(visit.studio.settings.heard_days),
    )  # fmt: skip


async def show_decided(visit: Visit) -> web.StreamResponse:
    """What was decided, so that it can be used."""
    await visit.studio.draft.ready()
    done = await decided(visit.studio.store)
    return visit.page("inbox/decided.html", done=done, titles=titles(visit), where=visit.studio.draft.names().where)


async def export(visit: Visit) -> web.StreamResponse:
    """Everything that waits, as CSV."""
    groups = await groups_of(visit, which(dict(visit.request.query), visit.studio.clock()))
    rows = [
        [*(getattr(each, name) for name in HEADS[:9]), visit.iso(each.at), number]
        for number, group in enumerate(groups, 1)
        for each in group.messages
    ]
    return download(sheet(HEADS, rows), "inbox.csv")


def download(text: str, name: str) -> web.Response:
    """A file to keep."""
    kept = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(text=text, content_type="text/csv", charset="utf-8", headers=kept)


def may_decide(visit: Visit) -> bool:
    """Whether this person may decide on messages."""
    return visit.may("editor") or visit.may("agent")


def which(asked: Mapping[str, str], now: float) -> Which:
    """The choice that an address asks for; what it does not know narrows nothing."""
    why = asked.get("why", "") if asked.get("why") in WHYS else ""
    days = asked.get("since", "")
    since = now - int(days) * 86400 if days.isdecimal() and len(days) < 5 else None
    return Which(why, asked.get("language", "")[:8], asked.get("channel", "")[:16], since)


def asked_before(address: str) -> dict[str, str]:
    """The query of the page that a form was on."""
    return dict(parse_qsl(urlsplit(local(address, "/inbox")).query))


def titles(visit: Visit) -> dict[str, str]:
    """The questions of the draft with their titles in the language of the pages."""
    return {name: one.title(visit.language) for name, one in visit.studio.draft.names().questions.items()}


async def groups_of(visit: Visit, choice: Which) -> list[Group]:
    """What waits of this choice, in groups."""
    return await asyncio.to_thread(_REMEMBERED.grouped, choice, await waiting(visit.studio.store, choice))


class Remembered:
    """Groups of before: a decision only takes messages out of them, so that they need not be found again."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, str, str], list[Group]] = {}

    def grouped(self, choice: Which, messages: list[Message]) -> list[Group]:
        """The groups of these messages."""
        key = (choice.why, choice.language, choice.channel)
        left = thinned(self._groups.get(key, []), messages)
        if left is None:
            left = grouped(messages)
            if len(self._groups) >= _MOST_CHOICES:
                self._groups.clear()
            self._groups[key] = left
        return left


_REMEMBERED = Remembered()
