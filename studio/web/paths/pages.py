"""Paths, rules and forms: all of them, one as a conversation, a new one."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import yaml
from aiohttp import web
from babel import Locale

from studio.content.checks.telling import told
from studio.content.draft import NoSuchTopic
from studio.content.editing import AddPath, Clash, EditError
from studio.content.editing.tracks import Kind
from studio.content.names import Names
from studio.web.paths import choosing
from studio.web.paths.addresses import path_url
from studio.web.paths.changing import WHAT, Chosen, Unusable, steps_of
from studio.web.paths.choosing import Asked, choices
from studio.web.paths.listing import Written, everything, find, search
from studio.web.paths.naming import FALLBACK, is_group, plain_name, title_of
from studio.web.paths.showing import Voice, asking, lines, spoken
from studio.web.paths.transcript import (
    Remembered,
    Said,
    about_all,
    begins_conversation,
    conditions,
    transcript,
)
from studio.web.paths.wishes import HOLDS, here, new_name, wish
from studio.web.routing import Nav, Route
from studio.web.visit import Visit

ON_A_PAGE = 50


@dataclass(frozen=True)
class Opened:
    """The editor of a step: `number` of the line, whether it is new there, and what kind of step it shall be."""

    number: int
    is_new: bool
    what: str


async def show_all(visit: Visit) -> web.StreamResponse:
    """The list, of one topic or of all."""
    await visit.studio.draft.ready()
    found = await asyncio.to_thread(everything, visit.studio.draft)
    topics = sorted({each.folder for each in found})
    topic, words = visit.asked("topic"), visit.asked("q")
    found = search([each for each in found if topic in ("", each.folder)], words)
    page = max(1, int(number)) if (number := visit.asked("page")).isdigit() else 1
    pages = max(1, -(-len(found) // ON_A_PAGE))
    names = await asyncio.to_thread(visit.studio.draft.names)
    page = min(page, pages)
    return visit.page(
        "paths/list.html",
        found=[_row(visit, names, each) for each in found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]],
        count=len(found), pairs=_named(topics), topic=topic, words=words, page_number=page, pages=pages,
        label=plain_name, path_url=path_url,
    )  # fmt: skip


async def show(visit: Visit) -> web.StreamResponse:
    """One of them."""
    await visit.studio.draft.ready()
    return await asyncio.to_thread(_show, visit)


async def change(visit: Visit) -> web.StreamResponse:
    """Whatever one of the page's forms asks for."""
    await visit.studio.draft.ready()
    return await asyncio.to_thread(_change, visit)


async def show_new(visit: Visit) -> web.StreamResponse:
    """The form for a new path."""
    await visit.studio.draft.ready()
    return await asyncio.to_thread(_show_new, visit)


async def make_new(visit: Visit) -> web.StreamResponse:
    """A new path begins with what a person says."""
    await visit.studio.draft.ready()
    return await asyncio.to_thread(_make_new, visit)


def _row(visit: Visit, names: Names, one: Written) -> tuple[Written, str]:
    """A path and what it begins with."""
    if one.track is None:
        return one, ", ".join(plain_name(each.name) for each in (one.form.asks if one.form else ()))
    first = next((item for item in transcript(one.track) if item.kind == "says"), None)
    return one, ", ".join(_begin(visit, names, said) for said in first.said) if first else ""


def _begin(visit: Visit, names: Names, said: Said) -> str:
    if said.question == FALLBACK:
        return visit.say("tests_not_understood")
    if is_group(names, said.question):
        return visit.say("paths_any_of")
    return said.words or title_of(names, said.question, visit.language)


