"""Reviews: somebody asks, another person looks, and an approval counts for the draft that was looked at alone."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select, update

from bot import audit
from bot.clock import Clock
from bot.ids import new_id
from bot.store import Store, Transaction, again
from bot.store.schema import reviews, staff
from studio.publishing.errors import PublishError
from studio.publishing.git import Author

LONGEST = 2000
"""Characters of a message or a note."""


class ReviewRefused(PublishError):
    """It cannot be asked for or decided like this. `code` names the words for it."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass(frozen=True)
class Who:
    """The acting person: their account and how the audit log names them."""

    id: str
    name: str


@dataclass(frozen=True)
class Review:
    """One request to look at a draft. `state`: open, approved, returned, withdrawn, published."""

    id: str
    digest: str
    message: str
    state: str
    asked_by: Who
    asked_by_email: str
    asked_at: float
    decided_by: Who | None
    decided_at: float | None
    note: str

    @property
    def asker(self) -> Author:
        """Who asked, as git names them."""
        return Author(self.asked_by.name, self.asked_by_email)


async def latest(store: Store, digest: str) -> Review | None:
    """What was last said about exactly this draft; what was withdrawn does not count."""
    query = _query().where(reviews.c.digest == digest, reviews.c.state != "withdrawn")
    async with store.read() as connection:
        row = (await connection.execute(query.order_by(reviews.c.asked_at.desc()).limit(1))).one_or_none()
    return _review(row) if row else None


async def waiting(store: Store) -> list[Review]:
    """Open ones, the latest first; the draft may have changed since."""
    query = _query().where(reviews.c.state == "open").order_by(reviews.c.asked_at.desc()).limit(100)
    async with store.read() as connection:
        return [_review(row) for row in (await connection.execute(query)).all()]


async def past(store: Store, limit: int = 20) -> list[Review]:
    """Those that were decided, the latest first."""
    query = _query().where(reviews.c.state.in_(("approved", "returned", "published")))
    async with store.read() as connection:
        rows = (await connection.execute(query.order_by(reviews.c.decided_at.desc()).limit(limit))).all()
    return [_review(row) for row in rows]


@again
async def ask(store: Store, digest: str, message: str, who: Who, *, clock: Clock) -> None:
    """Ask somebody else to look. What the same person asked for earlier drafts is withdrawn."""
    async with store.begin() as connection:
        known = select(reviews.c.id).where(reviews.c.digest == digest, reviews.c.state.in_(("open", "approved")))
        if (await connection.execute(known)).first():
            raise ReviewRefused("known", "Somebody has asked for a review of this draft already.")
        older = update(reviews).where(reviews.c.state == "open", reviews.c.asked_by == who.id)
        await connection.execute(older.values(state="withdrawn"))
        row = {"id": new_id(), "digest": digest, "message": message[:LONGEST], "asked_by": who.id, "state": "open"}
        await connection.execute(reviews.insert(), [{**row, "asked_at": clock(), "note": ""}])
        await audit.record(connection, who.name, "review.ask", _short(digest), {"message": message}, at=clock())


@again
async def decide(store: Store, id: str, digest: str, who: Who, *, approve: bool, note: str, clock: Clock) -> None:
    """Approve or give back. Raises ReviewRefused for one's own request, another draft, or what is decided."""
    async with store.begin() as connection:
        row = (await connection.execute(_query().where(reviews.c.id == id))).one_or_none()
        review = _review(row) if row else None
        if review is None or review.state != "open":
            raise ReviewRefused("over", "This request is not open any more.")
        if review.asked_by.id == who.id:
            raise ReviewRefused("own", "You asked for this review; somebody else has to look at it.")
        if review.digest != digest:
            raise ReviewRefused("changed", "The draft has changed since. Look at it again.")
        state, verb = ("approved", "review.approve") if approve else ("returned", "review.return")
        decided = {"state": state, "decided_by": who.id, "decided_at": clock(), "note": note[:LONGEST]}
        await _set(connection, id, "open", decided)
        await audit.record(connection, who.name, verb, _short(digest), {"note": note, "asked_by": review.asked_by.name},
                           at=clock())  # fmt: skip


@again
async def withdraw(store: Store, id: str, who: Who, *, clock: Clock) -> None:
    """Take back what one has asked for. Raises ReviewRefused for somebody else's."""
    async with store.begin() as connection:
        row = (await connection.execute(_query().where(reviews.c.id == id))).one_or_none()
        if row is None or row.state != "open":
            raise ReviewRefused("over", "This request is not open any more.")
        if row.asked_by != who.id:
            raise ReviewRefused("others", "Somebody else asked for this review.")
        await _set(connection, id, "open", {"state": "withdrawn"})
        await audit.record(connection, who.name, "review.withdraw", _short(row.digest), at=clock())


@again
async def published(store: Store, digest: str) -> None:
    """The draft went live: nothing of it waits any more."""
    done = update(reviews).where(reviews.c.digest == digest, reviews.c.state.in_(("open", "approved")))
    async with store.begin() as connection:
        await connection.execute(done.values(state="published"))


async def _set(connection: Transaction, id: str, state: str, values: dict[str, Any]) -> None:
    """Only as long as nobody else was quicker."""
    done = await connection.execute(
        update(reviews).where(reviews.c.id == id, reviews.c.state == state).values(**values)
    )
    if done.rowcount != 1:
        raise ReviewRefused("over", "This request is not open any more.")


def _short(digest: str) -> str:
    return f"draft {digest[:12]}"


_decider = staff.alias("decider")


def _query() -> Select[Any]:
    joined = reviews.join(staff, staff.c.id == reviews.c.asked_by).outerjoin(
        _decider, _decider.c.id == reviews.c.decided_by
    )
    names = staff.c.name.label("asker"), staff.c.email.label("asker_email"), _decider.c.name.label("decider")
    return select(reviews, *names).select_from(joined)


def _review(row: Any) -> Review:
    decided_by = Who(row.decided_by, row.decider) if row.decided_by else None
    return Review(
        row.id, row.digest, row.message, row.state, Who(row.asked_by, row.asker), row.asker_email, row.asked_at,
        decided_by, row.decided_at, row.note,
    )  # fmt: skip
