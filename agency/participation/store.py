"""Comments, votes and early closings in SQLite: what was accepted survives a crash, and the same key is the same."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from agency.database import Database

SCHEMA = """
CREATE TABLE IF NOT EXISTS comments (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    consultation TEXT NOT NULL,
    text TEXT NOT NULL,
    name TEXT NOT NULL,
    area TEXT NOT NULL,
    language TEXT NOT NULL,
    created TEXT NOT NULL,
    client TEXT NOT NULL,
    key TEXT,
    UNIQUE (client, key)
);
CREATE INDEX IF NOT EXISTS comments_by_consultation ON comments (consultation);
CREATE TABLE IF NOT EXISTS votes (
    poll TEXT NOT NULL,
    voter TEXT NOT NULL,
    option TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (poll, voter)
);
CREATE TABLE IF NOT EXISTS closings (consultation TEXT PRIMARY KEY, at TEXT NOT NULL);
"""


class KeyReused(Exception):
    """The idempotency key belongs to a comment with other words."""


@dataclass(frozen=True)
class Comment:
    """What a resident wrote. `name` and `area` are empty where they gave none."""

    consultation: str
    text: str
    name: str
    area: str
    language: str
    created: datetime
    number: int = 0

    @property
    def receipt(self) -> str:
        """The number the resident gets, such as C26-00042."""
        return f"C{self.created:%y}-{self.number:05d}"


class Store(Database):
    """What residents wrote and chose."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, SCHEMA)

    def known(self, comment: Comment, client: str, key: str) -> Comment | None:
        """The comment that came with this key before, if any. KeyReused if it has other words."""
        same = "SELECT * FROM comments WHERE client = ? AND key = ?"
        found = [_comment(row) for row in self.rows(same, client, key)] if key else []
        if found and (found[0].consultation, found[0].text) != (comment.consultation, comment.text):
            raise KeyReused
        return found[0] if found else None

    def add(self, comment: Comment, client: str, key: str) -> Comment:
        """Store a comment, once for each key, and return it."""
        values = (comment.consultation, comment.text, comment.name, comment.area, comment.language)
        with self.transaction() as db:
            db.execute(
                "INSERT INTO comments (consultation, text, name, area, language, created, client, key)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (client, key) DO NOTHING",
                (*values, _stamp(comment.created), client, key or None),
            )
            where = "client = ? AND key = ?" if key else "number = last_insert_rowid()"
            query = f"SELECT * FROM comments WHERE {where}"  # noqa: S608
            return _comment(db.execute(query, (client, key) if key else ()).fetchone())

    def comments(self, consultation: str = "") -> list[Comment]:
        """The comments on one consultation or on all, oldest first."""
        query = "SELECT * FROM comments WHERE ? IN ('', consultation) ORDER BY number"
        return [_comment(row) for row in self.rows(query, consultation)]

    def count(self, consultation: str) -> int:
        """How many comments a consultation has."""
        return int(self.rows("SELECT count(*) FROM comments WHERE consultation = ?", consultation)[0][0])

    def vote(self, poll: str, voter: str, option: str, at: datetime) -> None:
        """Keep a voter's one vote; a later one takes its place."""
        with self.transaction() as db:
            db.execute(
                "INSERT INTO votes (poll, voter, option, at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (poll, voter) DO UPDATE SET option = excluded.option, at = excluded.at",
                (poll, voter, option, _stamp(at)),
            )

    def vote_of(self, poll: str, voter: str) -> str:
        """The option a voter chose; "" for none."""
        rows = self.rows("SELECT option FROM votes WHERE poll = ? AND voter = ?", poll, voter)
        return str(rows[0]["option"]) if rows else ""

    def results(self, poll: str) -> dict[str, int]:
        """Votes by option; options without a vote are left out."""
        query = "SELECT option, count(*) AS votes FROM votes WHERE poll = ? GROUP BY option"
        return {row["option"]: row["votes"] for row in self.rows(query, poll)}

    def close_consultation(self, consultation: str, at: datetime) -> None:
        """End a consultation before its last day."""
        with self.transaction() as db:
            db.execute("INSERT OR IGNORE INTO closings VALUES (?, ?)", (consultation, _stamp(at)))

    def closed(self) -> frozenset[str]:
        """The consultations that were ended early."""
        return frozenset(row["consultation"] for row in self.rows("SELECT consultation FROM closings"))


def _comment(row: sqlite3.Row) -> Comment:
    return Comment(
        consultation=row["consultation"],
        text=row["text"],
        name=row["name"],
        area=row["area"],
        language=row["language"],
        created=datetime.fromisoformat(row["created"]),
        number=row["number"],
    )


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
