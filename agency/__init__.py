"""A small agency backend: a GeoReport v2 (Open311) server over SQLite with a page for staff."""
