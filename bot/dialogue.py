"""Asks Rasa: one message in, replies and effects out, over HTTP (docs/message-path.md has the contract)."""

import zlib
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.errors import DialogueError
from bot.lanes import Turn
from bot.replies import FollowUp, Reply, Understood
from bot.settings import Settings

_LONGEST_FOLLOW_UP = 24 * 3600.0
_NONE: tuple[None, float] = (None, 0.0)


@dataclass(frozen=True)
class Answered:
    """What Rasa said, and what its actions ask of the assistant."""

    replies: tuple[Reply, ...]
    language: str | None
    follow_ups: tuple[FollowUp, ...]
    understood: Understood | None = None
    pictures_sent: bool = False
    """A report has taken the photos that waited."""


class Refused(DialogueError):
    """Rasa is there but fails on this very message; after some tries the person is told so."""


class NotReady(DialogueError):
    """This Rasa server did nothing with the message; another one may."""


class Dialogue:
    """Connections to the Rasa servers. Each conversation has one of its own, which has it in memory."""

    def __init__(self, settings: Settings) -> None:
        self._urls = [f"{url}/webhooks/assistant" for url in settings.rasa_urls]
        self._session = aiohttp.ClientSession(
            headers={"Authorization": f"Bearer {settings.rasa_secret}"},
            timeout=aiohttp.ClientTimeout(total=settings.rasa_timeout, connect=2.0),
        )

    async def ask(self, turn: Turn, language: str, pictures: tuple[str, ...] = ()) -> Answered:
        """Give Rasa the turn, with the addresses of photos that a report may take.

        Raises DialogueError where it must be tried again, Refused where that may not help.
        """
        body = {
            "message_id": turn.id,
            "sender": turn.conversation_id,
            "text": turn.text.lstrip("/ \n\t") if turn.kind == "text" else None,
            "choice": turn.payload if turn.kind == "choice" else None,
            "action": turn.payload if turn.kind == "follow_up" else None,
            "channel": turn.channel,
            "language": language,
            "metadata": {"attempt": turn.attempt, **({"pictures": pictures} if pictures else {})},
        }
        answer = await self._anywhere(turn.conversation_id, "POST", "/messages", body)
        try:
            return _read(answer, language)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Refused(f"Rasa's answer is not of the agreed form: {type(error).__name__}") from None

    async def forget(self, sender: str) -> None:
        """Make Rasa forget a conversation. Raises DialogueError."""
        await self._anywhere(sender, "DELETE", f"/conversations/{sender}", None)

    async def ready(self) -> bool:
        """Whether a Rasa server has a model loaded and answers."""
        try:
            await self._anywhere("", "GET", "/", None)
        except DialogueError:
            return False
        return True

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def _anywhere(self, sender: str, method: str, path: str, body: dict[str, Any] | None) -> Any:
        """Ask the sender's own server, then the others while they are not ready (rendezvous hashing)."""
        *first, last = sorted(self._urls, key=lambda url: zlib.crc32(f"{sender} {url}".encode()))
        for url in first:
            with suppress(NotReady):
                return await self._request(method, url + path, body)
        return await self._request(method, last + path, body)

    async def _request(self, method: str, url: str, body: dict[str, Any] | None) -> Any:
        try:
            async with self._session.request(method, url, json=body) as response:
                if response.status in (502, 503, 504):
                    raise NotReady(f"Rasa is not ready ({response.status}).")
                if response.status >= 400:
                    raise Refused(f"Rasa refused the message ({response.status}).")
                return await response.json() if response.status != 204 else None
        except aiohttp.ClientConnectorError:
            raise NotReady("Rasa cannot be reached.") from None
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise DialogueError(f"Rasa cannot be reached: {type(error).__name__}.") from None


def _read(answer: dict[str, Any], language: str) -> Answered:
    switched: str | None = None
    later: list[FollowUp] = []
    for effect in answer.get("effects", []):
        if "language" in effect:
            switched = str(effect["language"])
        if "follow_up" in effect:
            wish = effect["follow_up"]
            later.append(FollowUp(str(wish["action"]), min(float(wish["after"]), _LONGEST_FOLLOW_UP)))
    return Answered(
        replies=tuple(_reply(item, language) for item in answer["replies"]),
        language=switched,
        follow_ups=tuple(later),
        understood=_understood(answer.get("understood")),
        pictures_sent=any(effect.get("pictures") == "sent" for effect in answer.get("effects", [])),
    )


def _understood(told: dict[str, Any] | None) -> Understood | None:
    if told is None:
        return None
    (first, score), (second, _) = [*((name, chance) for name, chance in told.get("nearest") or ()), _NONE, _NONE][:2]
    intent = str(told.get("intent") or "")
    return Understood(intent, first, float(score) if first else None, second)


def _reply(item: dict[str, Any], language: str) -> Reply:
    return Reply(
        text=str(item["text"]),
        language=item.get("language") or language,
        answer=item.get("answer"),
        source=item.get("source"),
        buttons=tuple((str(button["title"]), str(button["payload"])) for button in item.get("buttons") or []),
        release=item.get("release"),
    )
