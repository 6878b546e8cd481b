"""Example questions: several at once, another wording, labels, taking them out."""

from typing import Any

from aiohttp import web

from studio.content.editing import AddExample, AddQuestion, ChangeExample, EditError, MarkLabel, RemoveExample, SetTitle
from studio.content.editing.changing import Change
from studio.content.labels import is_sound, parts, reworded, unmarked, words
from studio.content.likeness import Alike
from studio.content.saving import Outcome
from studio.web.refusals import Refusal
from studio.web.topics import item
from studio.web.topics.addresses import item_url, part_of, topic_url
from studio.web.topics.places import Item, item_of, questions_path
from studio.web.topics.saving import NotSaved, save
from studio.web.visit import Visit

_LONGEST = 300


async def add(visit: Visit) -> web.StreamResponse:
    """Add those of the text area, one a line; what is like another question's examples is asked about first."""
    await visit.studio.draft.ready()
    at = item_of(visit)
    language = _language(visit)
    lines = list(
        dict.fromkeys(" ".join(line.split()).removeprefix("- ") for line in visit.text("examples").split("\n"))
    )
    lines = [line for line in lines if line]
    mistake = _mistake(visit, lines)
    if mistake:
        return _again(visit, at, language, mistakes={f"examples-{language}": mistake})
    question = at.questions.get(language)
    there = {each.said.casefold() for each in question.examples} if question else set()
    new = [line for line in lines if line.casefold() not in there]
    alike = [(line, near) for line in new if (near := _elsewhere(visit, line, at.name))]
    if alike and visit.text("anyway") != "yes":
        return _again(visit, at, language, asking=alike)
    if not new:
        return visit.back(_anchor(at, language), "topics_examples_there", count=len(lines))
    changes: list[Change] = [AddExample(at.name, line) for line in new]
    if question is None:
        changes = [AddQuestion(at.name, at.title(language), new)]
    told = f"content: Add {len(new)} example question{'s' * (len(new) != 1)} to “{_title(at)}” ({language})."
    return await _done(visit, at, language, changes, told, ("topics_examples_added", len(new)))


async def take_out(visit: Visit) -> web.StreamResponse:
    """Remove the ticked ones."""
    await visit.studio.draft.ready()
    at = item_of(visit)
    language = _language(visit)
    ticked = visit.texts("example")
    if not ticked:
        mistakes = {f"take-{language}": visit.say("topics_mistake_none_ticked")}
        return _again(visit, at, language, mistakes=mistakes)
    question = at.questions.get(language)
    if question and len(ticked) >= len(question.examples):
        mistakes = {f"take-{language}": visit.say("topics_mistake_all_ticked")}
        return _again(visit, at, language, mistakes=mistakes)
    changes: list[Change] = [RemoveExample(at.name, each) for each in ticked]
    told = f"content: Remove {len(ticked)} example question{'s' * (len(ticked) != 1)} of “{_title(at)}” ({language})."
    return await _done(visit, at, language, changes, told, ("topics_examples_removed", len(ticked)))


async def rename_title(visit: Visit) -> web.StreamResponse:
    """Another title in “Did you mean …?”."""
    await visit.studio.draft.ready()
    at = item_of(visit)
    language = _language(visit)
    title = " ".join(visit.text("title").split())[:120]
    if not title:
        return _again(visit, at, language, mistakes={f"title-{language}": visit.say("topics_mistake_title")})
    told = f"content: Call “{_title(at)}” “{title}” ({language})."
    return await _done(visit, at, language, [SetTitle(at.name, title)], told, ("topics_saved", 0))


async def show_one(visit: Visit) -> web.StreamResponse:
    """One example: its words, its labels."""
    await visit.studio.draft.ready()
    at = item_of(visit)
    return _one(visit, at, _asked_language(visit), visit.asked("text"))


async def change_one(visit: Visit) -> web.StreamResponse:
    """Change, mark, unmark or remove it."""
    await visit.studio.draft.ready()
    at = item_of(visit)
    language, written = _language(visit), visit.text("old")
    try:
        change, new, told = _wanted(visit, at, written)
    except EditError as error:
        return _one(visit, at, language, written, status=422, mistakes={_field(visit): visit.retell(error.words)})
    if new is not None and (mistake := _mistake(visit, [new])):
        return _one(visit, at, language, written, status=422, mistakes={_field(visit): mistake})
    message = f"content: {told} an example question of “{_title(at)}” ({language})."
    try:
        await save(visit, questions_path(at.folder, language), visit.text("version"), [change], message)
    except NotSaved as error:
        return _one(visit, at, language, written, status=409, refused=str(error))
    if new is None or visit.text("do") == "reword":
        return visit.back(_anchor(at, language), "topics_saved")
    here = topic_url(at.folder, part_of(at.name), "example", language=language, text=new)
    return visit.back(here, "topics_saved")


