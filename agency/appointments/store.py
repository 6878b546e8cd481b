"""Bookings in SQLite: a desk serves one person at a time, whatever happens at the same moment or breaks in between.

A booking takes a desk for every step of the clock it covers, one row each. The primary key of that table is what
makes a double booking impossible; the transaction around it is what makes choosing a desk simple.
"""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from agency.appointments.processes import Contact, Process, Status, Wanted
from agency.database import Database

SCHEMA = """
CREATE TABLE IF NOT EXISTS processes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    auth_key TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('reserved', 'preconfirmed', 'confirmed', 'deleted')),
    office_id INTEGER NOT NULL,
    service_id INTEGER NOT NULL,
    service_count INTEGER NOT NULL,
    starts INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    expires INTEGER,
    key TEXT UNIQUE,
    family_name TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL DEFAULT '',
    telephone TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS processes_by_start ON processes (starts);
CREATE INDEX IF NOT EXISTS processes_by_end_of_hold ON processes (expires) WHERE expires IS NOT NULL;
CREATE INDEX IF NOT EXISTS processes_with_a_name ON processes (starts) WHERE family_name != '';
CREATE TABLE IF NOT EXISTS taken (
    office_id INTEGER NOT NULL,
    tick INTEGER NOT NULL,
    desk INTEGER NOT NULL,
    process_id INTEGER NOT NULL REFERENCES processes (id) ON DELETE CASCADE,
    PRIMARY KEY (office_id, tick, desk)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS taken_by_process ON taken (process_id);
INSERT OR IGNORE INTO sqlite_sequence (name, seq) SELECT 'processes', 100000
    WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'processes');
"""
KEY_LENGTH = 6
_DIGITS, _LETTERS = "23456789", "BCDFGHJKMNPQRSTVWXZ"
"""Nothing that looks like something else on paper, and no vowels, so that no word comes out."""
_KEPT_SECONDS = 30 * 24 * 3600
"""How long after an appointment the name and how to reach the person are kept."""
_NOBODY = "family_name = '', email = '', telephone = '', note = ''"


