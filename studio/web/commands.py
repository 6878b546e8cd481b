"""`assistant studio …`: serve the studio; look after accounts from the machine it runs on."""

import argparse
import asyncio
import os
import signal
from pathlib import Path
from time import time
from typing import Any

from bot.errors import AssistantError
from bot.operations.keys import with_secrets
from bot.settings import ROOT, Settings
from studio.web.accounts.roles import ROLES


def register(commands: Any) -> None:
    """Add `studio` with its commands."""
    studio = commands.add_parser("studio", help="the content team's pages, and who may use them")
    inner = studio.add_subparsers(required=True, metavar="COMMAND")
    command = inner.add_parser("serve", help="serve the studio until stopped")
    command.add_argument("--project", type=Path, default=ROOT, metavar="FOLDER", help="the draft (default: this one)")
    command.set_defaults(act=_serve)

    command = inner.add_parser("invite", help="make an account and print its one-time link")
    command.add_argument("email")
    command.add_argument("--name", required=True, help="as colleagues will see it")
    command.add_argument("--role", choices=ROLES, default="editor", help="what they may do (default: editor)")
    command.add_argument("--language", choices=("en", "es"), default="en", help="of the pages (default: en)")
    command.set_defaults(act=_invite)

    command = inner.add_parser("reset", help="print a one-time link for a new password; the second step goes off")
    command.add_argument("email")
    command.set_defaults(act=_reset)

    inner.add_parser("list", help="who has an account").set_defaults(act=_list)


def settings_here() -> Settings:
    """The settings with the installation's secrets."""
    data_dir = Settings.from_env(os.environ).data_dir
    return Settings.from_env(with_secrets(os.environ, data_dir, make=True))


def _serve(chosen: argparse.Namespace) -> int:
    from bot.logs import set_up_logs
    from studio.web.server import serve

    settings = settings_here()
    if settings.studio_port == 0:
        raise AssistantError("STUDIO_PORT is 0: the studio is turned off. Set a port, such as 8085.")
    set_up_logs(settings.log_level)
    asyncio.run(_until_signal(lambda stop: serve(settings, chosen.project.resolve(), stop)))
    return 0


async def _until_signal(work: Any) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await work(stop)


def _invite(chosen: argparse.Namespace) -> int:
    from studio.web.accounts import desk
    from studio.web.accounts.staff import Newcomer

    newcomer = Newcomer(chosen.name, chosen.email, chosen.role, chosen.language)
    print(asyncio.run(desk.invite(settings_here(), newcomer, time())))
    return 0


def _reset(chosen: argparse.Namespace) -> int:
    from studio.web.accounts import desk

    print(asyncio.run(desk.reset(settings_here(), chosen.email, time())))
    return 0


def _list(_: argparse.Namespace) -> int:
    from studio.web.accounts import desk

    for line in asyncio.run(desk.listed(settings_here())):
        print(line)
    return 0
