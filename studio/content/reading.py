"""Reads a project's files: folders of topics, or an ordinary Rasa project."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from studio.content.examples import examples_in
from studio.content.keys import section
from studio.content.project import (
    Answer,
    Button,
    Conversation,
    Form,
    Named,
    Project,
    Question,
    Slot,
    Step,
    Track,
    Variation,
)
from studio.content.source import Node, Source, read_source, source_of

STEP_KINDS = ("intent", "user", "action", "bot", "slot_was_set", "active_loop", "checkpoint", "or")
OTHER = ("emergency.yml", "holdout.yml", "notices.yml", "optout.yml", "shortcuts.yml")  # ours, each a format of its own
_HIDDEN = re.compile(r"(^|/)(\.|models/|node_modules/|results/|var/|nlu/\.venv)")


def read_project(root: Path) -> Project:
    """Read everything that is content; a file that cannot be read does not stop the rest."""
    project = read_files(root, _files(root))
    project.code_names = _code_names(root)
    return project


def read_files(root: Path, files: Iterable[Path]) -> Project:
    """Read some of a project's files only: what stands in others is not known then."""
    project = Project(root, (root / "data" / "topics").is_dir())
    for path in files:
        name = path.relative_to(root).as_posix()
        source = read_source(path, name)
        project.sources.append(source)
        if source.root is not None:
            _take(project, source)
    return project


def take_text(text: str, path: str) -> Project:
    """What stands in the text of one file of topics."""
    project = Project(Path(), True)
    source = source_of(text.encode(), path)
    project.sources.append(source)
    if source.root is not None:
        _take(project, source)
    return project


def _files(root: Path) -> Iterator[Path]:
    yield from (path for name in ("domain.yml", "city.yml", "config.yml") if (path := root / name).is_file())
    for folder in ("domain", "data", "tests"):
        if folder == "tests" and (root / "data" / "topics").is_dir():
            continue
        for path in sorted((*(root / folder).rglob("*.yml"), *(root / folder).rglob("*.yaml"))):
            if path.is_file() and not _HIDDEN.search(path.relative_to(root).as_posix()):
                yield path


def _take(project: Project, source: Source) -> None:
    root, name = source.root, source.path
    assert root is not None
    if name == "city.yml":
        data = root.data()
        project.city = data if isinstance(data, Mapping) else {}
    elif name == "config.yml" or name.endswith(OTHER) or name.startswith("data/words/"):
        return
    elif project.ours and name.endswith("/tests.yml"):
        project.conversations += [each for item in root.items if (each := _conversation(item))]
    else:
        _take_parts(project, source, root)


def _take_parts(project: Project, source: Source, root: Node) -> None:
    parts = section(root, "file")
    is_test = source.path.startswith("tests/") or "test_" in source.path.rsplit("/", 1)[-1]
    language = _language(project, source)
    for item in _items(parts, "nlu"):
        question = _question(item, language)
        if question:
            project.questions.append(question)
    for kind, part in (("story", "stories"), ("rule", "rules")):
        project.paths += [_track(item, kind, is_test) for item in _items(parts, part) if item.kind == "map"]
    project.answers += [_answer(key, value) for key, value in _pairs(parts, "responses")]
    project.forms += [_form(key, value) for key, value in _pairs(parts, "forms")]
    project.slots += [_slot(key, value) for key, value in _pairs(parts, "slots")]
    project.intents += [each for item in _items(parts, "intents") if (each := _named(item))]
    project.labels += [each for item in _items(parts, "entities") if (each := _named(item))]
    project.actions += [each for item in _items(parts, "actions") if (each := _named(item))]


def _language(project: Project, source: Source) -> str:
    parts = source.path.rsplit("/", 1)[-1].split(".")
    return parts[1] if project.ours and len(parts) == 3 else ""


def _items(parts: Mapping[str, Node], name: str) -> list[Node]:
    return parts[name].items if name in parts else []


def _pairs(parts: Mapping[str, Node], name: str) -> list[tuple[Node, Node]]:
    return parts[name].pairs if name in parts else []


def _named(item: Node) -> Named | None:
    """A name of a list, where it may carry settings: `- city: {roles: [from, to]}`."""
    node = item.pairs[0][0] if item.pairs else item
    return Named(node.text, node.place, item) if node.text else None


