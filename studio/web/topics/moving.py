"""Another name for a topic or question, and taking one out with what leads to it."""

from typing import Any

from aiohttp import web

from studio.content.draft import TOPICS, Topic
from studio.content.editing import EditError
from studio.content.naming import rename
from studio.content.project import Project
from studio.content.removing import Removal, removal
from studio.content.saving import Wanted
from studio.content.starting import check_name
from studio.content.summaries import label_of
from studio.publishing.switch import switched_off
from studio.web.publishing.called import Called
from studio.web.refusals import Refusal
from studio.web.topics.addresses import item_url, name_of, topic_url
from studio.web.topics.places import Item, find_item
from studio.web.topics.saving import NotSaved, save_texts
from studio.web.visit import Visit


async def show_rename(visit: Visit) -> web.StreamResponse:
    """The form with the present name."""
    await visit.studio.draft.ready()
    return _rename_page(visit, *_found(visit))


async def do_rename(visit: Visit) -> web.StreamResponse:
    """The new name, everywhere."""
    await visit.studio.draft.ready()
    topic, item = _found(visit)
    new = visit.text("name", 80)
    try:
        if item is None:
            return await _rename_topic(visit, topic, new)
        full = f"{item.name.rpartition('/')[0]}/{new}".lstrip("/")
        return await _rename_item(visit, item, full)
    except (EditError, NotSaved) as error:
        return _rename_page(visit, topic, item, status=422, mistakes={"name": visit.retell(str(error))})


async def _rename_topic(visit: Visit, topic: Topic, new: str) -> web.StreamResponse:
    draft = visit.studio.draft
    check_name(draft.root, new)
    if any(each.name == topic.folder for each in switched_off(visit.studio.place)):
        raise NotSaved(visit.say("topics_mistake_off"))
    texts: dict[str, Wanted] = {}
    for source in topic.project.sources:
        name = source.path.rsplit("/", 1)[-1]
        before = draft.saver.seen(source.path)
        target = f"{TOPICS}/{new}/{name}"
        texts[source.path] = Wanted(before.version, None)
        texts[target] = Wanted(draft.saver.seen(target).version, before.text)
    await save_texts(visit, texts, f"content: Rename the topic {topic.folder} to {new}.")
    return visit.back(topic_url(new), "topics_renamed")


async def _rename_item(visit: Visit, item: Item, new: str) -> web.StreamResponse:
    draft = visit.studio.draft
    texts = rename(draft.mentioning(item.name, new), item.name, new)
    wanted = {path: Wanted(draft.saver.seen(path).version, text) for path, text in texts.items()}
    await save_texts(visit, wanted, f"content: Rename {item.name} to {new}.")
    return visit.back(item_url(item.folder, new), "topics_renamed")


async def show_remove(visit: Visit) -> web.StreamResponse:
    """What would go, and what leads to it."""
    await visit.studio.draft.ready()
    return _remove_page(visit, *_found(visit))


async def do_remove(visit: Visit) -> web.StreamResponse:
    """Take it out, if nothing needs it any more."""
    await visit.studio.draft.ready()
    topic, item = _found(visit)
    found = _removal(visit, topic, item)
    if found.needs:
        return _remove_page(visit, topic, item, status=409)
    if found.links and visit.text("links") != "yes":
        mistakes = {"links": visit.say("topics_mistake_links", count=len(found.links))}
        return _remove_page(visit, topic, item, status=422, mistakes=mistakes)
    draft = visit.studio.draft
    wanted = {path: Wanted(draft.saver.seen(path).version, text) for path, text in found.texts.items()}
    try:
        await save_texts(visit, wanted, f"content: Remove {_named(visit, topic, item)}.")
    except NotSaved as error:
        return _remove_page(visit, topic, item, status=409, refused=visit.retell(str(error)))
    still = (draft.root / TOPICS / topic.folder).is_dir()
    return visit.back(topic_url(topic.folder) if item and still else "/topics", "topics_removed")


def _found(visit: Visit) -> tuple[Topic, Item | None]:
    topic = visit.studio.draft.topic(visit.part("folder"))
    part = visit.request.match_info.get("item")
    if part is None:
        return topic, None
    item = find_item(topic, name_of(part))
    if item is None:
        raise Refusal(404, "not_found")
    return topic, item


def _named(visit: Visit, topic: Topic, item: Item | None) -> str:
    return f"“{item.title(visit.language)}”" if item else f"the topic {topic.folder}"


def _removal(visit: Visit, topic: Topic, item: Item | None) -> Removal:
    names = _names(topic.project) if item is None else {item.name}
    return removal(visit.studio.draft.mentioning(*names), names, topic.folder if item is None else None)


def _names(project: Project) -> set[str]:
    answers = {each.name.removeprefix("utter_") for each in project.answers}
    return {each.name for each in project.questions} | answers


def _rename_page(visit: Visit, topic: Topic, item: Item | None, *, status: int = 200, **more: Any) -> web.Response:
    return visit.page("topics/rename.html", status=status, **_about(visit, topic, item), **more)


def _remove_page(visit: Visit, topic: Topic, item: Item | None, *, status: int = 200, **more: Any) -> web.Response:
    found = _removal(visit, topic, item)
    links = [(each, item_url(each.place.path.split("/")[2], each.answer)) for each in found.links]
    shown = {"found": found, "links": links, "refused": "", "called": Called(visit), **more}
    return visit.page("topics/remove.html", status=status, **_about(visit, topic, item), **shown)


def _about(visit: Visit, topic: Topic, item: Item | None) -> dict[str, Any]:
    name = item.name if item else topic.folder
    return {
        "topic": topic,
        "item": item,
        "name": name.rpartition("/")[2] if item else name,
        "title": item.title(visit.language) if item else label_of(topic.folder),
        "address": item_url(topic.folder, name) if item else topic_url(topic.folder),
        "uses": len(visit.studio.draft.uses(name)) if item else 0,
    }
