"""From the draft to a live release: snapshot, gate, training where it is needed, and one step to go live."""

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from studio.publishing import git, snapshot
from studio.publishing.errors import PublishError
from studio.publishing.gate import Report, State, examine, second_person
from studio.publishing.git import Author
from studio.publishing.model import bring_model
from studio.publishing.place import Place
from studio.publishing.release import FINGERPRINT, MODELS, Release
from studio.publishing.snapshot import Changes


@dataclass(frozen=True)
class Wish:
    """Who wants to publish, why, and who approved it."""

    author: Author
    message: str = ""
    approved_by: str | None = None
    urgent: bool = False


@dataclass(frozen=True)
class Progress:
    """What is going on; the last one of a publication has the step "live" and its release."""

    step: str
    state: State
    words: str
    release: Release | None = None
    report: Report | None = None


def publish(place: Place, wish: Wish) -> Iterator[Progress]:
    """Publish the draft, telling each step. Raises Busy, or PublishError, and then what was live stays live."""
    with place.alone(wish.author.name):
        live = place.releases.live()
        changed = snapshot.changes(place.root, place.releases.folder(live.number) if live else None)
        if changed.kind == "none":
            raise PublishError("Nothing has changed since the live release.")
        number = place.releases.next_number()
        folder = place.releases.folder(number)
        snapshot.copy(place.root, folder)
        yield Progress("snapshot", "passed", f"{len(changed.files)} file(s) differ from what is live.")
        # The check looks at the project itself: which blanks there are is also a matter of its code.
        report = examine(place, wish.author, wish.approved_by, wish.urgent)
        yield from (Progress(step.name, step.state, step.words, report=report) for step in report.steps)
        same = snapshot.digest(folder) == snapshot.digest(place.root)
        if not report.passed or not same:
            shutil.rmtree(folder, ignore_errors=True)
            raise PublishError("It was not published. " + (_why(report) or "Somebody saved meanwhile. Try again."))
        yield from (Progress("model", *told) for told in bring_model(place, folder, changed, live))
        commit = _in_git(place, wish, number)
        approved_by = wish.approved_by if second_person(wish.author.name, wish.approved_by) else None
        release = Release(
            number, changed.kind, wish.author.name, time.time(), (folder / MODELS / FINGERPRINT).read_text().strip(),
            snapshot.digest(folder), wish.message, commit, live.number if live else None, approved_by,
            wish.urgent, None, report.to_json(),
        )  # fmt: skip
        place.releases.write(release)
        place.releases.go_live(number)
        place.releases.drop_old(place.keep)
        yield Progress("live", "passed", _told(release, changed), release, report)


def roll_back(place: Place, number: int | None, who: str) -> Release:
    """Make an earlier release live again; None: the one before. Raises Busy or PublishError."""
    with place.alone(who):
        live = place.releases.live()
        if live is None:
            raise PublishError("Nothing was published yet, so there is no way back.")
        before = number if number is not None else live.previous
        if before is None:
            raise PublishError(f"Release {live.number} is the first one.")
        release = place.releases.get(before)
        if release.number == live.number:
            raise PublishError(f"Release {before} is live already.")
        place.releases.go_live(release.number)
        return release


def _in_git(place: Place, wish: Wish, number: int) -> str | None:
    """A commit of what of the content is not committed yet, and a tag; without git it is published all the same."""
    if not git.is_checkout(place.root):
        return None
    message = f"content: {wish.message or f'Publish release {number}.'}"
    commit = git.commit(place.root, snapshot.folders(place.root), wish.author, message) or git.head(place.root)
    git.tag(place.root, f"published/{number}", message, wish.author)
    return commit


def _why(report: Report) -> str:
    return " ".join(step.words for step in report.steps if step.state == "failed")


def _told(release: Release, changed: Changes) -> str:
    words = f"Release {release.number} is live."
    if changed.at_start:
        words += f" Restart the assistant for: {', '.join(changed.at_start)}."
    return words


def reviewed(place: Place, number: int, who: str) -> Release:
    """The second look at an urgent release, afterwards. Raises PublishError where none is due, or who is no second."""
    with place.alone(who):
        release = place.releases.get(number)
        if not release.needs_review:
            raise PublishError(f"Release {number} needs no review.")
        if not second_person(release.who, who):
            raise PublishError(f"{who} published release {number}; somebody else has to look at it.")
        looked_at = replace(release, reviewed_by=who)
        place.releases.write(looked_at)
        return looked_at