class Book(Database):
    """The bookings in the file at `path`."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, SCHEMA)

    def reserve(self, wanted: Wanted, now: int, hold_seconds: int) -> Process | None:
        """Hold a desk until `now` + `hold_seconds`; None if all are taken. The same key gives the same hold."""
        with self._changing(now) as db:
            if wanted.key:
                known = db.execute("SELECT * FROM processes WHERE key = ?", (wanted.key,)).fetchone()
                if known and known["status"] != "deleted":
                    return _process(known)
                db.execute("UPDATE processes SET key = NULL WHERE key = ?", (wanted.key,))
            desk = _free_desk(db, wanted)
            if desk is None:
                return None
            number = db.execute(
                "INSERT INTO processes (auth_key, status, office_id, service_id, service_count, starts, ends,"
                " expires, key) VALUES (?, 'reserved', ?, ?, ?, ?, ?, ?, ?)",
                (
                    _new_key(), wanted.office_id, wanted.service_id, wanted.service_count,
                    wanted.starts, wanted.ends, now + hold_seconds, wanted.key or None,
                ),
            ).lastrowid  # fmt: skip
            rows = [(wanted.office_id, tick, desk, number) for tick in wanted.ticks]
            db.executemany("INSERT INTO taken (office_id, tick, desk, process_id) VALUES (?, ?, ?, ?)", rows)
            return _process(db.execute("SELECT * FROM processes WHERE id = ?", (number,)).fetchone())

    def get(self, process_id: int, auth_key: str, now: int) -> Process | None:
        """The booking, if the key is its key and it is not a hold that is over."""
        query = "SELECT * FROM processes WHERE id = ? AND (expires IS NULL OR expires > ?)"
        row = next(iter(self.rows(query, process_id, now)), None)
        # An unknown number takes the same comparison, so that the time it takes tells nothing.
        same = secrets.compare_digest((row["auth_key"] if row else "-").encode(), auth_key.encode())
        return _process(row) if row and same else None

    def change(self, process_id: int, contact: Contact, now: int) -> bool:
        """Write down who comes; False if the hold is over."""
        with self._changing(now) as db:
            return bool(
                db.execute(
                    "UPDATE processes SET family_name = :family_name, email = :email, telephone = :telephone,"
                    " note = :note WHERE id = :id AND status IN ('reserved', 'preconfirmed')",
                    {**asdict(contact), "id": process_id},
                ).rowcount
            )

    def move(self, process_id: int, old: tuple[Status, ...], new: Status, now: int) -> bool:
        """Take a booking from one of the `old` states to `new`; False if it is in another one by now."""
        ends = "" if new == "preconfirmed" else ", expires = NULL"
        forgets = f", {_NOBODY}" if new == "deleted" else ""
        states = ", ".join("?" * len(old))
        query = f"UPDATE processes SET status = ?{ends}{forgets} WHERE id = ? AND status IN ({states})"  # noqa: S608
        with self._changing(now) as db:
            done = bool(db.execute(query, (new, process_id, *old)).rowcount)
            if done and new == "deleted":
                db.execute("DELETE FROM taken WHERE process_id = ?", (process_id,))
            return done

    def taken(self, office_id: int, first: int, last: int, now: int) -> dict[int, set[int]]:
        """Desks that are taken, by tick, from tick `first` to `last`; holds that are over do not count."""
        query = (
            "SELECT tick, desk FROM taken JOIN processes ON processes.id = process_id"
            " WHERE taken.office_id = ? AND tick BETWEEN ? AND ? AND (expires IS NULL OR expires > ?)"
        )
        found: dict[int, set[int]] = {}
        for tick, desk in self.rows(query, office_id, first, last, now):
            found.setdefault(tick, set()).add(desk)
        return found

    def confirmed(self, first: int, last: int) -> list[Process]:
        """What is booked from one moment up to another, in the order people come."""
        query = "SELECT * FROM processes WHERE status = 'confirmed' AND starts >= ? AND starts < ? ORDER BY starts, id"
        return [_process(row) for row in self.rows(query, first, last)]

    @contextmanager
    def _changing(self, now: int) -> Iterator[sqlite3.Connection]:
        """A transaction that begins by ending the holds that are over and forgetting who came long ago."""
        with self.transaction() as db:
            db.execute("DELETE FROM processes WHERE expires <= ?", (now,))
            old = f"UPDATE processes SET {_NOBODY} WHERE starts < ? AND family_name != ''"  # noqa: S608
            db.execute(old, (now - _KEPT_SECONDS,))
            yield db


def _free_desk(db: sqlite3.Connection, wanted: Wanted) -> int | None:
    query = "SELECT desk FROM taken WHERE office_id = ? AND tick BETWEEN ? AND ?"
    busy = {desk for (desk,) in db.execute(query, (wanted.office_id, wanted.ticks[0], wanted.ticks[-1]))}
    return next((desk for desk in range(wanted.desks) if desk not in busy), None)


def _new_key() -> str:
    """Letters and digits, at least one of each, so that it can be told from a number and from a word."""
    while True:
        key = "".join(secrets.choice(_DIGITS + _LETTERS) for _ in range(KEY_LENGTH))
        if set(key) & set(_DIGITS) and set(key) & set(_LETTERS):
            return key


def _process(row: sqlite3.Row) -> Process:
    return Process(
        id=row["id"],
        auth_key=row["auth_key"],
        status=row["status"],
        office_id=row["office_id"],
        service_id=row["service_id"],
        service_count=row["service_count"],
        starts=row["starts"],
        ends=row["ends"],
        expires=row["expires"],
        contact=Contact(row["family_name"], row["email"], row["telephone"], row["note"]),
    )
