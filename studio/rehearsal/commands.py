"""The commands `test` and `compare`."""

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from bot.operations.keys import with_secrets
from bot.settings import ROOT, Settings
from studio.publishing import git
from studio.publishing.place import Place
from studio.rehearsal.script import BadScript, Script, scripts

ONLY = ("conversations", "render", "examples")


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add both to the command line."""
    command = commands.add_parser("test", help="play the conversations that must work, and look at every answer")
    command.add_argument("topics", nargs="*", help="folders of data/topics (default: all)")
    command.add_argument("--only", choices=ONLY, help="written conversations, the look of answers, or first examples")
    command.add_argument("--must", action="store_true", help="only conversations that are marked must: true")
    command.add_argument("--name", help="only the conversation of this name")
    command.add_argument("--accept", metavar="NAME", help="what this conversation gets now is right: write it down")
    command.add_argument("--url", help="an assistant that runs on this machine already (default: start one)")
    _common(command)
    command.set_defaults(act=_test)
    command = commands.add_parser("compare", help="which messages would get another answer, and whether it is better")
    _common(command)
    command.set_defaults(act=_compare)


def _common(command: argparse.ArgumentParser) -> None:
    command.add_argument("--project", type=Path, default=ROOT, help="folder of the content (default: this project)")
    command.add_argument("--who", help="your name (default: git's user.name)")
    command.add_argument("--json", action="store_true", help="for programs")


def _test(chosen: argparse.Namespace) -> int:
    from studio.rehearsal.rendering import rendered
    from studio.rehearsal.telling import Pen, fault_lines, verdict_lines

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started for this is stopped as well
    root, pen = chosen.project.resolve(), Pen(sys.stdout.isatty())
    wanted = _wanted(root, chosen)
    looks = chosen.only in (None, "render") and not (chosen.must or chosen.name or chosen.accept)
    looked = rendered(root) if looks else None
    faults = [each for each in looked.faults if not chosen.topics or each.topic in chosen.topics] if looked else []
    if looked is not None and not chosen.json:
        _print(fault_lines(faults, looked.count, pen))
    told = []
    if wanted:
        for verdict in _verdicts(root, wanted, chosen):
            told.append(verdict)
            if not chosen.json:
                _progress(len(told), len(wanted))
                _print(verdict_lines(verdict, pen))
    red = [each for each in told if not each.passed]
    if chosen.accept:
        return _accept(root, red, chosen)
    if chosen.json:
        answers = [{"answer": f.answer, "language": f.language, "channel": f.channel, "words": f.words} for f in faults]
        result = {"passed": not (red or faults), "conversations": [each.to_json() for each in told], "answers": answers}
        print(json.dumps(result, ensure_ascii=False, indent=1))
    elif wanted:
        words = f"{len(told) - len(red)} of {len(told)} conversations as they must be."
        print(pen.red(words) if red else pen.green(words))
    return 1 if red or faults else 0


def _wanted(root: Path, chosen: argparse.Namespace) -> tuple[Script, ...]:
    """What is played: written conversations, and the first example of every question."""
    from studio.rehearsal.automatic import first_examples

    if chosen.only == "render":
        return ()
    written = scripts(root, chosen.topics)
    name = chosen.accept or chosen.name
    if name:
        named = tuple(each for each in written if name in (each.name, each.id))
        if not named:
            raise BadScript(f"There is no conversation “{name}”. Its name stands in a topic's tests.yml.")
        return named
    if chosen.must:
        return tuple(each for each in written if each.must)
    examples = first_examples(root, tuple(chosen.topics)) if chosen.only in (None, "examples") else ()
    return (*(written if chosen.only != "examples" else ()), *examples)


def _verdicts(root: Path, wanted: Sequence[Script], chosen: argparse.Namespace) -> Any:
    """Each verdict as it comes."""
    with asyncio.Runner() as runner:
        coming = _playing(root, wanted, chosen)
        while (verdict := runner.run(_next(coming))) is not None:
            yield verdict


async def _next(coming: AsyncIterator[Any]) -> Any:
    return await anext(coming, None)


async def _playing(root: Path, wanted: Sequence[Script], chosen: argparse.Namespace) -> AsyncIterator[Any]:
    from studio.rehearsal.performing import perform, performance
    from studio.rehearsal.playing import plays, read_languages
    from studio.rehearsal.rendering import rendered
    from studio.rehearsal.stage import Stage

    if chosen.url is None:
        side = _candidate(Place.of(_settings(), root))
        print("Starting an assistant for this ...", file=sys.stderr, flush=True)
        async for verdict in plays(side.root, side.models, wanted):
            yield verdict
        return
    stage = Stage(chosen.url.rstrip("/"), _settings())
    async with performance(stage, read_languages(root), rendered(root).wordings) as on:
        async for verdict in perform(wanted, on):
            yield verdict


def _accept(root: Path, red: Sequence[Any], chosen: argparse.Namespace) -> int:
    from studio.content.editing import show_diff
    from studio.rehearsal.script import path_of
    from studio.rehearsal.writing import accept

    if not red:
        print("It gets what it expects already: nothing to write.")
        return 0
    author = git.Author(chosen.who) if chosen.who else git.author(root)
    for verdict in red:
        path = path_of(verdict.script.topic)
        before = (root / path).read_text("utf-8")
        accept(root, verdict, author)
        print(show_diff(path, before, (root / path).read_text("utf-8")))
    return 0


def _compare(chosen: argparse.Namespace) -> int:
    from studio.publishing.errors import PublishError
    from studio.rehearsal.candidate import live_side
    from studio.rehearsal.comparing import compare
    from studio.rehearsal.gatekeeping import judged
    from studio.rehearsal.questions import from_tests, held_out
    from studio.rehearsal.telling import Pen, comparison_lines

    settings, root = _settings(), chosen.project.resolve()
    place = Place.of(settings, root)
    before = live_side(place)
    if before is None:
        raise PublishError("Nothing is live yet to compare with. Publish once: assistant content publish.")
    now = _candidate(place)
    asked = (*held_out(root), *from_tests(root), *asyncio.run(_heard(settings)))
    told = compare(now, before, asked)
    if chosen.json:
        print(json.dumps(told.to_json(), ensure_ascii=False, indent=1))
    else:
        _print(comparison_lines(told, Pen(sys.stdout.isatty())))
    return 1 if judged(told)[0] == "failed" else 0


def _candidate(place: Place) -> Any:
    """The draft with its model, telling how far learning is."""
    from studio.rehearsal.candidate import candidate

    steps = candidate(place)
    while True:
        try:
            print(next(steps)[1], file=sys.stderr, flush=True)
        except StopIteration as done:
            return done.value


async def _heard(settings: Settings) -> Sequence[Any]:
    from bot.store import open_store
    from studio.rehearsal.questions import heard

    store = await open_store(settings.store_url)
    try:
        return await heard(store)
    finally:
        await store.close()


def _settings() -> Settings:
    data_dir = Settings.from_env(os.environ).data_dir
    return Settings.from_env(with_secrets(os.environ, data_dir, make=False))


def _print(lines: Any) -> None:
    for line in lines:
        print(line, flush=True)


def _progress(done: int, of: int) -> None:
    """How far it is, where a person looks on."""
    if sys.stderr.isatty():
        print(f"\r{done}/{of} ", end="", file=sys.stderr, flush=True)
