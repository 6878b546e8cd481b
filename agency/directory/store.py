"""The directory in SQLite: ready-made JSON of every object in every language, and a full-text index over the services.

The file is derived from the seed and made anew when the seed, the season or this code has changed.
"""

import functools
import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from agency.database import Database
from agency.directory.lexicon import Lexicon, Query, content_words, token, words
from agency.directory.records import LANGUAGES, Record, Records, identifier
from agency.directory.seed import FILES, Seed, Service, load_seed

FORM = "1"
"""Goes up when what is stored changes its form."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS records (
    kind TEXT NOT NULL, id TEXT NOT NULL, place INTEGER NOT NULL, owner_id TEXT, service_id TEXT,
    postal_code TEXT, latitude REAL, longitude REAL, modified TEXT NOT NULL, words TEXT NOT NULL,
    PRIMARY KEY (kind, id));
CREATE INDEX IF NOT EXISTS records_in_order ON records (kind, place);
CREATE TABLE IF NOT EXISTS texts (
    kind TEXT NOT NULL, id TEXT NOT NULL, language TEXT NOT NULL, brief TEXT NOT NULL, nested TEXT NOT NULL,
    PRIMARY KEY (kind, id, language));
CREATE TABLE IF NOT EXISTS tags (service_id TEXT NOT NULL, term_id TEXT NOT NULL, PRIMARY KEY (term_id, service_id));
CREATE VIRTUAL TABLE IF NOT EXISTS search USING fts5(id UNINDEXED, name, kinds, description);
"""
_WEIGHTS = "0, 8.0, 6.0, 1.0"
"""What a word counts for in the service's name, its kinds of help, its description (bm25)."""
_WEAK = 0.35
"""A match by words alone counts when its rank is at least this part of the best one's."""


@dataclass(frozen=True)
class Wanted:
    """Which objects of a kind; "" is not asked for. `owner_id`: a service's organization, a term's parent.

    `leaves_only`: terms without any below them.
    """

    kind: str
    search: str = ""
    owner_id: str = ""
    term_id: str = ""
    taxonomy_id: str = ""
    modified_after: str = ""
    postal_code: str = ""
    leaves_only: bool = False


