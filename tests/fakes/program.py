"""A small real process for the supervisor's tests: `python program.py PORT [stubborn]` answers every GET with 200."""

import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing for each request."""


def stop(*_: object) -> None:
    print("asked to stop", flush=True)
    if "stubborn" not in sys.argv:
        sys.exit(0)


signal.signal(signal.SIGTERM, stop)
server = HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer)
print('{"level": "info", "event": "fake_started"}', flush=True)
print('{"level": "error", "event": "fake_error"}', flush=True)
server.serve_forever()
