"""A small agency backend: the embedded default for a town that has no Open311 server."""
