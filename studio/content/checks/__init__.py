"""Finds what would harm a resident or stop the assistant from learning, in the words of content people."""

from collections.abc import Callable, Collection, Iterator
from datetime import date
from importlib import import_module
from pathlib import Path

from studio.content.checks import answers, declared, examples, files, forms, house, names, paths
from studio.content.finding import Finding
from studio.content.project import Project
from studio.content.reading import read_project

_FOLLOWS = 3  # lines
_UNLEARNED = {"indent", "tab", "dash", "pipe"}
_CONTRADICTIONS = "studio.content.contradictions"
_STOPS_REASONING = {
    "unknown-topic",
    "unknown-action",
    "unknown-answer",
    "unknown-form",
    "unknown-slot",
    "no-steps",
    "unknown-key",
}


def check(root: Path, today: date | None = None) -> list[Finding]:
    """Everything to mend below a folder, by file and line."""
    return check_project(read_project(root), today or date.today())


def check_project(project: Project, today: date) -> list[Finding]:
    """The same for a project that is read already."""
    found = [
        *files.check(project),
        *names.check(project),
        *declared.check(project),
        *examples.check(project),
        *answers.check(project),
        *forms.check(project),
        *paths.check(project),
    ]
    if project.ours:
        found += house.check(project, today)
    if not any((each.level == "error" and each.code in _STOPS_REASONING) or _is_slip(each) for each in found):
        found += _contradictions(project)
    return sorted(_root_causes(dict.fromkeys(found)), key=lambda each: (each.place, each.code))


def _root_causes(found: Collection[Finding]) -> Iterator[Finding]:
    """Without what only follows from a line that is indented wrong."""
    indented = {(each.place.path, each.place.line) for each in found if each.code == "indent"}
    unlearned = {(each.place.path, each.place.line) for each in found if each.code in _UNLEARNED}
    for each in found:
        below = {(each.place.path, each.place.line + lines) for lines in range(1, 2 * _FOLLOWS)}
        if each.code == "few-examples" and below & unlearned:
            continue
        above = {(each.place.path, each.place.line - lines) for lines in range(1, _FOLLOWS + 1)}
        if not (each.code in ("twice", "indent") and above & indented):
            yield each


def _is_slip(finding: Finding) -> bool:
    return finding.code in files.SLIPS


def _contradictions(project: Project) -> Iterator[Finding]:
    find: Callable[[Project], list[Finding]] | None
    find = getattr(import_module(_CONTRADICTIONS), "find_contradictions", None)
    yield from find(project) if find else ()
