"""Saves what a page's form asks for, in a thread, and tells mistakes of content as words for its page."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from bot.errors import AssistantError
from studio.content.editing import EditError
from studio.content.editing.changing import Change
from studio.content.saving import Outcome, Wanted
from studio.web.visit import Visit


class NotSaved(AssistantError):
    """The change cannot be made; the words say why."""


async def save(visit: Visit, path: str, version: str, changes: Sequence[Change], message: str) -> Outcome:
    """One file. Raises NotSaved."""
    work = visit.studio.draft.save
    try:
        return await asyncio.to_thread(work, path, version, changes, visit.person.author, message)
    except EditError as error:
        raise NotSaved(visit.retell(error.words)) from error


async def save_texts(visit: Visit, texts: Mapping[str, Wanted], message: str) -> Outcome:
    """Several files at once. Raises NotSaved."""
    try:
        return await asyncio.to_thread(visit.studio.draft.save_texts, texts, visit.person.author, message)
    except EditError as error:
        raise NotSaved(visit.retell(error.words)) from error


def clash_of(visit: Visit, path: str, outcome: Outcome) -> Mapping[str, Any]:
    """What a page shows where two people changed the same words: who the other is, and both versions."""
    latest = visit.studio.draft.past.of(path, 1)
    return {
        "who": latest[0].who if latest else "?",
        "clashes": [{"mine": _words(each.mine), "theirs": _words(each.theirs)} for each in outcome.clashes],
        "version": outcome.version,
    }


def _words(value: Any) -> str:
    """A part of a file as words: None is what was taken out."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return "\n".join(f"{_words(each)}" for key, each in value.items() if key not in ("payload",))
    if isinstance(value, list):
        return "\n".join(map(_words, value))
    return str(value)
