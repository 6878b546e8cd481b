"""What git remembers of a topic: who changed it when, and its files as they were."""

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from studio.publishing.errors import GitError
from studio.publishing.git import is_checkout

_COMMIT = re.compile(r"[0-9a-f]{40}")
_FIELDS = "%H%x1f%an%x1f%at%x1f%s"


@dataclass(frozen=True)
class Revision:
    """One commit that touched a topic."""

    commit: str
    who: str
    at: datetime
    message: str


class Past:
    """The history of a checkout; a folder that is none has no history."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def of(self, path: str, limit: int) -> list[Revision]:
        """The commits that touched what stands below a path, the latest first."""
        if not is_checkout(self._root):
            return []
        told = self._git("log", f"--max-count={limit}", f"--format={_FIELDS}", "--", path)
        rows = (line.split("\x1f") for line in told.decode("utf-8", "replace").splitlines() if line)
        return [Revision(id, who, datetime.fromtimestamp(int(at), UTC), what) for id, who, at, what in rows]

    def files(self, commit: str, folder: str) -> dict[str, bytes]:
        """The files of a folder as a commit left them, by path. Raises GitError for a commit that is not there."""
        if not _COMMIT.fullmatch(commit):
            raise GitError("There is no such version.")
        named = self._git("ls-tree", "-z", "--name-only", commit, f"{folder}/").decode().split("\0")
        return {path: self._git("show", f"{commit}:{path}") for path in named if path.endswith((".yml", ".yaml"))}

    def versions(self, path: str, limit: int = 20) -> Sequence[str]:
        """The latest texts of one file."""
        texts = []
        for revision in self.of(path, limit):
            try:
                texts.append(self._git("show", f"{revision.commit}:{path}").decode("utf-8", "replace"))
            except GitError:  # that commit took the file away
                continue
        return texts

    def _git(self, *arguments: str) -> bytes:
        command = ["git", "-C", str(self._root), *arguments]
        try:
            done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
        except OSError as error:
            raise GitError("git is not installed. Install it, then try again.") from error
        if done.returncode:
            raise GitError("git does not know this version.")
        return done.stdout
