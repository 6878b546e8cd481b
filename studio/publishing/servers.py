"""Whether the running Rasa servers have taken a release: each tells it in its health answer."""

import http.client
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

SECONDS, LOADING_SECONDS = 5.0, 90.0
"""How long a server may take; a model that it says it is loading takes longer than words."""
_LOOK_SECONDS, _PATIENCE = 0.1, 2.0
_HEALTH = "/webhooks/assistant/"

State = Literal["taken", "loading", "refused", "behind", "down"]


@dataclass(frozen=True)
class Server:
    """What a server says about a release; `words` say what to do where it has not taken it."""

    url: str
    state: State
    words: str

    @property
    def is_settled(self) -> bool:
        """Whether waiting would change nothing."""
        return self.state in ("taken", "refused", "down")


def until_taken(urls: Sequence[str], number: int, seconds: float = SECONDS) -> Iterator[Server]:
    """Each server once it has taken or refused the release, or is out of time; the slowest last."""
    waiting, started = dict.fromkeys(urls), time.monotonic()
    while waiting:
        for url in list(waiting):
            told = ask(url, number)
            passed = time.monotonic() - started
            if told.is_settled or passed > (LOADING_SECONDS if told.state == "loading" else seconds):
                del waiting[url]
                yield told
        if waiting:
            time.sleep(_LOOK_SECONDS)


def ask(url: str, number: int) -> Server:
    """What one server says now."""
    try:
        told = _health(url)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Server(url, "down", f"{url} does not answer ({type(error).__name__}). It follows when it starts.")
    if told.get("release") == number:
        return Server(url, "taken", f"{url} says it now.")
    refused = told.get("refused") or {}
    if refused.get("release") in (number, None) and refused:
        return Server(url, "refused", f"{url} cannot take it, and goes on with what it had: {refused.get('why')}")
    if told.get("loading") == number:
        return Server(url, "loading", f"{url} is still loading the model. It will follow.")
    had = f"release {told['release']}" if told.get("release") else "no release"
    return Server(url, "behind", f"{url} still serves {had}. Does it see the same PUBLISHED_DIR?")


def _health(url: str) -> dict[str, Any]:
    at = urlsplit(url)
    kind = http.client.HTTPSConnection if at.scheme == "https" else http.client.HTTPConnection
    connection = kind(at.hostname or "", at.port, timeout=_PATIENCE)
    try:
        connection.request("GET", at.path.rstrip("/") + _HEALTH)
        told = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    if not isinstance(told, dict):
        raise ValueError("no health answer")
    return told
