"""Saving an answer: words, buttons, owner and dates; a preview without scripts and with them."""

from aiohttp import web

from studio.content.saving import Outcome
from studio.web.refusals import Refusal
from studio.web.topics import answer_form, item
from studio.web.topics.addresses import item_url
from studio.web.topics.listing import today
from studio.web.topics.places import Item, answers_path, item_of
from studio.web.topics.saving import NotSaved, clash_of, save
from studio.web.topics.wording import shown
from studio.web.visit import Visit


async def change(visit: Visit) -> web.StreamResponse:
    """Save what was typed, or only show how it reads."""
    draft = visit.studio.draft
    await draft.ready()
    at = item_of(visit)
    typed = answer_form.typed_in(visit.typed)
    version = typed.get("version", "")
    if typed.get("do") == "preview":
        return item.page(visit, at, fields={**_now(visit, at), **typed}, answer_version=version, previewed=True)
    found = answer_form.mistakes_in(typed, draft, today(visit))
    if found:
        told = {name: visit.say(key, **blanks) for name, (key, blanks) in found.items()}
        fields = {**_now(visit, at), **typed}
        return item.page(visit, at, status=422, fields=fields, mistakes=told, answer_version=version)
    return await _saved(visit, at, typed, version)


async def _saved(visit: Visit, at: Item, typed: dict[str, str], version: str) -> web.StreamResponse:
    draft = visit.studio.draft
    path = answers_path(at.folder)
    text = draft.base(path, version)
    name = f"utter_{at.name}" if at.is_question else at.name
    base = answer_form.answer_in(text, path, name) if text is not None else at.answer
    try:
        changes = answer_form.changes_of(name, base, typed, draft.languages, draft)
        if not changes:
            return visit.back(item_url(at.folder, at.name), "topics_nothing_changed")
        title = at.title(draft.languages[0])
        outcome = await save(visit, path, version, changes, f"content: Change the answer “{title}” ({at.folder}).")
    except NotSaved as error:
        fields = {**_now(visit, at), **typed}
        return item.page(visit, at, status=409, fields=fields, answer_version=version, refused=str(error))
    if outcome.saved:
        told = "topics_saved_merged" if outcome.merged else "topics_saved"
        return visit.back(item_url(at.folder, at.name), told)
    return _clashing(visit, typed, base_fields=answer_form.fields_of(base, draft), outcome=outcome)


def _clashing(visit: Visit, typed: dict[str, str], base_fields: dict[str, str], outcome: Outcome) -> web.Response:
    """Both versions, and the form with what was typed on top of what the other person has saved."""
    at = item_of(visit)
    fields = answer_form.together(base_fields, typed, _now(visit, at))
    clash = clash_of(visit, answers_path(at.folder), outcome)
    return item.page(visit, at, status=409, fields=fields, answer_version=outcome.version, clash=clash)


def _now(visit: Visit, at: Item) -> dict[str, str]:
    return answer_form.fields_of(at.answer, visit.studio.draft)


async def preview(visit: Visit) -> web.StreamResponse:
    """How one wording reads, for the page's script: the piece of the page that shows it."""
    draft = visit.studio.draft
    await draft.ready()
    language, channel = visit.text("language"), visit.text("channel")
    if language not in draft.languages or channel not in answer_form.CHANNELS:
        raise Refusal(404, "not_found")
    buttons = tuple(title for title in visit.texts("button") if title.strip())[: answer_form.ROWS]
    reads = shown(draft, visit.text("text", 4000), language, channel, buttons)
    return visit.page("topics/preview.html", shown=reads)
