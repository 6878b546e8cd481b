"""Rules and paths: without steps, or with a name that another one has."""

from collections.abc import Iterator

from studio.content.checks.found import found
from studio.content.finding import Finding
from studio.content.keys import strays
from studio.content.project import Project, Track
from studio.content.source import Node


def check(project: Project) -> Iterator[Finding]:
    """Everything about rules and paths as such."""
    names: dict[tuple[str, str, bool], Track] = {}
    sources = {source.path: source for source in project.sources}
    for track in project.paths:
        if not track.name:
            if track.has_steps and not any(stray.meant for stray in strays(track.node, track.kind)):
                yield found(
                    "no-name",
                    track.place,
                    f"This {_word(track)} has no name. Add one, such as: - {track.kind}: ask the way",
                )
            continue
        moved = any(_stands_left(source.root, track) for source in [sources[track.place.path]])
        if not track.has_steps and not moved:
            words = (
                f"The {_word(track)} “{track.name}” has no steps, so it is not learned. Add its steps, or delete it."
            )
            yield found("no-steps", track.place, words)
        first = names.setdefault((track.kind, track.name, track.is_test), track)
        if first is not track:
            words = f"Another {_word(track)} has the name “{track.name}”, too ({first.place}). Give each its own name."
            yield found("same-name", track.place, words)


def _word(track: Track) -> str:
    return "rule" if track.kind == "rule" else "path"


def _stands_left(root: object, track: Track) -> bool:
    """Whether the steps stand right below, but too far to the left to belong to it: said elsewhere."""
    if not isinstance(root, Node):
        return False
    if root.key("steps") is not None:
        return True
    part = root.get("rules" if track.kind == "rule" else "stories")
    following = [item for item in (part.items if part else ()) if item.place.line > track.place.line][:1]
    return any(
        item.key(name) for item in following for name in ("intent", "action", "steps") if not item.key(track.kind)
    )
