"""Publishing asks the running servers whether they say what is live, and tells honestly what they answer."""

import http.server
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from studio.publishing.servers import until_taken


@contextmanager
def rasa(*answers: dict[str, Any] | bytes) -> Iterator[str]:
    """A server that gives these health answers one after the other, and the last one for ever."""
    left = list(answers)

    class Health(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert self.path == "/webhooks/assistant/"
            told = left.pop(0) if len(left) > 1 else left[0]
            self.send_response(200)
            self.end_headers()
            self.wfile.write(told if isinstance(told, bytes) else json.dumps({"status": "ok", **told}).encode())

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Health) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


BEFORE = {"release": 3, "loading": None, "refused": None}
LOADING = {"release": 3, "loading": 4, "refused": None}
TAKEN = {"release": 4, "loading": None, "refused": None}


def test_a_server_that_loads_a_model_is_waited_for() -> None:
    with rasa(BEFORE, LOADING, LOADING, TAKEN) as slow, rasa(TAKEN) as quick:
        assert [(each.url, each.state) for each in until_taken([slow, quick], 4)] == [(quick, "taken"), (slow, "taken")]


def test_a_server_that_refuses_is_named_with_its_reason() -> None:
    with rasa({**BEFORE, "refused": {"release": 4, "why": "the model is broken"}}) as url:
        (told,) = until_taken([url], 4)
    assert told.state == "refused" and url in told.words and "the model is broken" in told.words


def test_what_was_refused_before_says_nothing_about_this_release() -> None:
    with rasa({**BEFORE, "refused": {"release": 2, "why": "old"}}, TAKEN) as url:
        assert [each.state for each in until_taken([url], 4)] == ["taken"]


def test_a_server_that_follows_another_folder_is_told_after_a_while() -> None:
    with rasa(BEFORE) as url:
        (told,) = until_taken([url], 4, seconds=0.2)
    assert told.state == "behind" and "release 3" in told.words and "PUBLISHED_DIR" in told.words


def test_a_server_that_is_down_or_talks_nonsense_keeps_nobody_waiting() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{free.getsockname()[1]}"
        with rasa(b"<html>") as other:
            assert {each.state for each in until_taken([closed, other], 4)} == {"down"}
