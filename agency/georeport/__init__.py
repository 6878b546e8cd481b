"""Service requests by the GeoReport v2 (Open311) standard: the API, its catalog and its store."""
