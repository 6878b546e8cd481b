"""From the draft to a live release: snapshot, gate, training where it is needed, and one step to go live."""

import shutil
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from studio.publishing import git, servers, snapshot
from studio.publishing.errors import PublishError
from studio.publishing.gate import Report, State, examine, look, second_person
from studio.publishing.git import Author
from studio.publishing.model import bring_model
from studio.publishing.place import Place
from studio.publishing.release import FINGERPRINT, MODELS, Release
from studio.publishing.servers import Server
from studio.publishing.snapshot import Changes


@dataclass(frozen=True)
class Wish:
    """Who wants to publish, why, and who approved it: which content (`digest`), and who had asked for that."""

    author: Author
    message: str = ""
    approved_by: str | None = None
    urgent: bool = False
    digest: str = ""
    asked_by: Author | None = None

    @property
    def second_person(self) -> str | None:
        """Who approved it, unless nobody else stands behind it."""
        return self.approved_by if second_person(self.first.name, self.approved_by) else None

    @property
    def first(self) -> Author:
        """Who stands behind it first: whoever publishes what they approved does it for the one who asked."""
        is_other = second_person(self.author.name, self.approved_by)
        return self.author if is_other or self.asked_by is None else self.asked_by


@dataclass(frozen=True)
class Progress:
    """What is going on. The step "live" brings the release; after it come only servers that follow."""

    step: str
    state: State | Literal["running"]
    words: str
    release: Release | None = None
    report: Report | None = None
    server: Server | None = None


def publish(place: Place, wish: Wish) -> Iterator[Progress]:
    """Publish the draft, telling each step. Raises Busy, or PublishError, and then what was live stays live."""
    with place.alone(wish.author.name):
        release = yield from _made_live(place, wish)
    yield from followed(place, release)


def followed(place: Place, release: Release) -> Iterator[Progress]:
    """What the running servers say about a release that went live."""
    for server in servers.until_taken(place.servers, release.number):
        yield Progress("server", _FOLLOWED[server.state], server.words, release, server=server)


_FOLLOWED: dict[servers.State, State] = {
    "taken": "passed", "loading": "skipped", "down": "skipped", "refused": "failed", "behind": "failed",
}  # fmt: skip


def _made_live(place: Place, wish: Wish) -> Generator[Progress, None, Release]:
    live = place.releases.live()
    changed = snapshot.changes(place.root, place.releases.folder(live.number) if live else None)
    if changed.kind == "none":
        raise PublishError("Nothing has changed since the live release.")
    number = place.releases.next_number()
    folder = place.releases.folder(number)
    snapshot.copy(place.root, folder)
    yield Progress("snapshot", "passed", f"{len(changed.files)} file(s) differ from what is live.")
    # The check looks at the project itself: which blanks there are is also a matter of its code.
    told = set()
    for step in look(place):
        told.add(step.name)
        yield Progress(step.name, step.state, step.words, report=Report((step,)))
    report = examine(place, wish.first, wish.approved_by, wish.urgent)
    rest = (step for step in report.steps if step.name not in told)
    yield from (Progress(step.name, step.state, step.words, report=report) for step in rest)
    digest = snapshot.digest(folder)
    why = _why(report) or _outrun(digest, snapshot.digest(place.root), wish)
    if why:
        shutil.rmtree(folder, ignore_errors=True)
        raise PublishError(f"It was not published. {why}")
    yield from (Progress("model", *each) for each in bring_model(place, folder, changed, live))
    commit = _in_git(place, wish, number)
    release = Release(
        number, changed.kind, wish.author.name, time.time(), (folder / MODELS / FINGERPRINT).read_text().strip(),
        digest, wish.message, commit, live.number if live else None, wish.second_person,
        wish.urgent, None, report.to_json(), wish.asked_by.name if wish.asked_by else None,
    )  # fmt: skip
    place.releases.write(release)
    place.releases.go_live(number)
    place.releases.drop_old(place.keep)
    yield Progress("live", "passed", _told(release, changed), release, report)
    return release


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


def _outrun(digest: str, now: str, wish: Wish) -> str:
    if digest != now:
        return "Somebody saved meanwhile. Try again."
    return "Somebody saved after it was approved. Ask for another review." if wish.digest not in ("", digest) else ""


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
