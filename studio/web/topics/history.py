"""What was changed in a topic, by whom, in words; and bringing an earlier version back."""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from aiohttp import web

from studio.content.draft import TOPICS, Topic
from studio.content.past import Revision
from studio.content.saving import Wanted
from studio.content.summaries import label_of
from studio.publishing.differences import Difference, difference
from studio.web.publishing.shown import arranged, language_namer
from studio.web.refusals import Refusal
from studio.web.topics.addresses import topic_url
from studio.web.topics.saving import NotSaved, save_texts
from studio.web.visit import Visit


async def show(visit: Visit) -> web.StreamResponse:
    """All changes, the latest first."""
    topic = visit.studio.draft.topic(visit.part("folder"))
    revisions = await asyncio.to_thread(visit.studio.draft.history, topic.folder)
    return visit.page("topics/history.html", **_about(topic), revisions=revisions)


async def show_one(visit: Visit) -> web.StreamResponse:
    """What one change did, and what bringing its state back would change now."""
    topic, revision, before = await _found(visit)
    draft = visit.studio.draft
    folder = f"{TOPICS}/{topic.folder}"
    then = await asyncio.to_thread(draft.past.files, revision.commit, folder)
    earlier = await asyncio.to_thread(draft.past.files, before.commit, folder) if before else {}
    now = _files(draft.root, folder)
    return visit.page(
        "topics/revision.html",
        **_about(topic),
        revision=revision,
        changed=arranged(await asyncio.to_thread(_differences, earlier, then), 1, visit)[0],
        back=arranged(await asyncio.to_thread(_differences, now, then), 1, visit)[0],
        language_name=language_namer(visit),
    )


async def bring_back(visit: Visit) -> web.StreamResponse:
    """The topic's files as that change left them; a change like any other, which can be undone in the same way."""
    topic, revision, _ = await _found(visit)
    draft = visit.studio.draft
    folder = f"{TOPICS}/{topic.folder}"
    then = await asyncio.to_thread(draft.past.files, revision.commit, folder)
    wanted = {
        path: Wanted(draft.saver.seen(path).version, then[path].decode() if path in then else None)
        for path in sorted({*then, *_files(draft.root, folder)})
    }
    changed = {path: each for path, each in wanted.items() if each.text != draft.saver.seen(path).text}
    if not changed:
        return visit.back(topic_url(topic.folder, "history"), "topics_nothing_changed")
    try:
        await save_texts(visit, changed, f"content: Bring back {topic.folder} as of {revision.at:%Y-%m-%d}.")
    except NotSaved as error:
        return visit.back(topic_url(topic.folder, "history"), "topics_not_saved", why=str(error))
    return visit.back(topic_url(topic.folder), "topics_brought_back")


async def _found(visit: Visit) -> tuple[Topic, Revision, Revision | None]:
    """The change that the address names, and the one before it."""
    topic = visit.studio.draft.topic(visit.part("folder"))
    revisions = await asyncio.to_thread(visit.studio.draft.history, topic.folder, 500)
    for number, each in enumerate(revisions):
        if each.commit == visit.part("commit"):
            return topic, each, revisions[number + 1] if number + 1 < len(revisions) else None
    raise Refusal(404, "not_found")


def _differences(old: dict[str, bytes], new: dict[str, bytes]) -> Difference:
    with tempfile.TemporaryDirectory() as place:
        for name, files in (("old", old), ("new", new)):
            for path, content in files.items():
                file = Path(place) / name / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
        changed = sorted(path for path in {*old, *new} if old.get(path) != new.get(path))
        return difference(Path(place) / "old", Path(place) / "new", changed)


def _files(root: Path, folder: str) -> dict[str, bytes]:
    found = sorted((root / folder).glob("*.y*ml"))
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in found}


def _about(topic: Topic) -> dict[str, Any]:
    label = label_of(topic.folder)
    return {"topic": topic, "label": label, "address": topic_url(topic.folder)}
