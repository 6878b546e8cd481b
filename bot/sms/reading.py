"""Reads what came with a text message besides its words."""

import json


def media_of(payload: str | None) -> tuple[str, ...]:
    """Addresses of the pictures that came with a text message."""
    return tuple(json.loads(payload).get("media", ())) if payload and payload.startswith("{") else ()
