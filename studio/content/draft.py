"""The draft: the working tree's content as the studio's pages need it, quick with a thousand topics."""

import asyncio
import os
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import AssistantError
from studio.content.background import BackgroundCheck, Findings
from studio.content.editing.changing import Change
from studio.content.likeness import Alike, Likeness
from studio.content.names import Names, names_of
from studio.content.naming import Use, uses
from studio.content.past import Past, Revision
from studio.content.project import Project
from studio.content.reading import joined, read_files
from studio.content.saving import Outcome, Saver, Wanted
from studio.content.stamps import Stamp, stamp_of, texts_in
from studio.content.summaries import TopicSummary, summarise
from studio.publishing.git import Author

TOPICS = "data/topics"
_FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_MOMENT = 1.0  # seconds
_KEPT = 32  # topics whose files are kept as trees


class NoSuchTopic(AssistantError):
    """The folder is none of the draft's."""

    def __init__(self, folder: str) -> None:
        super().__init__(f"There is no topic “{folder}”. It may have been renamed or removed.")


@dataclass(frozen=True)
class Topic:
    """One topic's files, read in full."""

    folder: str
    project: Project
    versions: Mapping[str, str]
    """Of each file, as a form carries it."""


class Draft:
    """Reads each topic once, and again when its files have changed; saves with the person's name."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.saver = Saver(root)
        self.past = Past(root)
        self._check = BackgroundCheck(root)
        self._reading = threading.Lock()
        self._keeping = threading.Lock()
        self._summaries: dict[str, tuple[Stamp, TopicSummary]] = {}
        self._topics: OrderedDict[str, tuple[Stamp, Project]] = OrderedDict()
        self._rest: tuple[Stamp, Project] | None = None
        self._differing: dict[str, tuple[Stamp, Path, bool]] = {}
        self._looked: _Look | None = None
        self._is_read = False
        self._names: tuple[object, Names] | None = None
        self._likeness: tuple[object, Likeness] | None = None

    @property
    def is_ready(self) -> bool:
        """Whether the first reading is over; until then pages that can do without topics do."""
        return self._is_read

    async def ready(self) -> None:
        """The topics are read; only the first time this takes more than a moment."""
        if not self._is_read:
            await asyncio.to_thread(self.topics)

    def close(self) -> None:
        """Stop what runs beside."""
        self._check.close()

    def topics(self) -> list[TopicSummary]:
        """All topics, by name; what has changed is read again."""
        with self._reading:
            base = str(self.root / TOPICS)
            now = {name: stamp_of(f"{base}/{name}") for name in self._folders()}
            for name in self._summaries.keys() - now.keys():
                del self._summaries[name]
            for name, stamp in now.items():
                known = self._summaries.get(name)
                if known is None or known[0] != stamp:
                    self._summaries[name] = (stamp, summarise(name, self._read(name)))
            found = [self._summaries[name][1] for name in now]
            others = tuple(stamp_of(self.root / part) for part in ("", "data", "data/words"))
            self._is_read = True
            self._looked = _Look(time.monotonic(), found, now, hash((*now.values(), *others)))
            return found

    def topic(self, folder: str) -> Topic:
        """One topic. Raises NoSuchTopic."""
        if not _FOLDER.fullmatch(folder) or not (self.root / TOPICS / folder).is_dir():
            raise NoSuchTopic(folder)
        files = sorted((self.root / TOPICS / folder).glob("*.y*ml"))
        versions = {}
        for file in files:
            path = file.relative_to(self.root).as_posix()
            versions[path] = self.saver.seen(path).version
        return Topic(folder, self._project(folder), versions)

    def _project(self, folder: str) -> Project:
        """The files of one topic as trees; some are kept."""
        stamp = stamp_of(self.root / TOPICS / folder)
        with self._keeping:
            known = self._topics.get(folder)
            project = known[1] if known and known[0] == stamp else self._read(folder)
            self._topics[folder] = (stamp, project)
            self._topics.move_to_end(folder)
            while len(self._topics) > _KEPT:
                self._topics.popitem(last=False)
        return project

    def names(self) -> Names:
        """What there is to choose from."""
        topics = self._look().topics
        mark = tuple(map(id, topics))
        if self._names is None or self._names[0] != mark:
            self._names = (mark, names_of(topics, self._others()))
        return self._names[1]

    @property
    def city(self) -> Mapping[str, Any]:
        """The city profile."""
        return self._others().city

    @property
    def languages(self) -> list[str]:
        """The languages of the assistant; the first is the default."""
        return self._others().languages or ["en"]

    def findings(self, folder: str | None = None) -> Findings:
        """What the whole check said of all or of one topic; it runs again beside the pages when files have changed."""
        found = self._check.findings(self._look().state)
        if folder is None:
            return found
        begin = f"{TOPICS}/{folder}/"
        return Findings(tuple(each for each in found.items if each.place.path.startswith(begin)), found.fresh)

    def alike(self, text: str, question: str) -> list[Alike]:
        """Examples of other questions that are the same or nearly so, and the same one of this question."""
        topics = self._look().topics
        mark = tuple(map(id, topics))
        if self._likeness is None or self._likeness[0] != mark:
            self._likeness = (mark, Likeness(topics))
        return self._likeness[1].of(text, question)

    def uses(self, name: str) -> list[Use]:
        """Every place that names it; only folders that mention it are read."""
        return uses(self.mentioning(name), name)

    def mentioning(self, *names: str) -> Project:
        """The files that may name one of these, and the shared ones."""
        wanted = {each for name in names for each in (name, f"utter_{name}", f"utter_ask_{name}")}
        folders = [each.folder for each in self._look().topics if each.mentions & wanted]
        return joined(self.root, [self._others(), *(self._project(folder) for folder in folders)])

    def differing(self, live: Path) -> set[str]:
        """The topics whose files are not the same in that folder; each is compared again only when it has changed."""
        found = set()
        for name, stamp in self._look().stamps.items():
            known = self._differing.get(name)
            if known is None or known[:2] != (stamp, live):
                known = (stamp, live, texts_in(self.root / TOPICS / name) != texts_in(live / TOPICS / name))
                self._differing[name] = known
            if known[2]:
                found.add(name)
        return found

    def base(self, path: str, version: str) -> str | None:
        """The text that a form was made from, if it is still known."""
        return self.saver.base(path, version)

    def save(self, path: str, version: str, changes: Sequence[Change], by: Author, message: str) -> Outcome:
        """Make the changes; what somebody else has changed meanwhile stays, or both are shown where they clash."""
        try:
            return self.saver.save(path, version, changes, by, message)
        finally:
            self._looked = None

    def save_texts(self, texts: Mapping[str, Wanted], by: Author, message: str) -> Outcome:
        """Several files in one commit."""
        try:
            return self.saver.save_texts(texts, by, message)
        finally:
            self._looked = None

    def history(self, folder: str, limit: int = 50) -> list[Revision]:
        """Who changed the topic and when, the latest first."""
        return self.past.of(f"{TOPICS}/{folder}", limit)

    def _look(self) -> "_Look":
        """What the topics were a moment ago: one page asks many times."""
        if self._looked is None or time.monotonic() - self._looked.at > _MOMENT:
            self.topics()
        assert self._looked is not None
        return self._looked

    def _folders(self) -> list[str]:
        try:
            with os.scandir(self.root / TOPICS) as entries:
                return sorted(each.name for each in entries if _FOLDER.fullmatch(each.name) and each.is_dir())
        except FileNotFoundError:
            return []

    def _read(self, folder: str) -> Project:
        return read_files(self.root, sorted((self.root / TOPICS / folder).glob("*.y*ml")))

    def _shared(self) -> list[Path]:
        names = ("city.yml", "domain.yml")
        return [path for name in names if (path := self.root / name).is_file()]

    def _others(self) -> Project:
        """The city profile and the domain."""
        files = self._shared()
        stamp = tuple((str(file), (stat := file.stat()).st_mtime_ns, stat.st_size) for file in files)
        if self._rest is None or self._rest[0] != stamp:
            self._rest = (stamp, read_files(self.root, files))
        return self._rest[1]


@dataclass(frozen=True)
class _Look:
    """The topics at one moment; `state` stands for all files as they were."""

    at: float
    topics: list[TopicSummary]
    stamps: Mapping[str, Stamp]
    state: int
