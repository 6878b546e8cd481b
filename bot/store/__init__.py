"""The durable store: tables, transactions and migrations. SQLite by default, PostgreSQL by URL."""

from bot.store.again import again
from bot.store.engine import Store, Transaction, open_store

__all__ = ["Store", "Transaction", "again", "open_store"]