def _show(visit: Visit, status: int = 200, **more: Any) -> web.Response:
    draft = visit.studio.draft
    one = find(draft, visit.part("folder"), visit.part("kind"), visit.part("key"))
    voice = _voice(visit)
    findings = draft.findings(one.folder)
    shared = {
        "one": one, "voice": voice, "fresh": findings.fresh, "languages": draft.languages, "label": plain_name,
        "version": draft.saver.seen(one.path).version, "here_with": partial(here, visit, one),
        "path_url": path_url, "named": _named, "spoken_languages": _languages(visit),
        "explained": lambda finding: told(finding, visit.language), **more,
    }  # fmt: skip
    own = [each for each in findings.items if each.place.path == one.path]
    if one.form is not None:
        names = draft.names()
        asked = [
            (slot, [spoken(draft, names, each, voice) for each in found])
            for slot, found in asking(draft, one.form, names)
        ]
        last = one.form.node
        nodes = [node.place.line for node in last.walk()]
        about = [each for each in own if one.form.place.line <= each.place.line <= max([*nodes, one.form.place.line])]
        uses = [each for each in everything(draft) if each.track and one.name in each.mentions]
        slots = [each for each in names.slots if each not in {slot for slot, _ in asked}]
        return visit.page("paths/form.html", status=status, asked=asked, about=about, uses=uses, slots=slots, **shared)
    assert one.track is not None
    names, items = draft.names(), transcript(one.track, own)
    opened = _opened(visit, len(items))
    return visit.page(
        "paths/path.html",
        status=status,
        lines=lines(draft, names, items, voice),
        about=about_all(one.track, items, own),
        conditions=lines(draft, names, conditions(one.track), voice),
        at_start=begins_conversation(one.track),
        opened=opened,
        offered=_offered(visit, one, opened) if opened else None,
        kinds=WHAT if one.kind == "stories" else WHAT[:-1],
        slots=names.slots, forms=names.forms, labels=names.labels,
        holds_named=[(each, visit.say(f"paths_held_{each}")) for each in HOLDS],
        chosen=_chosen_now(one, opened),
        **shared,
    )  # fmt: skip


def _named(names: Iterable[str]) -> list[tuple[str, str]]:
    """For a list to choose from."""
    return sorted(((name, plain_name(name)) for name in names), key=lambda pair: pair[1].casefold())


def _languages(visit: Visit) -> list[tuple[str, str]]:
    names = Locale(visit.language).languages
    return [(each, str(names.get(each, each))) for each in visit.studio.draft.languages]


def _voice(visit: Visit) -> Voice:
    languages = visit.studio.draft.languages
    asked = visit.asked("lang")
    language = asked if asked in languages else visit.language if visit.language in languages else languages[0]
    return Voice(language, "sms" if visit.asked("channel") == "sms" else "web", visit.language)


def _opened(visit: Visit, count: int) -> Opened | None:
    """Which editor is open: by the address, or by the form that was sent."""
    add, at = visit.asked("add") or visit.text("add"), visit.asked("edit") or visit.text("edit")
    number = add or at
    if not number.isdigit() or int(number) > count - (0 if add else 1) or not visit.may("editor"):
        return None
    what = visit.asked("what") or visit.text("what")
    return Opened(int(number), bool(add), what if what in WHAT else "")


def _chosen_now(one: Written, opened: Opened | None) -> dict[str, Any]:
    """What the step has that is about to be changed, for the fields of its editor."""
    nothing: dict[str, Any] = {"names": (), "labels": (), "slot": "", "holds": "yes", "words": "", "kind": ""}
    if opened is None or opened.is_new or one.track is None:
        return nothing
    item = transcript(one.track)[opened.number]
    held = item.remembered[0] if item.remembered else Remembered("")
    kinds = {True: "yes", False: "no", None: "nothing"}
    holds = "any" if held.any else kinds.get(held.value, "words") if isinstance(held.value, bool | None) else "words"
    return {
        "names": tuple(said.question for said in item.said if said.question) or ((item.name,) if item.name else ()),
        "labels": tuple(label for said in item.said for label, _ in said.labels),
        "slot": held.slot, "holds": holds, "kind": item.kind,
        "words": "" if holds != "words" else str(held.value or ""),
    }  # fmt: skip


