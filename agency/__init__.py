"""A small agency backend over SQLite, one folder a standard: the embedded default, usable by a town without its own."""
