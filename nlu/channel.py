"""The only door into Rasa: POST /webhooks/assistant/messages, as docs/message-path.md describes it."""

from __future__ import annotations

import hmac
import logging
import os
import re
from pathlib import Path
from traceback import extract_tb
from typing import Any, Awaitable, Callable, Dict, Optional

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.core.lock_store import LockError
from sanic import Blueprint
from sanic.exceptions import InvalidUsage
from sanic.request import Request
from sanic.response import HTTPResponse, empty, json
from sqlalchemy.exc import SQLAlchemyError

from nlu.action_server import ActionServerDown
from nlu.parsed import BadChoice, split_choice
from nlu.turn import NoAnswer, Turn, Turns, UnknownAction

logger = logging.getLogger(__name__)

MAX_BODY_BYTES = 32_768
MAX_LENGTH = {"message_id": 200, "sender": 255, "text": 4_000, "choice": 2_000, "action": 200, "language": 16}
CHANNELS = ("web", "sms")
_NOT_TEXT = re.compile(r"[\s/\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff]+")


class BadRequest(ValueError):
    """The request breaks the contract; the text says where."""


class AssistantChannel(InputChannel):
    """credentials.yml `nlu.channel.AssistantChannel:`; the secret comes from RASA_SECRET."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._turns: Optional[Turns] = None

    @classmethod
    def name(cls) -> str:
        """Rasa mounts the channel at /webhooks/<name>."""
        return "assistant"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> "AssistantChannel":
        """Reads RASA_SECRET; without one every message is refused (`rasa train` and `rasa shell` need none)."""
        return cls(os.environ.get("RASA_SECRET", ""))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes; Rasa's own message handler is not used because it hides errors."""
        routes = Blueprint("assistant_channel")

        @routes.get("/")
        async def health(request: Request) -> HTTPResponse:
            if not _agent(request).is_ready():
                return _error(503, "No model is loaded yet.")
            following = getattr(request.app.ctx, "following", None)
            return json({"status": "ok", **(following.told() if following else {})})

        @routes.post("/messages")
        async def messages(request: Request) -> HTTPResponse:
            return await self._guarded(request, self._answer)

        @routes.delete("/conversations/<sender>", ignore_body=False)  # an unread body, even an empty one, is an "error"
        async def conversations(request: Request, sender: str) -> HTTPResponse:
            async def forget(turns: Turns, _: Request) -> HTTPResponse:
                await turns.forget(sender)
                return empty(204)

            return await self._guarded(request, forget)

        @routes.get("/conversations/<sender>/turns/<message_id>")
        async def reasons(request: Request, sender: str, message_id: str) -> HTTPResponse:
            async def tell(turns: Turns, _: Request) -> HTTPResponse:
                told = await turns.why(sender, message_id)
                return json(told) if told is not None else _error(404, "This turn is not known.")

            return await self._guarded(request, tell)

        return routes

    @staticmethod
    async def _answer(turns: Turns, request: Request) -> HTTPResponse:
        if len(request.body) > MAX_BODY_BYTES:
            return _error(413, f"The body is larger than {MAX_BODY_BYTES} bytes.")
        return json(await turns.run(read_turn(_body(request))))

    async def _guarded(
        self, request: Request, handle: Callable[[Turns, Request], Awaitable[HTTPResponse]]
    ) -> HTTPResponse:
        """Every failure becomes a status that the worker understands: 4xx never again, 5xx try again."""
        given = request.headers.get("authorization", "").encode("utf-8", "replace")
        if not self._secret or not hmac.compare_digest(given, b"Bearer " + self._secret):
            return _error(401, "The bearer secret is missing or wrong (RASA_SECRET).")
        agent = _agent(request)
        if not agent.is_ready():
            return _error(503, "No model is loaded yet.")
        if self._turns is None or self._turns.agent is not agent:
            self._turns = Turns(agent)
        try:
            return await handle(self._turns, request)
        except (BadRequest, BadChoice) as error:
            return _error(400, str(error))
        except UnknownAction as error:
            return _error(404, f"There is no action called {error}.")
        except ActionServerDown as error:
            return self._failed(503, "The action server did not answer.", error)
        except (LockError, SQLAlchemyError) as error:
            return self._failed(503, "The conversation cannot be read or saved now.", error)
        except NoAnswer as error:
            return self._failed(500, f"The content has no answer {error}.", error)
        except Exception as error:  # the door: whatever else goes wrong is a 500, never an empty 200
            return self._failed(500, "The turn failed.", error)

    @staticmethod
    def _failed(status: int, words: str, error: BaseException) -> HTTPResponse:
        places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in extract_tb(error.__traceback__)[-6:]]
        # Without the exception's own text, which may quote a message.
        logger.error("turn.failed %s %s", type(error).__name__, " ".join(places))
        return _error(status, words)


def read_turn(body: Dict[str, Any]) -> Turn:
    """Checks types and sizes. Raises BadRequest, BadChoice."""
    for name, length in MAX_LENGTH.items():
        value = body.get(name)
        if value is not None and not isinstance(value, str):
            raise BadRequest(f"{name} must be a string")
        if value is not None and len(value) > length:
            raise BadRequest(f"{name} is longer than {length} characters")
    for name in ("message_id", "sender", "language"):
        if not body.get(name):
            raise BadRequest(f"{name} is missing")
    if body.get("channel") not in CHANNELS:
        raise BadRequest("channel must be web or sms")
    if sum(body.get(name) is not None for name in ("text", "choice", "action")) != 1:
        raise BadRequest("exactly one of text, choice and action must be set")
    metadata = {} if body.get("metadata") is None else body["metadata"]
    if not isinstance(metadata, dict):
        raise BadRequest("metadata must be an object")
    if body.get("choice") is not None:
        split_choice(body["choice"])
    text = None if body.get("text") is None else without_leading_slashes(body["text"])
    fields = ("message_id", "sender", "channel", "language", "choice", "action")
    return Turn(**{name: body.get(name) for name in fields}, text=text, metadata=metadata)  # type: ignore[arg-type]


def without_leading_slashes(text: str) -> str:
    """Rasa takes text that begins with `/` for an order; space and invisible characters before it do not help."""
    match = _NOT_TEXT.match(text)
    return (text[match.end() :] if match else text).rstrip()


def _agent(request: Request) -> Agent:
    agent: Agent = request.app.ctx.agent
    return agent


def _body(request: Request) -> Dict[str, Any]:
    try:
        body = request.json
    except InvalidUsage as error:
        raise BadRequest("the body is not JSON") from error
    if not isinstance(body, dict):
        raise BadRequest("the body must be a JSON object")
    return body


def _error(status: int, words: str) -> HTTPResponse:
    return json({"error": words}, status=status)