def _wanted(visit: Visit, at: Item, written: str) -> tuple[Change, str | None, str]:
    do = visit.text("do")
    if do == "remove":
        return RemoveExample(at.name, written), None, "Remove"
    if do == "mark":
        return _marked(visit, at, written)
    if do.startswith("unmark-") and do[7:].isdigit():
        new = unmarked(written, int(do[7:]))
        return ChangeExample(at.name, written, new), new, "Unmark"
    if do == "raw":
        new = visit.text("raw")
    elif do == "reword":
        new = reworded(written, " ".join(visit.text("said").split()))
    else:
        raise Refusal(404, "not_found")
    return ChangeExample(at.name, written, new), new, "Reword"


def _marked(visit: Visit, at: Item, written: str) -> tuple[Change, str | None, str]:
    free = words(written)
    first, last, label = visit.text("first"), visit.text("last"), visit.text("label")
    if label not in visit.studio.draft.names().labels:
        raise EditError(visit.say("topics_mistake_label"))
    if not (first.isdigit() and last.isdigit() and int(first) <= int(last) < len(free)):
        raise EditError(visit.say("topics_mistake_words"))
    start, end = free[int(first)][0], free[int(last)][1]
    if "[" in written[start:end]:
        raise EditError(visit.say("topics_mistake_words_marked"))
    new = f"{written[:start]}[{written[start:end]}]({label}){written[end:]}"
    return MarkLabel(at.name, written, start, end, label), new, "Label"


def _field(visit: Visit) -> str:
    return {"mark": "label", "raw": "raw"}.get(visit.text("do"), "said")


def _one(visit: Visit, at: Item, language: str, written: str, *, status: int = 200, **more: Any) -> web.Response:
    question = at.questions.get(language)
    there = any(each.written == written for each in question.examples) if question else False
    if not there and status == 200:
        raise Refusal(404, "not_found")
    return visit.page(
        "topics/example.html",
        status=status,
        item=at,
        title=at.title(visit.language),
        address=item_url(at.folder, at.name),
        said_in=language,
        written=written,
        pieces_of=parts(written),
        words=[(number, word) for number, (_, _, word) in enumerate(words(written))],
        labels=visit.studio.draft.names().labels,
        version=visit.text("version") or at.version(questions_path(at.folder, language)),
        **{"refused": "", **more},
    )


async def similar(visit: Visit) -> web.StreamResponse:
    """For the page's script: which of the typed lines stand elsewhere already."""
    await visit.studio.draft.ready()
    lines = [line.strip() for line in visit.text("examples", 4000).split("\n") if line.strip()][-20:]
    found = [(line, near) for line in lines if (near := _elsewhere(visit, line, visit.text("question")))]
    return visit.page("topics/similar.html", asking=found)


def _elsewhere(visit: Visit, line: str, question: str) -> list[Alike]:
    return [each for each in visit.studio.draft.alike(line, question) if each.question != question]


def _mistake(visit: Visit, lines: list[str]) -> str:
    if not lines:
        return visit.say("topics_mistake_no_examples")
    if any(len(line) > _LONGEST for line in lines):
        return visit.say("topics_mistake_long_example", most=_LONGEST)
    if any(not is_sound(line) for line in lines):
        return visit.say("topics_mistake_brackets")
    return ""


def _language(visit: Visit) -> str:
    language = visit.text("language")
    if language not in visit.studio.draft.languages:
        raise Refusal(404, "not_found")
    return language


def _asked_language(visit: Visit) -> str:
    language = visit.asked("language")
    if language not in visit.studio.draft.languages:
        raise Refusal(404, "not_found")
    return language


def _again(visit: Visit, at: Item, language: str, **more: Any) -> web.Response:
    typed = {"adding": {language: visit.text("examples")}}
    return item.page(visit, at, status=422, asking_language=language, **{**typed, **more})


async def _done(
    visit: Visit, at: Item, language: str, changes: list[Change], message: str, told: tuple[str, int]
) -> web.StreamResponse:
    try:
        outcome: Outcome = await save(
            visit, questions_path(at.folder, language), visit.text("version"), changes, message
        )
    except NotSaved as error:
        return item.page(visit, at, status=409, adding={language: visit.text("examples")}, refused=str(error))
    if not outcome.saved:  # titles: somebody else has just given another one
        typed = {language: visit.text("title")}
        return item.page(visit, item_of(visit), status=409, refused=visit.say("topics_title_clash"), titles=typed)
    return visit.back(_anchor(at, language), told[0], count=told[1])


def _anchor(at: Item, language: str) -> str:
    return f"{item_url(at.folder, at.name)}#examples-{language}"


def _title(at: Item) -> str:
    return at.title("en")
