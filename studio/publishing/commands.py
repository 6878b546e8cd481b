"""`assistant content publish`, `rollback`, `review`, `history`, `off` and `on`."""

import argparse
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.operations.keys import with_secrets
from bot.settings import ROOT, Settings
from studio.publishing import git, switch
from studio.publishing.errors import PublishError
from studio.publishing.gate import look
from studio.publishing.git import Author
from studio.publishing.place import Place
from studio.publishing.publish import Progress, Wish, followed, publish, reviewed, roll_back
from studio.publishing.release import Release
from studio.publishing.servers import Server

Act = Callable[[argparse.Namespace], int]
_MARKS = {"passed": "ok   ", "running": "     ", "skipped": "     ", "failed": "MEND "}


def register(commands: Any) -> None:
    """Add the commands of this area."""
    command = _command(commands, "publish", "make the draft live, once it is in order", _publish)
    command.add_argument("--message", default="", help="what changes for residents, in a sentence")
    command.add_argument("--approved-by", metavar="NAME", help="the second person who has looked at it")
    command.add_argument("--urgent", action="store_true", help="without a second person; to be reviewed afterwards")

    _command(commands, "prepare", "check the draft before it is published, so that publishing is quick", _prepare)

    command = _command(commands, "rollback", "make an earlier release live again", _rollback)
    command.add_argument("number", nargs="?", type=int, help="which one (default: the one before)")
    command.add_argument("--reason", default="", help="why")

    command = _command(commands, "review", "look at an urgent release afterwards, as the second person", _review)
    command.add_argument("number", type=int)

    command = _command(commands, "history", "what was published, rolled back and switched off, by whom", _history)
    command.add_argument("--limit", type=int, default=30)

    command = _command(commands, "off", "stop saying one answer, or a whole topic, at once", _off)
    command.add_argument("name")
    command.add_argument("--reason", required=True, help="why; others will read it")

    command = _command(commands, "on", "say it again", _on)
    command.add_argument("name")


def _command(commands: Any, name: str, help_text: str, act: Act) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=help_text)
    command.add_argument("--json", action="store_true", help="for programs")
    command.add_argument("--who", metavar="NAME", help="your name (default: as git knows it)")
    command.add_argument("--project", type=Path, default=ROOT, metavar="FOLDER", help="the draft (default: this one)")
    command.set_defaults(act=lambda chosen: _refusable(act, chosen))
    return command


def _refusable(act: Act, chosen: argparse.Namespace) -> int:
    """1 with the reason where it is refused."""
    try:
        return act(chosen)
    except PublishError as error:
        print(json.dumps({"error": str(error)}, ensure_ascii=False) if chosen.json else error)
        return 1


def _publish(chosen: argparse.Namespace) -> int:
    settings, place, author = _surroundings(chosen)
    release, followers = None, list[Server]()
    for step in publish(place, Wish(author, chosen.message, chosen.approved_by, chosen.urgent)):
        if not chosen.json:
            _say(step)
        if step.step == "live" and step.release is not None:
            release = step.release
            _record(settings, author, "publish.release", release, {"gate": release.gate, "message": release.message})
        if step.server is not None:
            followers.append(step.server)
    assert release is not None  # else it was refused
    return _ended(chosen, release, followers)


def _ended(chosen: argparse.Namespace, release: Release, followers: list[Server]) -> int:
    """1 where a running server does not say what is live now."""
    if chosen.json:
        told = {**asdict(release), "servers": [asdict(each) for each in followers]}
        print(json.dumps(told, ensure_ascii=False))
    return 1 if any(each.state in ("refused", "behind") for each in followers) else 0


def _prepare(chosen: argparse.Namespace) -> int:
    _, place, author = _surroundings(chosen)
    with place.alone(author.name):
        steps = []
        for step in look(place):
            steps.append(step)
            if not chosen.json:
                print("\n".join([f"{_MARKS[step.state]}{step.name}: {step.words}", *step.details]), flush=True)
    if chosen.json:
        print(json.dumps([asdict(step) for step in steps], ensure_ascii=False))
    return 1 if any(step.state == "failed" for step in steps) else 0


