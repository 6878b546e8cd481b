"""A simulated Twilio with a memory: takes messages to send, tells how they fare, and delivers what a phone writes.

It signs its webhooks as Twilio does, and can misbehave in every way the real one does.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import aiohttp
from aiohttp import web

from channels.sms.signature import sign

NORMAL_LIFE = ("queued", "sent", "delivered")
"""The callbacks of a message that arrives."""
MIXED_UP_LIFE = ("delivered", "sent", "queued")
ERRORS: dict[str, tuple[int, int, str]] = {
    "429": (429, 20429, "Too Many Requests"),
    "500": (500, 20500, "Internal Server Error"),
    "503": (503, 20503, "Service Unavailable"),
    "401": (401, 20003, "Authenticate"),
    "21610": (400, 21610, "Attempt to send to unsubscribed recipient"),
    "21211": (400, 21211, "Invalid 'To' Phone Number"),
    "21606": (400, 21606, "The 'From' phone number is not a valid, SMS-capable number"),
}
"""What a POST can be answered with: (HTTP status, Twilio's code, words). https://www.twilio.com/docs/api/errors"""

TROUBLES = (*ERRORS, "accepted then dropped", "dropped")
"""`accepted then dropped`: taken, but the connection ends without an answer. `dropped`: not taken, and no answer."""


MOST_KEPT = 10_000
"""Messages; the oldest are forgotten."""


@dataclass
class Sent:
    """A message the simulated Twilio has taken."""

    sid: str
    to: str
    sender: str
    body: str
    callback: str
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    status: str = "queued"
    told: list[str] = field(default_factory=list)
    """The statuses that the city was told, in the order they were told."""


@dataclass
class SimulatedTwilio:
    """`webhook` is where inbound messages go; `life` what callbacks each message gets.

    `troubles` is what the next POSTs meet, one each; `on_sent` is told of every message taken, `on_told` of every
    callback, `on_refused` of a message that was not taken: its number and what it met.
    """

    account: str
    token: str
    webhook: str = ""
    life: tuple[str, ...] = NORMAL_LIFE
    sent: list[Sent] = field(default_factory=list)
    posts: int = 0
    troubles: deque[str] = field(default_factory=deque)
    stopped: set[str] = field(default_factory=set)
    media: dict[str, bytes] = field(default_factory=dict)
    """Files that came with messages, by name; fetched with the account's credentials."""
    on_sent: Callable[[Sent], None] = lambda _: None
    on_told: Callable[[Sent], None] = lambda _: None
    on_refused: Callable[[str, str], None] = lambda _number, _trouble: None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _session: aiohttp.ClientSession | None = None

    def build(self) -> web.Application:
        """The API, as an application."""
        app = web.Application()
        self.add_to(app)
        return app

    def add_to(self, app: web.Application) -> None:
        """The API, as a part of another application."""
        path = f"/2010-04-01/Accounts/{self.account}/Messages.json"
        app.add_routes([web.post(path, self._create), web.get(path, self._list)])
        app.router.add_get(f"/2010-04-01/Accounts/{self.account}/Messages/MM/Media/{{name}}", self._media)
        app.on_cleanup.append(self._close)

    async def text(self, number: str, to: str, body: str, **more: str) -> int:
        """A phone writes: the signed webhook, once; its status. `more` are further fields, such as MessageSid."""
        form = {
            "MessageSid": _new_sid(), "AccountSid": self.account, "From": number, "To": to,
            "Body": body, "NumMedia": "0", "NumSegments": "1", "ApiVersion": "2010-04-01", **more,
        }  # fmt: skip
        return await self.post(self.webhook, form)

    async def tell(self, message: Sent, status: str, error: str = "") -> int:
        """One status callback; its answer's status."""
        form = {"MessageSid": message.sid, "MessageStatus": status, "SmsStatus": status, "AccountSid": self.account}
        form |= {"To": message.to, "From": message.sender, "SmsSid": message.sid} | (
            {"ErrorCode": error} if error else {}
        )
        message.status = status
        message.told.append(status)
        self.on_told(message)
        return await self.post(message.callback, form)

    async def post(self, url: str, form: dict[str, str], token: str | None = None) -> int:
        """A signed webhook of any content."""
        if self._session is None:
            self._session = aiohttp.ClientSession()
        headers = {
            "X-Twilio-Signature": sign(url, token or self.token, form.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        async with self._session.post(url, data=urlencode(form), headers=headers) as response:
            await response.read()
            return response.status

    async def settled(self) -> None:
        """Wait until all callbacks that are on their way have been answered."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def _create(self, request: web.Request) -> web.StreamResponse:
        self.posts += 1
        trouble = self.troubles.popleft() if self.troubles else ""
        form = {name: str(value) for name, value in (await request.post()).items()}
        if not self._is_us(request):
            trouble = "401"
        elif form.get("To", "") in self.stopped and trouble != "dropped":
            trouble = "21610"
        if trouble and trouble != "accepted then dropped":
            self.on_refused(form.get("To", ""), trouble)
        if trouble == "dropped":
            return _drop(request)
        if trouble in ERRORS:
            status, code, words = ERRORS[trouble]
            return web.json_response({"code": code, "message": words, "status": status}, status=status)
        message = self._take(form)
        if trouble == "accepted then dropped":
            return _drop(request)
        return web.json_response(shown(message, self.account), status=201)

    def _take(self, form: dict[str, str]) -> Sent:
        sender = form.get("From") or form.get("MessagingServiceSid", "")
        sid = _new_sid()
        message = Sent(sid, form["To"], sender, form["Body"], form.get("StatusCallback", ""))
        del self.sent[:-MOST_KEPT]
        self.sent.append(message)
        self.on_sent(message)
        if message.callback and self.life:
            self._later(self._live(message, self.life))
        return message

    async def _live(self, message: Sent, life: Iterable[str]) -> None:
        for status in life:
            try:
                await self.tell(message, status)
            except aiohttp.ClientError:
                return  # nobody listens; the real one would try its fallback

    def _later(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _list(self, request: web.Request) -> web.Response:
        if not self._is_us(request):
            return web.json_response({"code": 20003, "message": "Authenticate", "status": 401}, status=401)
        to, since = request.query.get("To"), request.query.get("DateSent>", "")
        found = [m for m in reversed(self.sent) if to in (None, m.to) and m.created.strftime("%Y-%m-%d") >= since]
        return web.json_response({"messages": [shown(message, self.account) for message in found]})

    def keep(self, api: str, picture: bytes) -> str:
        """Hold a picture that a phone sends; its address at this account, whose API is at `api`."""
        name = str(len(self.media) + 1)
        self.media[name] = picture
        return f"{api.rstrip('/')}/2010-04-01/Accounts/{self.account}/Messages/MM/Media/{name}"

    async def _media(self, request: web.Request) -> web.Response:
        data = self.media.get(request.match_info["name"])
        if not self._is_us(request) or data is None:
            return web.Response(status=404 if data is None else 401)
        return web.Response(body=data, content_type="application/octet-stream")

    def _is_us(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") == aiohttp.encode_basic_auth(self.account, self.token)

    async def _close(self, _: web.Application) -> None:
        for task in self._tasks:
            task.cancel()
        if self._session:
            await self._session.close()


def _new_sid() -> str:
    """Never the same again, also after a restart: the city remembers those it has seen."""
    return f"SM{uuid4().hex}"


def _drop(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def shown(message: Sent, account: str) -> dict[str, Any]:
    """A message as the API describes it."""
    service = message.sender if message.sender.startswith("MG") else None
    return {
        "sid": message.sid, "account_sid": account, "to": message.to, "from": None if service else message.sender,
        "messaging_service_sid": service, "body": message.body, "status": message.status, "direction": "outbound-api",
        "date_created": format_datetime(message.created), "error_code": None, "num_segments": "1",
    }  # fmt: skip
