"""Read what a client sends and answer it, or refuse it, in JSON."""

import json
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from aiohttp import web

LONGEST_FIELD = 200  # characters
_PATH = "/participation/"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Refusal(Exception):
    """The request cannot be answered: an HTTP status, a code for programs, and words for people."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


@web.middleware
async def as_json_error(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every failure under the API's path with {"errors": [{"code", "message"}]}."""
    if not request.path.startswith(_PATH):
        return await handler(request)
    try:
        return await handler(request)
    except Refusal as error:
        return _errors(error.status, error.code, str(error))
    except web.HTTPException as error:
        response = _errors(error.status, "http", error.reason)
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except sqlite3.Error:
        return _errors(503, "busy", "The participation system is busy. Try again in a minute.")


def as_json(content: Any, status: int = 200) -> web.Response:
    """Return `content` as a JSON answer that nobody keeps."""
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    body = json.dumps(content, ensure_ascii=False).encode()
    return web.Response(status=status, body=body, content_type="application/json", charset="utf-8", headers=headers)


async def read_body(request: web.Request) -> dict[str, Any]:
    """The JSON object a client sent."""
    try:
        given = await request.json()
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "json", "Send a JSON object.") from error
    if not isinstance(given, dict):
        raise Refusal(400, "json", "Send a JSON object.")
    return given


def read_text(given: dict[str, Any], name: str, longest: int = LONGEST_FIELD) -> str:
    """One text of the object, without blanks around it; "" when it is missing."""
    value = given.get(name) or ""
    if not isinstance(value, str):
        raise Refusal(422, name, f"{name} must be a text.")
    text = value.strip().encode("utf-8", "replace").decode()  # half of a surrogate pair cannot be stored
    if len(text) > longest:
        raise Refusal(422, "too_long", f"{name} has more than {longest} characters.")
    return text


def read_date(text: str) -> date | None:
    """A date such as 2026-12-01; None for ""."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Refusal(422, "until", "until must be a date such as 2026-12-01.") from error


def _errors(status: int, code: str, message: str) -> web.Response:
    return as_json({"errors": [{"code": code, "message": message}]}, status)
