"""Every path, rule and form of the draft, read once and again when its file has changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from studio.content.checks.examples import plain
from studio.content.draft import TOPICS, Draft, NoSuchTopic
from studio.content.project import Form, Project, Track
from studio.content.reading import read_files
from studio.web.paths.addresses import key_of
from studio.web.paths.naming import plain_name
from studio.web.refusals import Refusal

FILES = ("rules.yml", "stories.yml", "forms.yml")
_KEPT = 4096


@dataclass(frozen=True)
class Written:
    """One of them: its topic's folder, its file, and what stands there."""

    folder: str
    kind: str
    name: str
    path: str
    track: Track | None = None
    form: Form | None = None

    @property
    def title(self) -> str:
        """What people call it."""
        return plain_name(self.name) if self.form else self.name

    @property
    def key(self) -> str:
        """In its address."""
        return key_of(self.name)

    @property
    def size(self) -> int:
        """Its steps, or the blanks that it asks for."""
        return len(self.track.steps) if self.track else len(self.form.asks) if self.form else 0

    @property
    def mentions(self) -> frozenset[str]:
        """Every name in it."""
        node = self.track.node if self.track else self.form.node if self.form else None
        if node is None:
            return frozenset()
        keys = {key.text for part in node.walk() for key, _ in part.pairs}
        return frozenset(keys | {part.text for part in node.walk() if part.kind == "scalar"} | {self.name})


def everything(draft: Draft, folder: str | None = None) -> list[Written]:
    """In the order of topics and files."""
    topics = draft.root / TOPICS
    if folder is not None:
        draft.topic(folder)  # refuses what is no folder of topics
        return list(_of(draft.root, topics / folder))
    folders = sorted(topics.iterdir()) if topics.is_dir() else []
    return [each for one in folders if one.is_dir() for each in _of(draft.root, one)]


def find(draft: Draft, folder: str, kind: str, key: str) -> Written:
    """One of them. Raises Refusal 404."""
    try:
        found = everything(draft, folder)
    except NoSuchTopic:
        found = []
    for each in found:
        if each.kind == kind and each.key == key:
            return each
    raise Refusal(404, "path_gone")


def search(found: list[Written], words: str) -> list[Written]:
    """Those that have all these words in their name, their topic or what they mention."""
    wanted = plain(words).split()
    return [each for each in found if all(word in _text(each) for word in wanted)]


def _text(one: Written) -> str:
    names = " ".join((one.name, one.title, one.folder, *sorted(one.mentions)))
    return plain(names.replace("_", " ").replace("/", " "))


def _of(root: Path, folder: Path) -> Iterator[Written]:
    for name in FILES:
        file = folder / name
        try:
            stat = file.stat()
        except FileNotFoundError:
            continue
        project = _read(root, file, stat.st_mtime_ns, stat.st_size)
        path = file.relative_to(root).as_posix()
        for track in project.paths:
            if track.name:
                kind = "rules" if track.kind == "rule" else "stories"
                yield Written(folder.name, kind, track.name, path, track)
        for form in project.forms:
            yield Written(folder.name, "forms", form.name, path, form=form)


@lru_cache(maxsize=_KEPT)
def _read(root: Path, file: Path, _changed: int, _size: int) -> Project:
    return read_files(root, [file])