def _question(item: Node, language: str) -> Question | None:
    parts = section(item, "topic")
    name = parts.get("intent")
    if name is None or not name.text:
        return None
    metadata = parts.get("metadata")
    title = metadata.get("title") if metadata else None
    written = parts.get("examples")
    examples, how = examples_in(written)
    return Question(name.text, title.text if title else "", language, examples, name.place, how, item)


def _track(item: Node, kind: str, is_test: bool) -> Track:
    parts = section(item, kind)
    name = parts.get(kind)
    steps, conditions = parts.get("steps"), parts.get("condition")
    return Track(
        kind,
        name.text if name else "",
        tuple(_step(each) for each in (steps.items if steps else ())),
        tuple(_step(each) for each in (conditions.items if conditions else ())),
        (name or item).place,
        bool(steps and steps.items),
        is_test,
        item,
    )


def _step(item: Node) -> Step:
    parts = section(item, "step")
    kind = next((each for each in STEP_KINDS if each in parts), "unknown")
    named = parts.get(kind)
    return Step(kind, named.text if named else "", (named or item).place, item)


def _answer(key: Node, value: Node) -> Answer:
    return Answer(key.text, tuple(_variation(item) for item in value.items), key.place, value)


def _variation(item: Node) -> Variation:
    parts = section(item, "variation")
    metadata, text = parts.get("metadata"), parts.get("text")
    known = metadata.data() if metadata and metadata.kind == "map" else {}
    conditions = parts["condition"].data() if "condition" in parts else []
    channel = parts.get("channel")
    return Variation(
        str(known.get("language") or ""),
        channel.text if channel else "",
        text.text if text else (item.text if item.kind == "scalar" else ""),
        text if text else (item if item.kind == "scalar" else None),
        tuple(_button(each) for each in _items(parts, "buttons")),
        tuple(each for each in conditions if isinstance(each, Mapping)) if isinstance(conditions, list) else (),
        known,
        item.place,
        item,
    )


def _button(item: Node) -> Button:
    parts = section(item, "button")
    title, payload = parts.get("title"), parts.get("payload")
    return Button(title.text if title else "", payload.text if payload else "", (payload or item).place, item)


def _form(key: Node, value: Node) -> Form:
    asked = section(value, "form").get("required_slots")
    nodes = [node for node, _ in asked.pairs] if asked and asked.kind == "map" else (asked.items if asked else [])
    return Form(key.text, tuple(Named(each.text, each.place, each) for each in nodes if each.text), key.place, value)


def _slot(key: Node, value: Node) -> Slot:
    parts = section(value, "slot")
    kind, initial = parts.get("type"), parts.get("initial_value")
    return Slot(key.text, kind.text if kind else "", initial.data() if initial else None, key.place, value)


def _conversation(item: Node) -> Conversation | None:
    name, steps = item.get("name"), item.get("steps")
    if name is None:
        return None
    language = item.get("language")
    turns = tuple(turn for step in (steps.items if steps else ()) if (turn := _turn(step)))
    return Conversation(name.text, language.text if language else "", turns, name.place, item)


def _turn(step: Node) -> tuple[Named, tuple[Named, ...]] | None:
    said = step.get("user") or step.get("press")
    if said is None:
        return None
    answer = step.get("answer")
    expected = (answer.items or [answer]) if answer else []
    return Named(said.text, said.place, said), tuple(Named(each.text, each.place, each) for each in expected)


def _code_names(root: Path) -> frozenset[str]:
    """Names that the actions' code may hand to an answer: arguments and keys."""
    names: set[str] = set()
    for path in (*(root / "actions").rglob("*.py"), *root.glob("actions.py")):
        text = path.read_text("utf-8", "replace")
        names.update(re.findall(r"\b(\w+)=", text), re.findall(r"[\"'](\w+)[\"']\s*:", text))
    return frozenset(names)


_PARTS = ("sources", "questions", "answers", "paths", "forms", "slots", "intents", "labels", "actions", "conversations")


def joined(root: Path, projects: Iterable[Project]) -> Project:
    """What stands in any of these."""
    whole = Project(root, True)
    for project in projects:
        whole.city = whole.city or project.city
        for part in _PARTS:
            getattr(whole, part).extend(getattr(project, part))
    return whole
