"""`python -m agency`: serve, list requests and appointments, move a request to another status, add the examples."""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from agency.appointments.listing import list_day
from agency.appointments.plan import PlanError, load_plan
from agency.appointments.store import Book
from agency.calendars.zones import ZonesError
from agency.database import StoreError
from agency.directory.seed import SeedError
from agency.georeport.api import now
from agency.georeport.catalog import CatalogError, load_catalog
from agency.georeport.examples import add_examples
from agency.georeport.requests import STATUSES, Filter, Move
from agency.georeport.store import Store
from agency.participation import commands as participation
from agency.server import CannotServe, serve
from agency.settings import Settings, SettingsError, read_port, read_settings

USAGE_ERROR = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 not found, 2 cannot start."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options, _settings(options))
    except (SettingsError, CatalogError, ZonesError, PlanError, SeedError, StoreError, CannotServe) as error:
        print(f"agency: {error}", file=sys.stderr)
        return USAGE_ERROR


def _run(options: argparse.Namespace, settings: Settings) -> int:
    if options.command == "move":
        return _move(Store(settings.data), options.id, options.status, options.note)
    if options.command == "list":
        return _list(Store(settings.data), options.status)
    if options.command in participation.COMMANDS:
        return participation.run(options, settings)
    if options.command == "appointments":
        return _appointments(settings, options.day)
    catalog = load_catalog(settings.services)
    store = Store(settings.data)
    if options.command == "seed" or (options.examples and not store.count(Filter())):
        added = add_examples(settings.examples, catalog, store, now())
        print(f"Added {added} example requests.", flush=True)
    if options.command == "serve":
        if not settings.api_keys:
            print("agency: AGENCY_API_KEYS is empty, so nobody can submit a report.", file=sys.stderr)
        serve(settings, catalog, store)
    return 0


def _move(store: Store, request_id: str, status: str, note: str) -> int:
    if not store.move(Move(request_id, now(), "command line", "", status, note)):
        print(f"agency: there is no request {request_id}.", file=sys.stderr)
        return 1
    print(f"{request_id} is {status}.")
    return 0


def _list(store: Store, status: str | None) -> int:
    for found in store.find(Filter(statuses=[status] if status else [])):
        print(f"{found.id}  {found.status:6}  {found.requested:%Y-%m-%d}  {found.content.service_code}")
    return 0


def _appointments(settings: Settings, day: date | None) -> int:
    """Print who comes on a day (today unless told): time, office, service, number and name, and nothing else."""
    plan, book = load_plan(settings.appointments, settings.holidays), Book(settings.data.with_name("appointments.db"))
    for line in list_day(plan, book, day or datetime.now(settings.time_zone).date(), settings.time_zone):
        print(line)
    return 0


def _settings(options: argparse.Namespace) -> Settings:
    settings = read_settings(os.environ)
    if options.data:
        settings = replace(settings, data=options.data)
    if options.command == "serve":
        port = read_port("--port", options.port) if options.port else settings.port
        settings = replace(settings, host=options.host or settings.host, port=port)
    return settings


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m agency", description="A small agency: requests and appointments.")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--data", type=Path, help="the database file (AGENCY_DATA)")
    commands = parser.add_subparsers(dest="command", required=True)
    server = commands.add_parser("serve", parents=[shared], help="run the server")
    server.add_argument("--host", help="the address to listen on (AGENCY_HOST)")
    server.add_argument("--port", help="the port to listen on (AGENCY_PORT)")
    server.add_argument("--examples", action="store_true", help="fill an empty database with invented requests")
    mover = commands.add_parser("move", parents=[shared], help="change a request's status")
    mover.add_argument("id", help="the request's number")
    mover.add_argument("status", choices=STATUSES)
    mover.add_argument("--note", default="", help="what the reporter may read about it")
    lister = commands.add_parser("list", parents=[shared], help="print the newest requests")
    lister.add_argument("--status", choices=STATUSES)
    booked = commands.add_parser("appointments", parents=[shared], help="print who comes on a day")
    booked.add_argument("--day", type=date.fromisoformat, help="the day, such as 2027-01-31 (today)")
    commands.add_parser("seed", parents=[shared], help="add the invented example requests, once")
    participation.add_commands(commands, shared)
    return parser


if __name__ == "__main__":
    sys.exit(main())