class Directory:
    """The stored objects; opened from the seed's folder."""

    def __init__(self, path: Path, folder: Path, profile: Path, today: date) -> None:
        self._db = Database(path, _SCHEMA)
        print_of_seed = _fingerprint(folder, profile, today)
        stored = self._db.rows("SELECT value FROM facts WHERE name = 'seed'")
        if not stored or stored[0]["value"] != print_of_seed:
            seed = load_seed(folder, profile)
            with self._db.transaction() as db:
                _fill(db, seed, today)
                db.execute("INSERT OR REPLACE INTO facts VALUES ('seed', ?)", (print_of_seed,))
        self._lexicon = self._read_lexicon()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def find(self, wanted: Wanted) -> list[str]:
        """The ids that fit, best first where there is a search, in the seed's order otherwise."""
        conditions, values = ["kind = ?"], [wanted.kind]
        for column, value in (("owner_id", wanted.owner_id), ("postal_code", wanted.postal_code)):
            if value:
                conditions.append(f"{column} = ?")
                values.append(value)
        if wanted.modified_after:
            conditions.append("modified >= ?")
            values.append(wanted.modified_after)
        if wanted.term_id or wanted.taxonomy_id:
            which = "term_id = ?" if wanted.term_id else "? = (SELECT value FROM facts WHERE name = 'taxonomy')"
            conditions.append(f"coalesce(service_id, id) IN (SELECT service_id FROM tags WHERE {which})")  # noqa: S608
            values.append(wanted.term_id or wanted.taxonomy_id)
        if wanted.leaves_only:
            conditions.append("id NOT IN (SELECT owner_id FROM records WHERE owner_id IS NOT NULL)")
        if wanted.search.strip() and wanted.kind == "service" and len(conditions) == 1:
            return self._ranked(wanted.search)
        query = f"SELECT id, service_id FROM records WHERE {' AND '.join(conditions)} ORDER BY place"  # noqa: S608
        rows = self._db.rows(query, *values)
        if not wanted.search.strip():
            return [row["id"] for row in rows]
        if wanted.kind not in ("service", "service_at_location"):
            return self._plain_search(wanted, {row["id"] for row in rows})
        allowed: dict[str, list[str]] = {}
        for row in rows:
            allowed.setdefault(row["service_id"] or row["id"], []).append(row["id"])
        return [one for found in self._ranked(wanted.search) for one in allowed.get(found, ())]

    def texts(self, kind: str, ids: Iterable[str], language: str, *, nested: bool) -> list[str]:
        """The JSON texts of these objects, in this order; unknown ids are left out."""
        column = "nested" if nested else "brief"
        ids = list(ids)
        rows = self._db.rows(
            f"SELECT id, {column} AS text FROM texts WHERE kind = ? AND language = ? "  # noqa: S608
            "AND id IN (SELECT value FROM json_each(?))",
            kind, language, json.dumps(ids),
        )  # fmt: skip
        found = {row["id"]: row["text"] for row in rows}
        return [found[one] for one in ids if one in found]

    def modified(self) -> dict[str, str]:
        """When each service changed last."""
        return {
            r["id"]: r["modified"] for r in self._db.rows("SELECT id, modified FROM records WHERE kind = 'service'")
        }

    def places(self, kind: str) -> dict[str, tuple[float, float]]:
        """Where objects of that kind are: id -> (latitude, longitude)."""
        rows = self._db.rows("SELECT id, latitude, longitude FROM records WHERE kind = ?", kind)
        return {row["id"]: (row["latitude"], row["longitude"]) for row in rows if row["latitude"] is not None}

    def _plain_search(self, wanted: Wanted, allowed: set[str]) -> list[str]:
        """Names and descriptions that hold every word."""
        said = content_words(wanted.search)
        rows = self._db.rows("SELECT id, words FROM records WHERE kind = ? ORDER BY place", wanted.kind)
        return [row["id"] for row in rows if row["id"] in allowed and set(said) <= set(row["words"].split())]

    def _ranked(self, text: str) -> list[str]:
        query = self._lexicon.read(text)
        for match, weak in _attempts(query):
            rows = self._db.rows(
                f"SELECT id, bm25(search, {_WEIGHTS}) AS rank FROM search WHERE search MATCH ? "  # noqa: S608
                "ORDER BY rank, rowid",
                match,
            )
            if rows:
                enough = rows[0]["rank"] * _WEAK if weak else 0.0  # bm25 is negative: less is better
                return [row["id"] for row in rows if row["rank"] <= enough]
        return []

    def _read_lexicon(self) -> Lexicon:
        facts = self._db.rows("SELECT value FROM facts WHERE name = 'phrases'")
        phrases: dict[str, list[str]] = json.loads(facts[0]["value"])
        counted: dict[str, int] = {}
        described: set[str] = set()
        for row in self._db.rows("SELECT name, kinds, description FROM search"):
            described.update(row["description"].split())
            for word in (*row["name"].split(), *row["kinds"].split()):
                counted[word] = counted.get(word, 0) + 1
        return Lexicon(phrases, counted, described)


def _attempts(query: Query) -> Iterator[tuple[str, bool]]:
    """Searches from the strictest to the loosest: all kinds of help, any of them, all words, some words.

    Words beside a kind only lift what has them: "food box for seniors" finds every food box, the seniors' first.
    """
    said = [f'"{word}"' for word in query.words]
    extra = " OR ".join(said)
    groups = [f"({' OR '.join(kinds)})" for kinds in query.kinds]
    for joined in dict.fromkeys((" AND ".join(groups), " OR ".join(groups))):
        if joined:
            yield (f"({joined}) OR (({joined}) AND ({extra}))" if extra else joined), False
    if said and not groups:
        yield " AND ".join(said), False
        yield f"{{name kinds}} : ({extra})", True


def _fingerprint(folder: Path, profile: Path, today: date) -> str:
    digest = hashlib.sha256(f"{FORM} {today:%Y-%m}".encode())
    for path in (*(folder / name for name in FILES), profile):
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()


