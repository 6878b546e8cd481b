"""A whole assistant for a rehearsal: free ports, a throwaway folder, our own agency server, nobody real behind it."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.errors import AssistantError
from bot.operations.children import die_with_parent
from bot.settings import ROOT, Settings
from studio.publishing import snapshot
from studio.publishing.release import FINGERPRINT, MODEL, MODELS, Release, Releases

LONGEST_START = 300.0  # seconds, with learning
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ")
"""Of the environment; accounts, stores and addresses of the real assistant stay out of it."""
_ROOMY = {name: "1000000/minute" for name in ("SESSION_LIMIT", "MESSAGE_LIMIT", "READ_LIMIT", "PAGE_LIMIT")}
_EMBEDDED = {
    "open311": "/open311/v2",
    "hsds": "/hsds/v3",
    "ics": "/calendars/collection/{zone}.ics",
    "participation": "/participation/v1",
    "appointments": "/appointments/v1",
}


class NoStage(AssistantError):
    """The assistant for the rehearsal could not be started."""


@dataclass(frozen=True)
class Stage:
    """A running assistant: its address, and its settings, by which its store and Rasa can be asked."""

    url: str
    settings: Settings


@contextmanager
def set_up(root: Path, models: Path | None = None) -> Iterator[Stage]:
    """Start the assistant with this content; a model in `models` that fits is taken, else one is learned and put there.

    Raises NoStage with what it said last.
    """
    with tempfile.TemporaryDirectory(prefix="rehearsal-", ignore_cleanup_errors=True) as folder:
        data_dir = Path(folder)
        environment = _environment(data_dir)
        release = _put_on(root, data_dir, models)
        with _running(environment):
            settings = Settings.from_env(environment)
            yield Stage(f"http://127.0.0.1:{settings.port}", settings)
            if models is not None:
                _keep(release / MODELS, models)


def _environment(data_dir: Path) -> dict[str, str]:
    web, rasa, actions, agency = _free_ports(4)
    agencies = data_dir / "agencies.yml"
    agencies.write_text(yaml.safe_dump(_our_agencies(ROOT / "agencies.yml"), sort_keys=False), "utf-8")
    return {
        **{name: os.environ[name] for name in _KEPT if name in os.environ},
        **_ROOMY,
        "ASSISTANT_DATA": str(data_dir),
        "ASSISTANT_PORT": str(web),
        "RASA_URL": f"http://127.0.0.1:{rasa}",
        "ACTIONS_URL": f"http://127.0.0.1:{actions}/webhook",
        "AGENCY_PORT": str(agency),
        "AGENCIES_FILE": str(agencies),
        "PHONE_PORT": "0",
        "STUDIO_PORT": "0",
        "ASSISTANT_SECRET": secrets.token_hex(16),
        "RASA_SECRET": secrets.token_hex(16),
    }


def _our_agencies(path: Path) -> dict[str, Any]:
    """The same agencies, each on the small server that comes along: a rehearsal files no real report."""
    told: dict[str, Any] = yaml.safe_load(path.read_text("utf-8")) or {}
    for entry in told.values():
        if not str(entry.get("url")).startswith("/"):
            entry["url"] = _EMBEDDED[entry["kind"]]
            entry.pop("key", None)
    return told


def _put_on(root: Path, data_dir: Path, models: Path | None) -> Path:
    """The content as the live release of the throwaway folder, which is what a starting assistant says."""
    releases = Releases(data_dir / "published")
    folder = releases.folder(1)
    snapshot.copy(root, folder)
    found = (each for each in (models, root / MODELS) if each and (each / MODEL).is_file())
    if (source := next(found, None)) is not None:
        _keep(source, folder / MODELS)
    releases.write(Release(1, "full", "rehearsal", time.time(), "", snapshot.digest(folder)))
    releases.go_live(1)
    return folder


def _keep(source: Path, target: Path) -> None:
    """A model and what it was made of; both are replaced and never changed, so a link will do."""
    target.mkdir(parents=True, exist_ok=True)
    for name in (MODEL, FINGERPRINT):
        draft = target / f".{name}.{secrets.token_hex(4)}"
        if not (source / name).is_file():
            continue
        try:
            os.link(source / name, draft)
        except OSError:
            shutil.copyfile(source / name, draft)
        os.replace(draft, target / name)
        draft.unlink(missing_ok=True)  # where both were one file already, replacing does nothing


@contextmanager
def _running(environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "run"],
        cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        preexec_fn=die_with_parent() if sys.platform == "linux" else None,
    )  # fmt: skip
    try:
        _until_ready(process)
        yield
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _until_ready(process: "subprocess.Popen[str]") -> None:
    assert process.stdout is not None
    said: list[str] = []
    limit = threading.Timer(LONGEST_START, process.kill)
    limit.start()
    try:
        for line in process.stdout:
            said.append(line.rstrip())
            if line.startswith("Ready in"):
                threading.Thread(target=process.stdout.read, daemon=True).start()
                return
    finally:
        limit.cancel()
    raise NoStage("The assistant for the rehearsal did not start. It said:\n" + "\n".join(said[-8:]))


def _free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
