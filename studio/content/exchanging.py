"""Every text in a table for translators, and back into the files."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from studio.content.editing import EditError, read, rewrite
from studio.content.editing.tree import parse
from studio.content.project import Project

_BLANK = re.compile(r"\{([^{}]*)\}")
_FIRST = ("key", "where", "channel")
_LAST = "as exported"


@dataclass(frozen=True)
class Text:
    """One text: its row and language, and where it stands in which file's data."""

    key: str
    where: str
    channel: str
    language: str
    words: str
    path: str
    steps: tuple[Any, ...]


@dataclass
class Imported:
    """The new text of each changed file, and what could not be taken, in words."""

    texts: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def table_of(project: Project) -> list[list[str]]:
    """A row of names, then one row for each text with a column for each language."""
    rows: dict[str, dict[str, Text]] = {}
    for text in texts_of(project):
        rows.setdefault(text.key, {})[text.language] = text
    languages = list(dict.fromkeys([*project.languages, *(name for row in rows.values() for name in row)]))
    table = [[*_FIRST, *languages, _LAST]]
    for key, row in rows.items():
        one = next(iter(row.values()))
        words = [row[name].words if name in row else "" for name in languages]
        marks = " ".join(f"{name}:{_mark(row[name].words)}" for name in row)
        table.append([key, one.where, one.channel, *words, marks])
    return table


def texts_of(project: Project) -> Iterator[Text]:
    """The texts of answers, the titles of their buttons, and the titles of questions."""
    usual = next(iter(project.languages), "text")
    for source in project.sources:
        if source.root is None or source.slips:
            continue
        data = source.root.data()
        if isinstance(data, dict):
            yield from _answers(source.path, data.get("responses"), usual)
            yield from _titles(source.path, data.get("nlu"), usual)


def _answers(path: str, answers: Any, usual: str) -> Iterator[Text]:
    for name, variations in (answers if isinstance(answers, dict) else {}).items():
        seen: dict[tuple[str, str], int] = {}
        for at, each in enumerate(variations if isinstance(variations, list) else []):
            if not isinstance(each, dict):
                continue
            language, channel = (
                str((each.get("metadata") or {}).get("language") or usual),
                str(each.get("channel") or ""),
            )
            number = seen[language, channel] = seen.get((language, channel), 0) + 1
            key, steps = f"{path}|{name}|{channel}|{number}", ("responses", name, at)
            if each.get("text") is not None:
                yield Text(f"{key}|text", name, channel, language, str(each["text"]), path, (*steps, "text"))
            for nth, button in enumerate(each.get("buttons") or []):
                if isinstance(button, dict) and button.get("title") is not None:
                    place = (*steps, "buttons", nth, "title")
                    where = f"{name}, button {nth + 1}"
                    yield Text(f"{key}|button {nth + 1}", where, channel, language, str(button["title"]), path, place)


def _titles(path: str, questions: Any, usual: str) -> Iterator[Text]:
    parts = path.rsplit("/", 1)[-1].split(".")
    language, folder = (parts[1] if len(parts) == 3 else usual), path.rpartition("/")[0]
    for at, each in enumerate(questions if isinstance(questions, list) else []):
        metadata = each.get("metadata") if isinstance(each, dict) else None
        if isinstance(metadata, dict) and metadata.get("title") is not None:
            key, where = f"{folder}|{each.get('intent')}|title", f"{each.get('intent')}, title"
            yield Text(key, where, "", language, str(metadata["title"]), path, ("nlu", at, "metadata", "title"))


def take(project: Project, table: list[list[str]]) -> Imported:
    """What the table changes. A text changed here since the export stays as it is and is reported."""
    head = table[0] if table else []
    if "key" not in head or _LAST not in head:
        raise ValueError(f"The table needs the columns “key” and “{_LAST}” of the export.")
    known = {(text.key, text.language): text for text in texts_of(project)}
    keys = {key for key, _ in known}
    told, wanted = Imported(), dict[str, list[tuple[Text, str]]]()
    for number, cells in enumerate(table[1:], 2):
        row = dict(zip(head, cells, strict=False))
        if not any(cells):
            continue
        if row["key"] not in keys:
            told.problems.append(f"Row {number}: there is no text “{row['key']}” any more. It was left out.")
            continue
        problems, changes = _row(number, row, known)
        told.problems += problems
        for text, new in [] if problems else changes:
            wanted.setdefault(text.path, []).append((text, new))
    for path, changes in wanted.items():
        try:
            told.texts[path] = _rewritten(read(project.root, path).text, changes)
        except EditError as error:
            told.problems.append(f"{path}: {error}")
    return told


def _row(
    number: int, row: dict[str, str], known: dict[tuple[str, str], Text]
) -> tuple[list[str], list[tuple[Text, str]]]:
    marks = dict(each.rpartition(":")[::2] for each in row.get(_LAST, "").split())
    problems: list[str] = []
    changes: list[tuple[Text, str]] = []
    for language in [name for name in row if name not in (*_FIRST, _LAST)]:
        new, text = row[language], known.get((row["key"], language))
        if (
            _mark(new) == marks.get(language)
            or (text is None and not new)
            or (text and _mark(text.words) == _mark(new))
        ):
            continue
        problem = _problem(text, new, marks.get(language))
        if problem or text is None:
            problems.append(f"Row {number} ({row['key']}, {language}): {problem} The row was left out.")
        else:
            changes.append((text, new))
    return problems, changes


def _problem(text: Text | None, new: str, mark: str | None) -> str:
    if text is None:
        return f"there is no text in this language yet; add it to the answer first. It would be: {new}"
    if _mark(text.words) != mark:
        return f"the text was changed here since the export. It says: {text.words} The table says: {new}"
    if not new.strip():
        return "the cell is empty."
    before, after = set(_BLANK.findall(text.words)), set(_BLANK.findall(new))
    missing = [f"{{{name}}} is missing." for name in sorted(before - after)]
    return " ".join([*missing, *(f"{{{name}}} is not in the original." for name in sorted(after - before))])


def _rewritten(text: str, changes: list[tuple[Text, str]]) -> str:
    root = parse(text)
    data = root.data() if root else None
    for change, new in changes:
        inner: Any = data
        for step in change.steps[:-1]:
            inner = inner[step]
        inner[change.steps[-1]] = new
    return rewrite(text, data)


def _mark(words: str) -> str:
    return hashlib.sha256(words.replace("\r\n", "\n").encode()).hexdigest()[:12]
