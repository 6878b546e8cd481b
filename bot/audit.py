"""The audit log: who did what and when, append only; each entry is chained to the one before, so tampering shows."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select, update

from bot.clock import Clock
from bot.store import Store, Transaction, again
from bot.store.schema import audit, audit_head

BEGINNING = "0" * 64
"""The hash before the first entry."""
_HEAD = 1
_AT_ONCE = 1000  # entries that a check reads together


@dataclass(frozen=True)
class Entry:
    """One thing that somebody did. `what` is an area and a verb: publish.release, answer.off."""

    number: int
    at: float
    who: str
    what: str
    subject: str
    details: Mapping[str, Any]
    hash: str


@dataclass(frozen=True)
class Verdict:
    """What a check found: `broken` names the entries that are not as they were written, and why."""

    entries: int
    broken: tuple[tuple[int, str], ...]

    @property
    def whole(self) -> bool:
        """Whether nothing was changed, taken out or put in."""
        return not self.broken


async def record(
    connection: Transaction, who: str, what: str, subject: str, details: Mapping[str, Any] | None = None, *, at: float
) -> Entry:
    """Add an entry inside the caller's transaction; writers wait for each other until that ends."""
    number, before = await _hold_head(connection)
    told = json.dumps(details or {}, ensure_ascii=False, sort_keys=True)
    fields = {"number": number, "at": float(at), "who": who, "what": what, "subject": subject, "details": told}
    chained = _chained(before, fields)
    await connection.execute(audit.insert(), [{**fields, "hash": chained}])
    await connection.execute(update(audit_head).where(audit_head.c.id == _HEAD).values(hash=chained))
    return Entry(number, float(at), who, what, subject, dict(details or {}), chained)


@again
async def write(
    store: Store, who: str, what: str, subject: str, details: Mapping[str, Any] | None = None, *, clock: Clock
) -> Entry:
    """Add an entry in a transaction of its own."""
    async with store.begin() as connection:
        return await record(connection, who, what, subject, details, at=clock())


async def entries(
    store: Store,
    *,
    subject: str | None = None,
    what: str | Sequence[str] = (),
    limit: int = 200,
    before: int | None = None,
) -> list[Entry]:
    """The entries, the latest first; `what` is a beginning such as "publish.", or several of them."""
    query = select(audit).order_by(audit.c.number.desc()).limit(limit)
    if subject is not None:
        query = query.where(audit.c.subject == subject)
    if what:
        begins = (what,) if isinstance(what, str) else what
        query = query.where(or_(*(audit.c.what.startswith(each, autoescape=True) for each in begins)))
    if before is not None:
        query = query.where(audit.c.number < before)
    async with store.read() as connection:
        return [_entry(row) for row in (await connection.execute(query)).all()]


async def verify(store: Store) -> Verdict:
    """Compute the whole chain again and compare."""
    broken: list[tuple[int, str]] = []
    last, before = 0, BEGINNING
    async with store.read(steady=True) as connection:
        while rows := (await connection.execute(_page(last))).all():
            for row in rows:
                if row.number != last + 1:
                    broken.append((last + 1, _missing(last + 1, row.number - 1)))
                elif row.hash != _chained(before, {name: getattr(row, name) for name in _FIELDS}):
                    broken.append((row.number, f"Entry {row.number} is not what was written then."))
                last, before = row.number, row.hash
        head = (await connection.execute(select(audit_head))).one_or_none()
    latest, chained = (head.number, head.hash) if head else (0, BEGINNING)
    if latest > last:
        broken.append((last + 1, _missing(last + 1, latest)))
    elif latest < last or chained != before:
        broken.append((last, f"Entry {last} was not put there by the assistant, or was changed with all before it."))
    return Verdict(last, tuple(broken))


_FIELDS = ("number", "at", "who", "what", "subject", "details")


def _page(after: int) -> Any:
    return select(audit).where(audit.c.number > after).order_by(audit.c.number).limit(_AT_ONCE)


def _missing(first: int, last: int) -> str:
    return f"Entry {first} is missing." if first == last else f"Entries {first} to {last} are missing."


def _chained(before: str, fields: Mapping[str, Any]) -> str:
    told = json.dumps([fields[name] for name in _FIELDS], ensure_ascii=False)
    return hashlib.sha256(f"{before}\n{told}".encode()).hexdigest()


async def _hold_head(connection: Transaction) -> tuple[int, str]:
    """The new entry's number and the hash before it; the row stays locked until the transaction ends."""
    forward = update(audit_head).where(audit_head.c.id == _HEAD).values(number=audit_head.c.number + 1)
    head = (await connection.execute(forward.returning(audit_head.c.number, audit_head.c.hash))).one_or_none()
    if head is None:
        await connection.execute(audit_head.insert(), [{"id": _HEAD, "number": 1, "hash": BEGINNING}])
        return 1, BEGINNING
    return head.number, head.hash


def _entry(row: Any) -> Entry:
    return Entry(row.number, row.at, row.who, row.what, row.subject, json.loads(row.details), row.hash)
