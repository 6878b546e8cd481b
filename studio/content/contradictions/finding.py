"""Tells people which rules and paths do not go together, with both places."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from studio.content.contradictions.branches import Block, conversations
from studio.content.contradictions.checking import Told, contradictions, incomplete, too_long
from studio.content.contradictions.conflicts import conflicts
from studio.content.contradictions.dialogue import Domain
from studio.content.contradictions.domain import domain_of, policies_of
from studio.content.contradictions.reading import blocks
from studio.content.contradictions.wording import against, conflicting, leaves_out, too_many_messages
from studio.content.finding import Finding, Place
from studio.content.project import Project
from studio.content.source import Node, Source, read_source

_DOMAIN = ("slots", "forms", "intents", "entities", "config")
_TRACKS = ("rules", "stories")
_OUR_FILES = ("rules.yml", "stories.yml", "forms.yml")


def find_contradictions(project: Project) -> list[Finding]:
    """Everything that Rasa would refuse at the end of a training; paths that conflict, too."""
    return _find(project.root, project.sources, project.ours)


def find_in(root: Path) -> list[Finding]:
    """The same for a folder, reading no more files than needed."""
    ours = (root / "data" / "topics").is_dir()
    domain = root / "domain.yml"
    folders = [path for name in ("data", "domain") for path in sorted((root / name).rglob("*.yml"))]
    files = [path for path in folders if not ours or path.name in _OUR_FILES]
    files = [path for path in files if ours or _has_parts(path)]
    if domain.is_file():
        files.insert(0, domain)
    return _find(root, [read_source(path, path.relative_to(root).as_posix()) for path in files], ours)


def _has_parts(path: Path) -> bool:
    try:
        text = path.read_bytes()
    except OSError:
        return False
    return any(f"{name}:".encode() in text for name in (*_DOMAIN, *_TRACKS))


def _find(root: Path, sources: Iterable[Source], ours: bool) -> list[Finding]:
    parts = [(source, source.root) for source in sources if source.root and source.root.kind == "map"]
    parts = [(source, node) for source, node in parts if _counts(source)]
    domain = domain_of((_named_parts(node) for _, node in parts), unlisted_hear_labels=not ours)
    written = [block for _, node in parts for block in _blocks(node, domain)]
    ways = conversations(written, domain)
    policies = policies_of(_config(root))
    found: list[Finding] = []
    if policies.rules:
        if policies.restrict_rules:
            found += [too_many_messages(each) for each in too_long(ways)]
        if policies.check_contradictions:
            found += [leaves_out(each) for each in incomplete(ways, domain)]
            found += _once(against(each.told, each.others) for each in contradictions(ways, domain, policies))
    found += [conflicting(each.told, each.after) for each in conflicts(ways, domain, policies.max_history)]
    return sorted(dict.fromkeys(found), key=lambda each: (each.place, each.code))


def _once(pairs: Iterable[tuple[Told, Told, Finding]]) -> Iterator[Finding]:
    """Two rules that contradict each other are one thing to mend."""
    seen: set[frozenset[Place | None]] = set()
    for one, other, finding in pairs:
        places = frozenset((one.at, other.at))
        if places not in seen:
            seen.add(places)
            yield finding


def _counts(source: Source) -> bool:
    """Conversations that only test are no part of what is learned."""
    name = Path(source.path)
    return not name.name.startswith("test_") and name.parts[0] != "tests" and name.name != "tests.yml"


def _named_parts(node: Node) -> Mapping[str, Any]:
    return {key.text: value.data() for key, value in node.pairs if key.text in _DOMAIN}


def _blocks(node: Node, domain: Domain) -> Iterator[Block]:
    data = {key.text: value.data() for key, value in node.pairs if key.text in _TRACKS}
    if data:
        yield from blocks(data, lambda keys: _place(node, keys), domain)


def _place(node: Node, keys: tuple[str | int, ...]) -> Place:
    found: Node = node
    for key in keys:
        inner = found.items[key] if isinstance(key, int) else found.get(key)
        if inner is None:
            break
        found = inner
    return found.place


def _config(root: Path) -> Any:
    path = root / "config.yml"
    source = read_source(path, "config.yml") if path.is_file() else None
    return source.root.data() if source and source.root else None