def _offered(visit: Visit, one: Written, opened: Opened) -> choosing.Choices | None:
    now = _chosen_now(one, opened)
    what = opened.what or now["kind"]
    if what not in ("says", "answers", "asks", "acts", "checkpoint"):
        return None
    first = tuple(visit.texts("choice")) or (now["names"] if what == now["kind"] else ())
    return choices(visit.studio.draft, Asked(what, visit.asked("q"), first, one.folder, visit.language))


def _change(visit: Visit) -> web.StreamResponse:
    draft = visit.studio.draft
    one = find(draft, visit.part("folder"), visit.part("kind"), visit.part("key"))
    try:
        wanted = wish(visit, one)
        message = f"content: Change “{one.title}” in {one.folder}."
        outcome = draft.save(one.path, visit.text("version"), wanted.changes, visit.person.author, message)
    except Unusable as unusable:
        return _show(visit, 422, mistakes={unusable.field: visit.say(unusable.key)})
    except EditError as error:
        return _show(visit, 422, mistakes={"page": visit.say("paths_not_saved", why=visit.retell(str(error)))})
    if outcome.clashes:
        return visit.page(
            "paths/clash.html", status=409, one=one, clashes=[_both(each) for each in outcome.clashes],
            version=outcome.version, path_url=path_url,
            fields=[(name, value) for name, value in visit.form.items() if name not in ("csrf", "version")],
        )  # fmt: skip
    return visit.back(wanted.leads_to, told="paths_saved_both" if outcome.merged else wanted.told)


def _both(clash: Clash) -> tuple[str, str | None, str | None]:
    """Where it is, and both versions as the file would have them."""
    return " › ".join(clash.what), _raw(clash.theirs), _raw(clash.mine)


def _raw(value: Any) -> str | None:
    return (
        None
        if value is None
        else value
        if isinstance(value, str)
        else yaml.safe_dump(value, allow_unicode=True, sort_keys=False)
    )


def _show_new(visit: Visit, status: int = 200, **more: Any) -> web.Response:
    draft = visit.studio.draft
    topics = draft.topics()
    topic = visit.asked("topic") or visit.text("topic")
    known = topic in {each.folder for each in topics}
    asked = Asked("says", visit.asked("q"), tuple(visit.texts("choice")), topic, visit.language)
    return visit.page(
        "paths/new.html", status=status, pairs=_named(each.folder for each in topics), topic=topic if known else "",
        offered=choices(draft, asked) if known else None, words=visit.asked("q"), **more,
    )  # fmt: skip


def _make_new(visit: Visit) -> web.StreamResponse:
    draft, topic = visit.studio.draft, visit.text("topic")
    kind: Kind = "stories" if visit.text("kind") == "stories" else "rules"
    try:
        draft.topic(topic)
        name = new_name(visit, kind)
        picked = visit.texts("choice")
        if not picked or not set(picked) <= choosing.names(draft, "says"):
            raise Unusable("choice", "paths_choose_one")
        steps = steps_of(Chosen("says", picked))
    except NoSuchTopic:
        return _show_new(visit, 422, mistakes={"topic": visit.say("paths_choose_topic")})
    except Unusable as unusable:
        return _show_new(visit, 422, mistakes={unusable.field: visit.say(unusable.key)})
    path = f"data/topics/{topic}/{kind}.yml"
    version = draft.saver.seen(path).version
    message = f"content: Begin “{name}” in {topic}."
    draft.save(path, version, [AddPath(kind, name, steps)], visit.person.author, message)
    return visit.back(path_url(topic, kind, name), told="paths_made")


ROUTES = (
    Route("GET", "/paths", show_all, "viewer"),
    Route("GET", "/paths/new", show_new, "editor"),
    Route("POST", "/paths/new", make_new, "editor"),
    Route("GET", "/paths/{folder}/{kind}/{key}", show, "viewer"),
    Route("POST", "/paths/{folder}/{kind}/{key}", change, "editor"),
)
NAV = (Nav("/paths", "paths_nav"),)
