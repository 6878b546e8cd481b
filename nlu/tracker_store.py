"""Where Rasa keeps conversations: SQLite in var/ by default, PostgreSQL by URL; a turn is saved whole or not at all."""

from __future__ import annotations

import json
import os
from collections import OrderedDict
from itertools import islice
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.lock_store import LockError
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.engine import make_url

DEFAULT_URL = "sqlite:///var/trackers.db"
KEPT = 500  # trackers held in memory


class ConversationMoved(LockError):
    """Another Rasa server has saved a turn of this conversation meanwhile: nothing of this one is kept."""


_EVENTS = SQLTrackerStore.SQLEvent.__table__
_LAST = sa.select([sa.func.max(_EVENTS.c.id)]).where(_EVENTS.c.sender_id == sa.bindparam("sender"))
_NEWER = sa.select([sa.func.count(), sa.func.max(_EVENTS.c.id)]).where(
    _EVENTS.c.sender_id == sa.bindparam("sender"), _EVENTS.c.id > sa.bindparam("seen")
)
_ALL = (
    sa.select([_EVENTS.c.id, _EVENTS.c.type_name, _EVENTS.c.data])
    .where(_EVENTS.c.sender_id == sa.bindparam("sender"))
    .order_by(_EVENTS.c.id)
)


class DurableTrackerStore(SQLTrackerStore):
    """endpoints.yml `tracker_store: {type: nlu.tracker_store.DurableTrackerStore}`, on the database TRACKER_STORE_URL.

    Rasa's table and format, but one kept-open connection, and the last trackers in memory: each is used only if the
    database still holds nothing newer, so several Rasa processes may share it.
    """

    def __init__(
        self,
        domain: Optional[Domain] = None,
        host: Optional[str] = None,
        event_broker: Optional[EventBroker] = None,
        **kwargs: Any,
    ) -> None:
        url = make_url(os.environ.get("TRACKER_STORE_URL") or DEFAULT_URL)
        shown = url.render_as_string(hide_password=False)
        if url.get_backend_name() != "sqlite":
            super().__init__(domain, host=shown, event_broker=event_broker)
            self.engine = sa.create_engine(url, pool_pre_ping=True, hide_parameters=True)
            self.sessionmaker = sa.orm.session.sessionmaker(bind=self.engine)
        else:
            Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
            super().__init__(domain, dialect="sqlite", db=str(url.database), event_broker=event_broker)
            self.engine = _sqlite(shown)
            self.sessionmaker = sa.orm.session.sessionmaker(bind=self.engine)
        self._kept: "OrderedDict[str, Tuple[int, DialogueStateTracker]]" = OrderedDict()
        self._seen: Dict[str, Tuple[int, int]] = {}  # of the tracker given out last: its events, the id of the latest

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The conversation since its last session start, or None. What is changed on it counts only once saved."""
        kept = self._kept.pop(sender_id, None)
        with self.engine.connect() as connection:
            last = connection.execute(_LAST, {"sender": sender_id}).scalar()
            if kept is None or kept[0] != last:
                kept = self._read(connection, sender_id)
        self._seen[sender_id] = (len(kept[1].events), kept[0]) if kept else (0, 0)
        return kept[1] if kept else None

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Adds the tracker's new events in one transaction. Raises ConversationMoved."""
        await self.stream_events(tracker)
        sender = tracker.sender_id
        known, seen = self._seen.pop(sender, (0, 0))
        events = list(islice(tracker.events, known, None))
        if not events:
            return
        with self.engine.begin() as connection:
            if self.engine.dialect.name == "postgresql":  # SQLite has one writer at a time anyway
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext(:sender))"), {"sender": sender})
            connection.execute(_EVENTS.insert(), [_row(sender, event) for event in events])
            count, last = connection.execute(_NEWER, {"sender": sender, "seen": seen}).one()
            if count != len(events):
                raise ConversationMoved(sender)
        if any(isinstance(event, SessionStarted) for event in events):
            return  # read again next time: only what came after counts
        self._kept[sender], self._seen[sender] = (last, tracker), (len(tracker.events), last)
        while len(self._kept) > KEPT:
            self._seen.pop(self._kept.popitem(last=False)[0], None)

    async def delete(self, sender_id: str) -> None:
        """Removes every event of a conversation."""
        self._kept.pop(sender_id, None)
        self._seen.pop(sender_id, None)
        with self.engine.begin() as connection:
            connection.execute(_EVENTS.delete().where(_EVENTS.c.sender_id == sender_id))

    def _read(self, connection: Any, sender_id: str) -> Optional[Tuple[int, DialogueStateTracker]]:
        rows: List[Any] = connection.execute(_ALL, {"sender": sender_id}).fetchall()
        if not rows:
            return None
        starts = [index for index, row in enumerate(rows) if row.type_name == SessionStarted.type_name]
        recent = rows[starts[-1] :] if starts else rows
        events = [json.loads(row.data) for row in recent]
        return rows[-1].id, DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)


def _row(sender: str, event: Event) -> Dict[str, Any]:
    data = event.as_dict()
    return {
        "sender_id": sender,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }


def _sqlite(url: str) -> Any:
    """One connection, kept open: closing the last one makes SQLite fold its journal back in, milliseconds a turn."""
    same_thread = {"check_same_thread": False}
    engine = sa.create_engine(url, poolclass=sa.pool.StaticPool, connect_args=same_thread, hide_parameters=True)

    @sa.event.listens_for(engine, "connect")
    def tune(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")  # a saved turn survives a power cut, not only a kill
        connection.execute("PRAGMA busy_timeout=5000")

    return engine
