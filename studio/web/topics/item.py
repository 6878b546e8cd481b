"""The page of one question: its examples, its answer in every language and channel, tests, and where it is used."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from studio.content.checks.telling import told
from studio.content.labels import parts
from studio.content.summaries import label_of
from studio.publishing.switch import switched_off
from studio.web.publishing.called import Called
from studio.web.topics import answer_form
from studio.web.topics.addresses import item_url, topic_url
from studio.web.topics.listing import today
from studio.web.topics.places import Item, answers_path, item_of, questions_path, tests_path
from studio.web.topics.used import uses_of
from studio.web.topics.wording import blanks, shown
from studio.web.visit import Visit


async def show(visit: Visit) -> web.StreamResponse:
    """The page as it stands."""
    await visit.studio.draft.ready()
    return page(visit, item_of(visit))


def page(visit: Visit, item: Item, *, status: int = 200, **more: Any) -> web.Response:
    """The page; `fields` is what stands in the answer's form where that is not what is in the file."""
    draft = visit.studio.draft
    found = draft.findings(item.folder)
    fields = more.pop("fields", None) or answer_form.fields_of(item.answer, draft)
    wordings = answer_form.wordings_of(item.answer, draft.languages)
    values: dict[str, Any] = {
        "item": item,
        "title": item.title(visit.language),
        "topic_label": label_of(item.folder),
        "address": item_url(item.folder, item.name),
        "topic_address": topic_url(item.folder),
        "languages": draft.languages,
        "examples": examples_of(visit, item),
        "adding": {},
        "asking": [],
        "fields": fields,
        "channels": [(channel, [each for each in wordings if each.channel == channel]) for channel in ("", "sms")],
        "previews": previews(visit, wordings, fields),
        "answer_version": item.version(answers_path(item.folder)),
        "clash": None,
        "findings": [(each, told(each, visit.language)) for each in item.findings(found.items)],
        "fresh": found.fresh,
        "tests": item.tests,
        "called": Called(visit),
        "tests_version": item.version(tests_path(item.folder)),
        "uses": uses_of(visit, item),
        "trying": _first_said(item),
        "choices": choices(visit),
        "blanks": blanks_of(visit),
        "testing": {},
        "titles": {},
        "previewed": False,
        "refused": "",
        "asking_language": "",
        "off": [each for each in switched_off(visit.studio.place) if each.name in _off_names(item)],
        "today": today(visit),
        "said": visit.asked("add"),
        "said_language": visit.asked("language") or draft.languages[0],
    }
    return visit.page("topics/item.html", status=status, **{**values, **more})


def examples_of(visit: Visit, item: Item) -> list[dict[str, Any]]:
    """The example questions by language, each as words with marks."""
    listed = []
    for language in visit.studio.draft.languages:
        question = item.questions.get(language)
        path = questions_path(item.folder, language)
        listed.append(
            {
                "language": language,
                "title": question.title if question else "",
                "examples": [(each.written, parts(each.written)) for each in question.examples] if question else [],
                "version": item.version(path),
            }
        )
    return listed


def previews(visit: Visit, wordings: list[answer_form.Wording], fields: Mapping[str, str]) -> dict[str, Any]:
    """How each wording reads, by the key of its fields."""
    draft = visit.studio.draft
    found = {}
    for each in wordings:
        rows = range(answer_form.ROWS)
        buttons = tuple(title for at in rows if (title := fields.get(f"{each.key}-title-{at}", "")))
        found[each.key] = shown(draft, fields.get(f"{each.key}-text", ""), each.language, each.channel, buttons)
    return found


def choices(visit: Visit) -> dict[str, list[str]]:
    """What a button may lead to, by language."""
    draft = visit.studio.draft
    questions = draft.names().questions.values()
    return {language: [answer_form.choice(each, language, draft) for each in questions] for language in draft.languages}


def blanks_of(visit: Visit) -> list[tuple[str, str]]:
    """The blanks to choose from, with what fills them."""
    return blanks(visit.studio.draft, visit.studio.draft.languages[0])


def _first_said(item: Item) -> tuple[str, str] | None:
    """The language and words of an example to try the draft with."""
    return next(((each.language, each.examples[0].said) for each in item.questions.values() if each.examples), None)


def _off_names(item: Item) -> set[str]:
    return {item.folder, item.name, f"utter_{item.name}"}
