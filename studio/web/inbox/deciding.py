"""Decisions about messages, taking the last one back, and making an example question of one."""

import asyncio

from aiohttp import web

from bot.privacy.masking import folded
from studio.content.editing import AddExample
from studio.content.editing.changing import Change
from studio.content.keys import closest
from studio.inbox import deciding
from studio.inbox.deciding import DECISIONS, Act, Verdict
from studio.inbox.messages import one, texts_of
from studio.publishing.git import Author
from studio.rehearsal.results import forget_messages
from studio.web.inbox.listing import Typed, asked_before, may_decide, page, titles
from studio.web.refusals import Refusal
from studio.web.routing import local, url
from studio.web.visit import Visit

_MOST = 5000


async def decide(visit: Visit) -> web.StreamResponse:
    """Decide on the ticked messages of a group."""
    if not may_decide(visit):
        raise Refusal(403, "not_allowed")
    await visit.studio.draft.ready()
    ticked = [*visit.texts("id"), *",".join(visit.texts("rest")).split(",")]
    decision, ids = visit.text("decision"), [each for each in ticked if len(each) == 32][:_MOST]
    first, there = visit.text("group"), visit.text("next") or "/inbox"
    if decision not in DECISIONS:
        raise Refusal(400, "bad_request")
    if not ids:
        return await _again(visit, f"tick-{first}", visit.say("inbox_mistake_none"))
    topic = None
    if decision == "other":
        topic, mistake = _topic(visit, visit.text("topic", 200))
        if mistake:
            return await _again(visit, f"topic-{first}", mistake)
    verdict = Verdict(decision, topic)
    count = await deciding.decide(visit.studio.store, ids, verdict, _act(visit))
    if decision == "deleted" and count:
        texts = await texts_of(visit.studio.store, ids)
        await asyncio.to_thread(forget_messages, visit.studio.place, texts)
    if decision == "new" and count and visit.may("editor"):
        heard = await one(visit.studio.store, ids[0])
        if heard:
            to = url("/topics/new-topic", example=heard.text, language=heard.language)
            return visit.back(to, "inbox_done_new", count=count)
    return visit.back(local(there, "/inbox"), f"inbox_done_{decision}", count=count)


async def undo(visit: Visit) -> web.StreamResponse:
    """Let the messages of one's own last decision wait again."""
    if not may_decide(visit):
        raise Refusal(403, "not_allowed")
    count = await deciding.undo(visit.studio.store, _act(visit))
    told = "inbox_undone" if count else "inbox_nothing_to_undo"
    return visit.back(local(visit.text("next") or "/inbox", "/inbox"), told, count=count)


async def add_example(visit: Visit) -> web.StreamResponse:
    """Teach it: the message becomes an example of its topic, in one commit by this person."""
    await visit.studio.draft.ready()
    message = await one(visit.studio.store, visit.text("id", 64))
    if message is None or not message.decided_topic or message.used:
        raise Refusal(404, "not_found")
    draft = visit.studio.draft
    folder = draft.names().where(message.decided_topic)
    if folder is None:
        return visit.back("/inbox/decided", "inbox_topic_gone")
    path = f"data/topics/{folder}/questions.{message.language}.yml"
    if "[" in message.text or path not in draft.topic(folder).versions:
        return visit.back("/inbox/decided", "inbox_by_hand")
    text = " ".join(message.text.split())
    changes: list[Change] = [AddExample(message.decided_topic, text)]
    by = Author(visit.person.name, visit.person.email)
    said = f"content: Add an example question that somebody asked ({message.decided_topic}, {message.language})."
    outcome = draft.save(path, draft.topic(folder).versions[path], changes, by, said)
    if not outcome.saved:
        return visit.back("/inbox/decided", "inbox_by_hand")
    await deciding.mark_used(visit.studio.store, message.id, _act(visit))
    return visit.back("/inbox/decided", "inbox_example_added")


def _topic(visit: Visit, typed: str) -> tuple[str | None, str | None]:
    """The question that is meant by its name or its title, or what to say where none is."""
    names = titles(visit)
    if typed in names:
        return typed, None
    by_title = {folded(title): name for name, title in names.items()}
    if folded(typed) in by_title:
        return by_title[folded(typed)], None
    if not typed:
        return None, visit.say("inbox_mistake_topic")
    near = closest(folded(typed), set(by_title))
    if near:
        return None, visit.say("inbox_mistake_topic_near", topic=typed, near=names[by_title[near]])
    return None, visit.say("inbox_mistake_topic_unknown", topic=typed)


async def _again(visit: Visit, field: str, words: str) -> web.Response:
    typed = Typed(visit.text("group"), visit.text("topic", 200))
    return await page(visit, asked_before(visit.text("next")), {field: words}, typed)


def _act(visit: Visit) -> Act:
    return Act(visit.person.name, visit.studio.clock())
