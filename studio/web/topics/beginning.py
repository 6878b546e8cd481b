"""A new question in every language on one page: what people ask, what they are told, and a test of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp import web

from studio.content.checks.reading_ease import SENTENCE_WORDS
from studio.content.draft import Draft, NoSuchTopic
from studio.content.editing import EditError
from studio.content.labels import is_sound
from studio.content.likeness import Alike
from studio.content.saving import Wanted
from studio.content.starting import NewQuestion, check_name, short_name, with_question
from studio.web.topics.addresses import item_url
from studio.web.topics.answer_form import CHANNELS, as_date
from studio.web.topics.item import blanks_of
from studio.web.topics.listing import today
from studio.web.topics.places import find_item
from studio.web.topics.saving import NotSaved, save_texts
from studio.web.topics.wording import Shown, shown
from studio.web.visit import Visit

ADVISED = 10  # example questions
_REVIEW_DAYS = 180


@dataclass(frozen=True)
class Typed:
    """What was typed, in shape."""

    folder: str
    is_new: bool
    question: NewQuestion


async def show(visit: Visit) -> web.StreamResponse:
    """The empty form; an example question may come along from the inbox."""
    await visit.studio.draft.ready()
    given = {f"examples-{visit.asked('language')}": visit.asked("example")} if visit.asked("example") else {}
    if visit.asked("in"):
        given["in"] = visit.asked("in")
    return _page(visit, given)


async def make(visit: Visit) -> web.StreamResponse:
    """The new question, or the form again with what to mend; nothing that was typed is lost."""
    draft = visit.studio.draft
    await draft.ready()
    typed = dict(visit.typed)
    if typed.get("do") == "preview":
        return _page(visit, typed, previewed=True)
    mistakes = _mistakes(visit, typed)
    if mistakes:
        return _page(visit, typed, status=422, mistakes=mistakes)
    alike = _alike(draft, typed)
    if alike and typed.get("anyway") != "yes":
        return _page(visit, typed, status=422, asking=alike)
    wanted = _wanted(visit, typed)
    try:
        if wanted.is_new:
            check_name(draft.root, wanted.folder)
        texts = with_question(draft.root, wanted.folder, wanted.question)
        files = {path: Wanted(draft.saver.seen(path).version, text) for path, text in texts.items()}
        title = next(iter(wanted.question.titles.values()))
        await save_texts(visit, files, f"content: Add “{title}” ({wanted.folder}).")
    except (EditError, NotSaved) as error:
        return _page(visit, typed, status=422, mistakes={"name": visit.retell(str(error))})
    return visit.back(item_url(wanted.folder, wanted.question.name), "topics_made")


def lines_of(text: str) -> list[str]:
    """Example questions, one a line, each once."""
    lines = (" ".join(line.split()).removeprefix("- ").strip() for line in text.splitlines())
    return list(dict.fromkeys(line for line in lines if line))


def _mistakes(visit: Visit, typed: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for language in visit.studio.draft.languages:
        name = (
            visit.say(f"topics_language_{language}")
            if visit.studio.words.has(f"topics_language_{language}")
            else language
        )
        if not typed.get(f"title-{language}", "").strip():
            found[f"title-{language}"] = visit.say("topics_mistake_title_in", language=name)
        lines = lines_of(typed.get(f"examples-{language}", ""))
        if len(lines) < 2:
            found[f"examples-{language}"] = visit.say("topics_mistake_examples_in", language=name)
        elif any(not is_sound(line) for line in lines):
            found[f"examples-{language}"] = visit.say("topics_mistake_brackets")
        if not typed.get(f"text-{language}-", "").strip():
            found[f"text-{language}-"] = visit.say("topics_mistake_answer_in", language=name)
    if not typed.get("owner", "").strip():
        found["owner"] = visit.say("topics_mistake_owner")
    if not typed.get("source", "").strip().startswith("https://"):
        found["source"] = visit.say("topics_mistake_source")
    day = as_date(typed.get("review_by", "").strip())
    if day is None or day <= today(visit):
        found["review_by"] = visit.say("topics_mistake_next")
    return found


def _wanted(visit: Visit, typed: Mapping[str, str]) -> Typed:
    draft = visit.studio.draft
    languages = draft.languages
    titles = {language: " ".join(typed[f"title-{language}"].split())[:120] for language in languages}
    short = short_name(typed.get("name", "").strip() or titles[languages[0]])
    folder = typed.get("in", "").strip()
    is_new = not folder
    if is_new:
        folder, name = short, f"faq/{short}"
    else:
        folder = draft.topic(folder).folder
        name = f"faq/{folder}_{short}"
    if find_name(draft, name):
        raise NotSaved(visit.say("topics_mistake_name_taken", name=name))
    day = as_date(typed["review_by"].strip())
    assert day is not None
    wordings = {
        (language, channel): text
        for language in languages
        for channel in CHANNELS
        if (text := _text(typed, language, channel))
    }
    tests = {
        language: (f"{titles[language]} ({language})", said)
        for language in languages
        if (said := " ".join(typed.get(f"test-{language}", "").split()))
    }
    examples = {language: lines_of(typed[f"examples-{language}"]) for language in languages}
    return Typed(
        folder,
        is_new,
        NewQuestion(name, titles, examples, wordings, typed["owner"].strip(), typed["source"].strip(), day, tests),
    )


def find_name(draft: Draft, name: str) -> bool:
    """Whether a question of that name is there already."""
    folder = draft.names().where(name)
    try:
        return folder is not None and find_item(draft.topic(folder), name) is not None
    except NoSuchTopic:
        return False


def _text(typed: Mapping[str, str], language: str, channel: str) -> str:
    return typed.get(f"text-{language}-{channel}", "").replace("\r\n", "\n").strip()


def _alike(draft: Draft, typed: Mapping[str, str]) -> list[tuple[str, list[Alike]]]:
    lines = [line for language in draft.languages for line in lines_of(typed.get(f"examples-{language}", ""))]
    return [(line, found) for line in lines if (found := draft.alike(line, ""))]


def _previews(draft: Draft, typed: Mapping[str, str]) -> dict[str, Shown]:
    return {
        f"{language}-{channel}": shown(draft, _text(typed, language, channel), language, channel)
        for language in draft.languages
        for channel in CHANNELS
    }


def _page(visit: Visit, typed: Mapping[str, str], *, status: int = 200, **more: Any) -> web.Response:
    draft = visit.studio.draft
    topics = draft.topics()
    values = {
        "typed": {"review_by": (today(visit) + timedelta(days=_REVIEW_DAYS)).isoformat(), **typed},
        "languages": draft.languages,
        "channels": CHANNELS,
        "folders": [(each.folder, each.label) for each in topics],
        "owners": sorted({each for topic in topics for each in topic.owners}),
        "previews": _previews(draft, typed),
        "blanks": blanks_of(visit),
        "advised": ADVISED,
        "sentence": SENTENCE_WORDS,
        "asking": [],
        "previewed": False,
    }
    return visit.page("topics/new.html", status=status, **{**values, **more})
