"""Where Rasa keeps conversations: SQLite in var/ by default, PostgreSQL by URL; a turn is saved whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Optional

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from sqlalchemy.engine import make_url

DEFAULT_URL = "sqlite:///var/trackers.db"


class DurableTrackerStore(SQLTrackerStore):
    """endpoints.yml `tracker_store: {type: nlu.tracker_store.DurableTrackerStore}`; TRACKER_STORE_URL names the database."""

    def __init__(
        self, domain: Optional[Domain] = None, host: Optional[str] = None,
        event_broker: Optional[EventBroker] = None, **kwargs: Any,
    ) -> None:
        url = make_url(os.environ.get("TRACKER_STORE_URL") or DEFAULT_URL)
        if url.get_backend_name() == "sqlite" and url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
            super().__init__(domain, dialect="sqlite", db=url.database, event_broker=event_broker)
            sa.event.listen(self.engine, "connect", _tune_sqlite)
            self.engine.dispose()  # the connection that made the tables was not tuned
        else:
            super().__init__(domain, host=url.render_as_string(hide_password=False), event_broker=event_broker)

    async def delete(self, sender_id: str) -> None:
        """Removes every event of a conversation."""
        with self.session_scope() as session:
            session.query(self.SQLEvent).filter(self.SQLEvent.sender_id == sender_id).delete()
            session.commit()


def _tune_sqlite(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA busy_timeout=5000")
