"""What publishing needs of git: who did it, commits of content, a tag for each release."""

import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.publishing.errors import GitError

_PATIENCE, _PAUSE = 3.0, 0.05
"""Seconds that somebody else's commit may take."""


@dataclass(frozen=True)
class Author:
    """The acting person, as commits and the audit log name them."""

    name: str
    email: str = ""

    def __str__(self) -> str:
        return self.name


def is_checkout(root: Path) -> bool:
    """Whether the folder is the top of a git checkout."""
    return (root / ".git").exists()


def author(root: Path) -> Author:
    """Who git takes us for in this folder. Raises GitError where it does not know."""
    name = _run(root, "config", "user.name", may_fail=True)
    if not name:
        raise GitError('git does not know your name. Tell it: git config --global user.name "Your Name"')
    return Author(name, _run(root, "config", "user.email", may_fail=True))


def commit(root: Path, paths: Sequence[str], by: Author, message: str) -> str | None:
    """Commit these paths and nothing else that is staged; the commit's id, None if nothing changed."""
    _run(root, "add", "--", *paths)
    if not _run(root, "status", "--porcelain", "--", *paths):
        return None
    _run(root, *_as(by), "commit", "--quiet", "--message", message, "--", *paths)
    return head(root)


def head(root: Path) -> str | None:
    """The current commit's id; None in a checkout without commits."""
    return _run(root, "rev-parse", "--verify", "--quiet", "HEAD", may_fail=True) or None


def tag(root: Path, name: str, message: str, by: Author) -> None:
    """Mark the current commit."""
    _run(root, *_as(by), "tag", "--annotate", "--force", "--message", message, name)


def files_with(root: Path, commit: str, text: str) -> list[str]:
    """The content files of a commit or tag that hold a text."""
    listed = _run(
        root, "grep", "--files-with-matches", "--fixed-strings", "-e", text, commit, "--", "data", may_fail=True
    )
    return [line.partition(":")[2] for line in listed.splitlines()]


def show(root: Path, commit: str, path: str) -> str:
    """A file as it was. Raises GitError where it was not there."""
    return _run(root, "show", f"{commit}:{path}")


def _as(by: Author) -> tuple[str, ...]:
    return "-c", f"user.name={by.name}", "-c", f"user.email={by.email or 'nobody@localhost'}"


def _run(root: Path, *arguments: str, may_fail: bool = False) -> str:
    command = ["git", "-C", str(root), *arguments]
    until = time.monotonic() + _PATIENCE
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        while done.returncode and "index.lock" in done.stderr and time.monotonic() < until:
            time.sleep(_PAUSE)  # somebody else commits just now: git itself does not wait
            done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    except OSError as error:
        raise GitError("git is not installed. Install it, then try again.") from error
    if done.returncode and not may_fail:
        reason = (done.stderr or done.stdout).strip().splitlines()
        raise GitError(f"git could not {arguments[0]}: {reason[-1] if reason else 'it gave no reason'}")
    return done.stdout.strip()
