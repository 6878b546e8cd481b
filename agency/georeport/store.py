"""Service requests in SQLite: what was accepted survives a crash, and the same key is the same request."""

import json
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from agency.database import Database
from agency.georeport.requests import Arrival, Content, Filter, Move, Request

SCHEMA = """
CREATE TABLE IF NOT EXISTS requests (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT UNIQUE,
    token TEXT UNIQUE,
    type TEXT NOT NULL,
    service_code TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed')),
    status_notes TEXT NOT NULL DEFAULT '',
    requested TEXT NOT NULL,
    updated TEXT NOT NULL,
    expected TEXT,
    ready TEXT NOT NULL,
    content TEXT NOT NULL,
    client TEXT NOT NULL,
    key TEXT,
    fingerprint TEXT NOT NULL,
    UNIQUE (client, key)
);
CREATE INDEX IF NOT EXISTS requests_by_date ON requests (requested);
CREATE TABLE IF NOT EXISTS moves (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    request_id TEXT NOT NULL REFERENCES requests (id),
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    old_status TEXT NOT NULL,
    new_status TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE TRIGGER IF NOT EXISTS moves_stay BEFORE UPDATE ON moves BEGIN SELECT RAISE(ABORT, 'moves are kept'); END;
CREATE TRIGGER IF NOT EXISTS moves_remain BEFORE DELETE ON moves BEGIN SELECT RAISE(ABORT, 'moves are kept'); END;
"""


class KeyReused(Exception):
    """The idempotency key belongs to a request with other content."""


class Store(Database):
    """The requests and what was done to them."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, SCHEMA)

    def add(self, content: Content, arrival: Arrival) -> tuple[Request, bool]:
        """Store a submission once; return it and whether it is new. KeyReused if the key has other content."""
        with self.transaction() as db:
            same = "SELECT * FROM requests WHERE client = ? AND key = ?"
            known = db.execute(same, (arrival.client, arrival.key)).fetchone() if arrival.key else None
            if known:
                if known["fingerprint"] != arrival.fingerprint:
                    raise KeyReused
                return _request(known), False
            number = db.execute(
                "INSERT INTO requests (type, service_code, requested, updated, expected, ready, content,"
                " client, key, fingerprint) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    arrival.type,
                    content.service_code,
                    _stamp(arrival.requested),
                    _stamp(arrival.requested),
                    arrival.expected and _stamp(arrival.expected),
                    _stamp(arrival.ready),
                    json.dumps(content.__dict__, ensure_ascii=False),
                    arrival.client,
                    arrival.key,
                    arrival.fingerprint,
                ),
            ).lastrowid
            request_id = f"{arrival.requested:%y}{number:06d}"
            token = "lower(hex(randomblob(8)))" if arrival.type == "batch" else "NULL"
            db.execute(f"UPDATE requests SET id = ?, token = {token} WHERE number = ?", (request_id, number))  # noqa: S608
            return _request(db.execute("SELECT * FROM requests WHERE number = ?", (number,)).fetchone()), True

    def get(self, request_id: str) -> Request | None:
        """Return a request by its id."""
        return self._one("SELECT * FROM requests WHERE id = ?", request_id)

    def by_token(self, token: str) -> Request | None:
        """Return a request by the token that a batch service gave."""
        return self._one("SELECT * FROM requests WHERE token = ?", token)

    def find(self, wanted: Filter) -> list[Request]:
        """Return the requests that fit, newest first."""
        where, values = _where(wanted)
        query = f"SELECT * FROM requests WHERE {where} ORDER BY requested DESC, number DESC LIMIT ? OFFSET ?"  # noqa: S608
        with self._lock:
            return [_request(row) for row in self._db.execute(query, (*values, wanted.limit, wanted.offset))]

    def count(self, wanted: Filter) -> int:
        """Return how many requests fit, whatever the limit."""
        where, values = _where(wanted)
        with self._lock:
            return int(self._db.execute(f"SELECT count(*) FROM requests WHERE {where}", values).fetchone()[0])  # noqa: S608

    def move(self, move: Move) -> bool:
        """Set a request's status and notes and record who did; False if there is no such request.

        The old status is read here: `move.old_status` is not used. A form sent twice is one move.
        """
        with self.transaction() as db:
            query = "SELECT status, status_notes FROM requests WHERE id = ?"
            row = db.execute(query, (move.request_id,)).fetchone()
            if row is None:
                return False
            if (row["status"], row["status_notes"]) == (move.new_status, move.note):
                return True
            at = _stamp(move.at)
            db.execute(
                "UPDATE requests SET status = ?, status_notes = ?, updated = ? WHERE id = ?",
                (move.new_status, move.note, at, move.request_id),
            )
            db.execute(
                "INSERT INTO moves (request_id, at, who, old_status, new_status, note) VALUES (?, ?, ?, ?, ?, ?)",
                (move.request_id, at, move.who, row["status"], move.new_status, move.note),
            )
            return True

    def moves(self, request_id: str) -> list[Move]:
        """Return what was done to a request, oldest first."""
        query = "SELECT * FROM moves WHERE request_id = ? ORDER BY number"
        with self._lock:
            rows = self._db.execute(query, (request_id,)).fetchall()
        return [
            Move(r["request_id"], _moment(r["at"]), r["who"], r["old_status"], r["new_status"], r["note"]) for r in rows
        ]

    def _one(self, query: str, value: str) -> Request | None:
        with self._lock:
            row = self._db.execute(query, (value,)).fetchone()
        return _request(row) if row else None


def _where(wanted: Filter) -> tuple[str, list[Any]]:
    parts: list[str] = ["id IS NOT NULL"]
    values: list[Any] = []
    for column, options in (("id", wanted.ids), ("service_code", wanted.service_codes), ("status", wanted.statuses)):
        if options:
            parts.append(f"{column} IN (SELECT value FROM json_each(?))")  # noqa: S608
            values.append(json.dumps(list(options)))
    if wanted.start:
        parts.append("requested >= ?")
        values.append(_stamp(wanted.start))
    if wanted.end:
        parts.append("requested <= ?")
        values.append(_stamp(wanted.end))
    if wanted.seen_at:
        parts.append("type != 'blackbox' AND ready <= ?")
        values.append(_stamp(wanted.seen_at))
    if wanted.words:
        parts.append("instr(lower(id || ' ' || content), lower(?)) > 0")
        values.append(wanted.words)
    return " AND ".join(parts), values


def _request(row: sqlite3.Row) -> Request:
    return Request(
        id=row["id"],
        token=row["token"],
        type=row["type"],
        status=row["status"],
        status_notes=row["status_notes"],
        requested=_moment(row["requested"]),
        updated=_moment(row["updated"]),
        expected=_moment(row["expected"]) if row["expected"] else None,
        ready=_moment(row["ready"]),
        content=Content(**json.loads(row["content"])),
    )


def _stamp(moment: datetime) -> str:
    """UTC with milliseconds: the same length always, so that text order is time order."""
    utc = moment - (moment.utcoffset() or timedelta())
    return utc.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