def _rollback(chosen: argparse.Namespace) -> int:
    settings, place, author = _surroundings(chosen)
    release = roll_back(place, chosen.number, author.name)
    _record(settings, author, "publish.rollback", release, {"reason": chosen.reason})
    if not chosen.json:
        print(f"Release {release.number} is live again.")
    steps = list(followed(place, release))
    if not chosen.json:
        for step in steps:
            _say(step)
    return _ended(chosen, release, [step.server for step in steps if step.server])


def _review(chosen: argparse.Namespace) -> int:
    settings, place, author = _surroundings(chosen)
    release = reviewed(place, chosen.number, author.name)
    _record(settings, author, "publish.review", release, {})
    _tell(chosen, f"Release {release.number} was reviewed by {author}.", asdict(release))
    return 0


def _off(chosen: argparse.Namespace) -> int:
    settings, place, author = _surroundings(chosen)
    switched = switch.off(place, chosen.name, author.name, chosen.reason)
    _write(settings, author, f"{_one(switched.kind)}.off", switched.name, {"reason": switched.reason})
    _tell(chosen, f"{switched.name} is off. Say it again with: assistant content on {switched.name}", asdict(switched))
    return 0


def _on(chosen: argparse.Namespace) -> int:
    settings, place, author = _surroundings(chosen)
    switched = switch.on(place, chosen.name)
    _write(settings, author, f"{_one(switched.kind)}.on", switched.name, {})
    _tell(chosen, f"{switched.name} is said again.", asdict(switched))
    return 0


def _history(chosen: argparse.Namespace) -> int:
    settings, place, _ = _surroundings(chosen)
    from studio.publishing import ledger

    found = ledger.entries(settings, chosen.limit)
    live = place.releases.live()
    lines = [f"{datetime.fromtimestamp(each.at, UTC):%Y-%m-%d %H:%M} {ledger.in_words(each)}" for each in found]
    lines += [f"To be reviewed: release {each.number}." for each in place.releases.kept() if each.needs_review]
    lines += [f"Off: {each.name} ({each.reason}, {each.who})" for each in switch.switched_off(place)]
    nothing = "Nothing was published yet: the files themselves are live."
    lines.append(f"Live: release {live.number}." if live else nothing)
    told = {"live": live.number if live else None, "entries": [asdict(each) for each in found]}
    _tell(chosen, "\n".join(lines), told)
    return 0


def _surroundings(chosen: argparse.Namespace) -> tuple[Settings, Place, Author]:
    data_dir = Settings.from_env(os.environ).data_dir
    settings = Settings.from_env(with_secrets(os.environ, data_dir, make=False))
    author = Author(chosen.who) if chosen.who else git.author(chosen.project)
    return settings, Place.of(settings, chosen.project.resolve()), author


def _record(settings: Settings, author: Author, what: str, release: Release, details: Mapping[str, Any]) -> None:
    told = {**details, "commit": release.commit, "kind": release.kind, "approved_by": release.approved_by}
    _write(settings, author, what, f"release {release.number}", told)


def _write(settings: Settings, author: Author, what: str, subject: str, details: Mapping[str, Any]) -> None:
    from studio.publishing import ledger  # a second of imports, after what was asked for is live

    ledger.write(settings, author.name, what, subject, details)


def _one(kind: str) -> str:
    return kind.removesuffix("s")


def _say(step: Progress) -> None:
    print(f"{_MARKS[step.state]}{step.step}: {step.words}", flush=True)
    if step.state == "failed" and step.report:
        for each in step.report.steps:
            if each.name == step.step:
                print("\n".join(f"       {line}" for line in each.details), flush=True)


def _tell(chosen: argparse.Namespace, words: str, told: Any) -> None:
    print(json.dumps(told, ensure_ascii=False) if chosen.json else words)
