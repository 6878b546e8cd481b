"""The `assistant` command: run, train, chat, phone, doctor, sms, settings."""

import argparse
import asyncio
import os
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from time import time

from bot.ending import ended
from bot.operations import chat, checks, content, desk_terminal, programs, texts, training
from bot.operations.desk_phone import phone_address
from bot.operations.keys import with_secrets
from bot.operations.run import run
from bot.settings import ROOT, Settings

MARKS = {"ok": "ok   ", "note": "note ", "mend": "MEND "}


def main(arguments: Sequence[str]) -> int:
    """Run one command; 0 when all is well, 1 with one clear sentence when not."""
    chosen = _parser().parse_args(arguments)
    return ended(lambda: int(chosen.act(chosen)), 1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="assistant", description="A city's assistant for its residents.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("run", help="start everything and keep it running until Ctrl-C")
    command.set_defaults(act=_run)

    command = commands.add_parser("train", help="teach Rasa the content again, if it changed")
    command.add_argument("--force", action="store_true", help="even if nothing changed")
    command.set_defaults(act=_train)

    command = commands.add_parser("chat", help="talk to a running assistant here in the terminal")
    command.add_argument("--lang", help="language to begin in, such as en or es")
    command.add_argument("--url", help="address of the assistant (default: the one that runs here)")
    command.add_argument("--channel", help="web channel (default: the first one)")
    command.set_defaults(act=_chat)

    command = commands.add_parser("phone", help="text a running assistant from a simulated phone; no real text is sent")
    command.add_argument("--phone", type=int, choices=(1, 2, 3, 4), default=1, help="which phone (default: 1)")
    command.set_defaults(act=_phone)

    command = commands.add_parser("doctor", help="say what is in order and what is not, and how to mend it")
    command.set_defaults(act=_doctor)

    texts_of = commands.add_parser("sms", help="what a text costs and means; messages that staff must decide about")
    sms = texts_of.add_subparsers(required=True, metavar="WHAT")
    command = sms.add_parser("explain", help="segments, encoding, how we would send it, whether it asks to stop")
    command.add_argument("text")
    command.add_argument("--json", action="store_true", help="for programs")
    command.set_defaults(act=_explain)
    command = sms.add_parser("parked", help="messages of which nobody knows if they were sent")
    command.set_defaults(act=_parked)
    for name, help_text in (("retry", "send a parked message again"), ("drop", "give a parked message up")):
        command = sms.add_parser(name, help=help_text)
        command.add_argument("which", help="its id, or all")
        command.set_defaults(act=_decide, send=name == "retry")

    command = commands.add_parser("notify", help="tell those who asked what is new about their requests, now")
    command.set_defaults(act=_notify)

    commands.add_parser("content", help="check, change and publish what the assistant says")
    commands.add_parser("studio", help="the content team's pages, and who may use them")

    command = commands.add_parser("settings", help="list every setting with its value")
    command.add_argument("--markdown", action="store_true", help="as the table in docs/settings.md")
    command.set_defaults(act=_settings)
    return parser


def _load(*, make_secrets: bool = False) -> tuple[Settings, dict[str, str]]:
    """The settings, and the environment with the kept secrets that children get."""
    data_dir = Settings.from_env(os.environ).data_dir
    environment = with_secrets(os.environ, data_dir, make=make_secrets)
    return Settings.from_env(environment), environment


def _run(_: argparse.Namespace) -> int:
    settings, environment = _load(make_secrets=True)
    asyncio.run(run(settings, environment, ROOT, _say))
    return 0


def _train(chosen: argparse.Namespace) -> int:
    settings, environment = _load()
    programs.check_folder(settings.data_dir)
    child = programs.child_environment(settings, environment, ROOT, content.city(settings.city_file))
    logs = settings.data_dir / "log"
    asyncio.run(training.train(ROOT, logs, programs.rasa_environment(child), _say, force=chosen.force))
    return 0


def _chat(chosen: argparse.Namespace) -> int:
    settings, _ = _load()
    address = chosen.url or programs.page_address(settings)
    asyncio.run(chat.chat(address, chosen.channel or settings.web_channels[0], chosen.lang))
    return 0


def _phone(chosen: argparse.Namespace) -> int:
    settings, _ = _load()
    asyncio.run(desk_terminal.text(phone_address(settings), chosen.phone))
    return 0


def _doctor(_: argparse.Namespace) -> int:
    settings, environment = _load()
    to_mend = 0
    for finding in checks.examine(settings, environment, ROOT):
        _say(MARKS[finding.state] + finding.words)
        to_mend += finding.state == "mend"
    return 1 if to_mend else 0


def _explain(chosen: argparse.Namespace) -> int:
    for line in texts.explained(chosen.text, as_json=chosen.json):
        _say(line)
    return 0


def _parked(_: argparse.Namespace) -> int:
    lines = asyncio.run(texts.parked(_load()[0]))
    for line in lines or ["No message is parked."]:
        _say(line)
    return 0


def _decide(chosen: argparse.Namespace) -> int:
    count = asyncio.run(texts.decide(_load()[0], chosen.which, send=chosen.send, clock=time))
    done = "will be sent again" if chosen.send else "were dropped"
    _say(f"{count} message(s) {done}." if count else f"No parked message {chosen.which}.")
    return 0 if count else 1


def _notify(_: argparse.Namespace) -> int:
    count = asyncio.run(texts.notify(_load()[0], time))
    _say(f"{count} request(s) are looked up now; who asked is told what is new, by day." if count else "Nobody waits.")
    return 0


def _settings(chosen: argparse.Namespace) -> int:
    if chosen.markdown:
        _say(markdown_table())
        return 0
    settings, _ = _load()
    default = Settings()
    for item in fields(Settings):
        value = getattr(settings, item.name)
        shown = ("(set, hidden)" if value else "(not set)") if item.metadata["secret"] else _text(value) or "(empty)"
        changed = "" if value == getattr(default, item.name) or item.metadata["secret"] else "   <- changed"
        _say(f"{item.metadata['env']:<22} {shown}{changed}\n{'':<22} {item.metadata['sentence']}")
    return 0


def markdown_table() -> str:
    """Every setting with its default and its sentence, as docs/settings.md shows it."""
    lines = ["| setting | default | what it does |", "|---|---|---|"]
    for item in fields(Settings):
        default = f"`{_text(item.default)}`" if _text(item.default) else "empty"
        sentence = item.metadata["sentence"] + (" *Secret.*" if item.metadata["secret"] else "")
        lines.append(f"| `{item.metadata['env']}` | {default} | {sentence} |")
    return "\n".join(lines)


def _text(value: object) -> str:
    """As a person would type it; paths inside the project without the project's own path."""
    if isinstance(value, tuple):
        return ",".join(value)
    if isinstance(value, bool):
        return str(value).lower()
    return _short(value) if isinstance(value, Path) else str(value)


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def _say(words: str) -> None:
    print(words, flush=True)
