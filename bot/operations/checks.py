"""`assistant doctor`: what is in order, what is not, and how to mend it, in plain words."""

import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from bot.errors import AssistantError
from bot.operations import content, programs, training
from bot.operations.agency_checks import examine_agencies
from bot.operations.audit_checks import examine_audit
from bot.operations.finding import Finding
from bot.operations.keys import FILE, GENERATED
from bot.operations.text_checks import examine_texting
from bot.published import NoRelease, live_folder
from bot.settings import Settings

LEAST_FREE = 1_000_000_000
"""Bytes of disk below which a city should act."""


def examine(settings: Settings, environment: Mapping[str, str], root: Path) -> Iterator[Finding]:
    """Look at everything; changes nothing."""
    yield from _environments(root)
    yield from _content(settings, root)
    yield _secrets(settings, environment)
    yield _model(settings, root)
    try:
        programs.check_folder(settings.data_dir)
    except AssistantError as error:
        yield Finding("mend", str(error))
    else:
        yield _store(settings)
    yield _disk(settings)
    yield from _processes(settings, environment)
    yield from examine_agencies(settings, environment)
    yield from examine_texting(settings, environment)
    yield from examine_audit(settings)


def _environments(root: Path) -> Iterator[Finding]:
    python = root / "nlu/.venv/bin/python"
    code = "import sys; assert sys.version_info[:2] == (3, 10)"
    try:
        done = subprocess.run([python, "-c", code], capture_output=True, check=False).returncode == 0  # noqa: S603
    except PermissionError:
        yield Finding("mend", f"You may not use {python}: run this as the user who made it, or make the folder yours.")
        return
    except OSError:
        done = False
    if done:
        yield Finding("ok", "Both environments are there (this one, and nlu/.venv with Python 3.10).")
    else:
        yield Finding("mend", "The language environment nlu/.venv is missing or broken: run `make setup`.")


def _content(settings: Settings, root: Path) -> Iterator[Finding]:
    try:
        city = content.city(settings.city_file)
    except AssistantError as error:
        yield Finding("mend", str(error))
        return
    yield Finding("ok", f"The city profile is readable: {city.name}, {', '.join(city.languages)}.")
    mistakes = [*content.unreadable(root), *content.wrong_blanks(root, city.raw)]
    yield from (Finding("mend", mistake) for mistake in mistakes)
    if not mistakes:
        yield Finding("ok", "The content in data/ is readable; `make test` checks its words.")


def _secrets(settings: Settings, environment: Mapping[str, str]) -> Finding:
    path = settings.data_dir / FILE
    missing = [name for name in GENERATED if not environment.get(name)]
    if missing:
        return Finding("note", f"Not made yet: {', '.join(missing)}. The first `make run` makes them in {path}.")
    if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        return Finding("mend", f"Others on this machine can read the secrets: run `chmod 600 {path}`.")
    return Finding("ok", "All secrets are set and only their owner can read them.")


def _model(settings: Settings, root: Path) -> Finding:
    try:
        model = training.model(live_folder(settings.published_dir) or root)
    except NoRelease as error:
        return Finding("mend", str(error))
    if model is None:
        return Finding("note", "No model yet; `make run` or `make train` trains one.")
    when = datetime.fromtimestamp(model.stat().st_mtime).astimezone()
    return Finding(
        "ok", f"A model is there, trained {when:%Y-%m-%d %H:%M}; `make run` trains again if the content changed."
    )


def _store(settings: Settings) -> Finding:
    if settings.database_url:
        return Finding("note", "The store is set by DATABASE_URL; the gateway checks it when it starts.")
    path = settings.data_dir / "assistant.db"
    if not path.exists():
        return Finding("note", "The store is empty: it is made at the first start.")
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            said = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.OperationalError as error:  # locked, or not readable: nothing is known about what is in it
        return Finding("mend", f"The store {path} cannot be opened ({error}): see who owns it and what holds it.")
    except sqlite3.DatabaseError as error:
        said = str(error)
    if said == "ok":
        return Finding("ok", f"The store is whole ({path.stat().st_size / 1e6:.1f} MB).")
    return Finding("mend", f"The store {path} is damaged ({said}): stop the assistant and restore your last backup.")


def _disk(settings: Settings) -> Finding:
    folder = settings.data_dir if settings.data_dir.exists() else settings.data_dir.parent
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE:
        return Finding("mend", f"Only {free / 1e6:.0f} MB of disk are free in {folder}: make room.")
    return Finding("ok", f"{free / 1e9:.0f} GB of disk are free.")


def _processes(settings: Settings, environment: Mapping[str, str]) -> Iterator[Finding]:
    health = {
        "gateway": f"{_origin(programs.page_address(settings))}/readyz",
        "rasa": f"{settings.rasa_urls[0]}/webhooks/assistant/",
        "actions": f"{_origin(settings.actions_url)}/health",
    }
    if settings.studio_port:
        health["studio"] = programs.studio_health(settings)
    try:
        held = {place.name: place for place in programs.places(settings, environment)}
    except AssistantError:  # said where the agencies are looked at
        held = {}
    for name, url in health.items():
        yield _process(name, url, held.get(name))


def _process(name: str, url: str, place: programs.Place | None) -> Finding:
    try:
        with urlopen(url, timeout=5) as answer:  # noqa: S310 (addresses from our own settings)
            status = answer.status
    except HTTPError as error:
        status = error.code
    except (URLError, OSError):
        if place is None:
            return Finding("mend", f"{name} does not answer at {url}, which is not on this machine: ask who runs it.")
        if programs.is_free(place.host, place.port):
            return Finding("note", f"{name} does not run; `make run` starts it.")
        return Finding("mend", f"Something holds {name}'s port but does not answer at {url}: stop it, then `make run`.")
    if status == 200:
        return Finding("ok", f"{name} answers.")
    return Finding("mend", f"{name} is there but not well (it answered {status} at {url}): see its log in var/log.")


def _origin(url: str) -> str:
    at = urlsplit(url)
    return f"{at.scheme}://{at.netloc}"
