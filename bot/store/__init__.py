"""The durable store: tables, the engine and the migrations. SQLite by default, PostgreSQL by URL."""

from bot.store.engine import Store

__all__ = ["Store"]
