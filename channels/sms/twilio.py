"""Twilio's REST API: send a message, look one up, fetch a picture.

Ours rather than the library's client, which blocks the process. Tests check the forms against Twilio's own OpenAPI
description. Every outcome is a value (bot/sms/provider.py).
"""

import logging
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp

from bot.sms.channels import SmsChannel
from bot.sms.provider import Accepted, Failed, Text, Why

log = logging.getLogger(__name__)

API = "https://api.twilio.com"
SECONDS = aiohttp.ClientTimeout(total=15, sock_connect=5)
PAGE = 50
PICTURE_HOSTS = ("mms.twiliocdn.com", "media.twiliocdn.com", "s3-external-1.amazonaws.com")
"""Where Twilio's media addresses lead, without our credentials (https://www.twilio.com/docs/messaging/api/media-resource)."""
_SLACK = timedelta(seconds=90)  # between Twilio's clock and ours

_CODES: dict[int, Why] = {
    # https://www.twilio.com/docs/api/errors
    20429: "pause", 14107: "pause", 63018: "pause", 30022: "pause",
    20003: "misconfigured", 20008: "misconfigured", 20404: "misconfigured", 21212: "misconfigured",
    21603: "misconfigured", 21606: "misconfigured", 21607: "misconfigured", 21608: "misconfigured",
    21609: "misconfigured", 21659: "misconfigured", 21660: "misconfigured", 21701: "misconfigured",
    21703: "misconfigured", 30002: "misconfigured", 10001: "misconfigured", 90010: "misconfigured",
    21610: "opted_out",
}  # fmt: skip


class Twilio:
    """A client for all channels; keep one and close it at the end. `api` is another address for a simulated Twilio."""

    def __init__(self, api: str = API) -> None:
        self._api = api.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def send(self, channel: SmsChannel, text: Text) -> Accepted | Failed:
        """POST one message. There is no idempotency key: what is unclear must be looked up before it is sent again."""
        try:
            status, answer, headers = await self._exchange("POST", channel, "Messages.json", data=form(channel, text))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            return Failed("later", "unreachable")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return Failed("unclear", type(error).__name__)
        if status in (200, 201):
            sid = str(answer.get("sid") or "")
            return Accepted(sid, str(answer.get("status") or "accepted")) if sid else Failed("unclear", "no sid")
        return _failed(status, answer, headers)

    async def find(self, channel: SmsChannel, text: Text) -> Accepted | Failed | None:
        """The newest message to this number with these words since it was made; Failed where Twilio cannot say."""
        since = datetime.fromtimestamp(text.created_at, UTC) - _SLACK
        query = {"To": text.number, "DateSent>": since.strftime("%Y-%m-%d"), "PageSize": str(PAGE)}
        try:
            status, answer, headers = await self._exchange("GET", channel, "Messages.json", params=query)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return Failed("later", type(error).__name__)
        if status != 200 or not isinstance(answer.get("messages"), list):
            return _failed(status, answer, headers)
        ours = [item for item in answer["messages"] if _is_it(item, channel, text, since)]
        return Accepted(str(ours[0]["sid"]), str(ours[0].get("status") or "accepted")) if ours else None

    async def fetch(self, channel: SmsChannel, url: str, largest: int) -> bytes | Failed:
        """A picture of this account. One redirect is followed, to Twilio's own store of pictures only."""
        ours = f"{self._account(channel)}/Messages/"
        if not url.startswith(ours) or ".." in url:
            return Failed("refused", "another host")
        try:
            got = await self._file(url, largest, self._login(channel))
            if not isinstance(got, str):
                return got
            return await self._stored(got, largest)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return Failed("later", type(error).__name__)

    async def _stored(self, url: str, largest: int) -> bytes | Failed:
        at = urlsplit(url)
        if at.scheme != "https" or at.hostname not in PICTURE_HOSTS or at.port not in (None, 443):
            return Failed("refused", "another host")
        got = await self._file(url, largest, {})
        return Failed("refused", "too many redirects") if isinstance(got, str) else got

    async def _file(self, url: str, largest: int, headers: dict[str, str]) -> bytes | Failed | str:
        """The bytes, or the address that it is at."""
        async with self._http().get(url, headers=headers, allow_redirects=False) as response:
            if response.status in (301, 302, 303, 307, 308):
                return response.headers.get("Location", "")
            if response.status != 200:
                gone = response.status < 500 and response.status not in (404, 429)  # it may come a moment later
                return Failed("refused" if gone else "later", f"http {response.status}")
            body = bytearray()
            async for chunk in response.content.iter_chunked(65536):
                body += chunk
                if len(body) > largest:
                    return Failed("refused", "too large")
            return bytes(body)

    async def close(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            # A new connection each time: when one that was kept open has died, nobody knows if a message was sent.
            connector = aiohttp.TCPConnector(force_close=True)
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=SECONDS, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session

    def _account(self, channel: SmsChannel) -> str:
        return f"{self._api}/2010-04-01/Accounts/{quote(channel.account, safe='')}"

    @staticmethod
    def _login(channel: SmsChannel) -> dict[str, str]:
        return {"Authorization": aiohttp.encode_basic_auth(channel.account, channel.tokens[0])}

    async def _exchange(
        self, method: str, channel: SmsChannel, path: str, **options: Any
    ) -> tuple[int, dict[str, Any], Any]:
        url, login = f"{self._account(channel)}/{path}", self._login(channel)
        async with self._http().request(method, url, headers=login, allow_redirects=False, **options) as response:
            try:
                answer = await response.json(content_type=None)
            except ValueError:
                answer = {}
            return response.status, answer if isinstance(answer, dict) else {}, response.headers


def form(channel: SmsChannel, text: Text) -> dict[str, str]:
    """What is posted for one message."""
    sender = (
        {"MessagingServiceSid": channel.messaging_service} if channel.messaging_service else {"From": channel.sender}
    )
    callback = f"{channel.public_url}/v1/sms/{channel.name}/status?m={text.id}"
    return {"To": text.number, **sender, "Body": text.text, "StatusCallback": callback}


def _failed(status: int, answer: dict[str, Any], headers: Any) -> Failed:
    code = answer.get("code")
    name = str(code) if isinstance(code, int) else f"http {status}"
    after = headers.get("Retry-After", "")
    wait = float(after) if after.isdecimal() else 0.0
    if status == 429:
        return Failed("pause", name, wait)
    if isinstance(code, int) and code in _CODES:
        return Failed(_CODES[code], name, wait)
    if status in (401, 403):
        return Failed("misconfigured", name)
    if status >= 500 or status < 400:
        # It may have been taken before the server failed: 503 says that it was not.
        return Failed("later" if status == 503 else "unclear", name, wait)
    return Failed("refused", name)


def _is_it(item: Any, channel: SmsChannel, text: Text, since: datetime) -> bool:
    if not isinstance(item, dict) or not item.get("sid") or item.get("body") != text.text:
        return False
    if not str(item.get("direction", "outbound")).startswith("outbound"):
        return False
    senders = {*channel.numbers, channel.messaging_service} - {""}
    if item.get("from") not in (None, *senders) and item.get("messaging_service_sid") not in senders:
        return False
    made = _moment(item.get("date_created"))
    return made is None or made >= since


def _moment(text: Any) -> datetime | None:
    try:
        moment = parsedate_to_datetime(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