def _fill(db: sqlite3.Connection, seed: Seed, today: date) -> None:
    for table in ("facts", "records", "texts", "tags", "search"):
        db.execute(f"DELETE FROM {table}")  # noqa: S608
    phrases = {
        term.id: [*term.name.values(), *(name for names in term.words.values() for name in names)]
        for term in seed.taxonomy.terms
    }
    db.execute("INSERT INTO facts VALUES ('phrases', ?)", (json.dumps(phrases),))
    records = {language: Records(seed, language, today) for language in LANGUAGES}
    own = records[LANGUAGES[0]]
    db.execute("INSERT INTO facts VALUES ('taxonomy', ?)", (own.taxonomy()["id"],))
    keep = functools.partial(_keep, db, seed.changed.isoformat() + "T00:00:00Z")
    for number, service in enumerate(seed.services):
        _add_service(db, keep, seed, records, number, service)
    for number, organization in enumerate(seed.organizations):
        both = [(lang, r.organization(organization, full=False), r.organization(organization, full=True))
                for lang, r in records.items()]  # fmt: skip
        keep("organization", number, both, {})
    for number, spot in enumerate(seed.places):
        where = {"postal_code": spot.postal_code, "latitude": spot.latitude, "longitude": spot.longitude}
        keep("location", number, [(lang, r.location(spot), r.location(spot)) for lang, r in records.items()], where)
    for number, term in enumerate(seed.taxonomy.terms):
        parent = {"owner_id": identifier("term", term.parent) if term.parent else None}
        keep("taxonomy_term", number, [(lang, r.term(term), r.term(term)) for lang, r in records.items()], parent)
    keep("taxonomy", 0, [(lang, r.taxonomy(), r.taxonomy()) for lang, r in records.items()], {})


def _add_service(
    db: sqlite3.Connection, keep: Any, seed: Seed, records: dict[str, Records], number: int, service: Service
) -> None:
    both = [(lang, r.service(service, full=False), r.service(service, full=True)) for lang, r in records.items()]
    own = both[0][1]["id"]
    organization = {"owner_id": identifier("organization", service.organization)}
    keep("service", number, both, organization)
    terms = {term.id: term for term in seed.taxonomy.terms}
    tags: dict[str, None] = {}
    for name in service.terms:
        step: str | None = name
        while step and step not in tags:
            tags[step] = None
            step = terms[step].parent
    db.executemany("INSERT INTO tags VALUES (?, ?)", [(own, identifier("term", tag)) for tag in tags])
    main = [token(service.terms[0])] * 2  # the first kind is what the service is for
    kinds = " ".join([*main, *map(token, tags), *words(" ".join(" ".join(terms[tag].name.values()) for tag in tags))])
    names = " ".join(words(" ".join(service.name.values())))
    described = " ".join([*service.description.values(), *(service.eligibility or {}).values()])
    db.execute("INSERT INTO search VALUES (?, ?, ?, ?)", (own, names, kinds, " ".join(words(described))))
    for position, at in enumerate(service.at):
        spot = next(one for one in seed.places if one.id == at.place)
        nested = [(lang, r.service_at_location(service, at, full=False), r.service_at_location(service, at, full=True))
                  for lang, r in records.items()]  # fmt: skip
        where = {"postal_code": spot.postal_code, "latitude": spot.latitude, "longitude": spot.longitude}
        keep("service_at_location", number * 100 + position, nested, {**organization, **where, "service_id": own})


def _keep(
    db: sqlite3.Connection, modified: str, kind: str, place: int,
    both: list[tuple[str, Record, Record]], more: dict[str, Any],
) -> None:  # fmt: skip
    """One object: its row, and its texts (language, alone, with all that belongs to it)."""
    said = " ".join(str(brief.get(name) or "") for _, brief, _ in both for name in ("name", "description"))
    row = {"owner_id": None, "service_id": None, "postal_code": None, "latitude": None, "longitude": None, **more}
    db.execute(
        "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (kind, both[0][2]["id"], place, *row.values(), modified, " ".join(dict.fromkeys(words(said)))),
    )
    _texts(db, kind, both)


def _texts(db: sqlite3.Connection, kind: str, both: list[tuple[str, Record, Record]]) -> None:
    rows = [
        (kind, nested["id"], language, json.dumps(brief, ensure_ascii=False), json.dumps(nested, ensure_ascii=False))
        for language, brief, nested in both
    ]
    db.executemany("INSERT OR REPLACE INTO texts VALUES (?, ?, ?, ?, ?)", rows)
