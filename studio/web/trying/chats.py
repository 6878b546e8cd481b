"""The conversations that staff and their guests have just now: kept in memory, for a while."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from bot.ids import new_token
from studio.web.jobs import Jobs
from studio.web.refusals import Refusal
from studio.web.studio import Studio
from studio.web.trying.draft_bot import DraftBot
from studio.web.trying.guests import Guests
from studio.web.trying.talking import Assistant, Conversation

KEPT, KEPT_SECONDS = 200, 4 * 3600.0
MOST_TURNS = 100
KIND = "trying_start"
"""Of the job that starts the draft."""


@dataclass
class Chat:
    """A conversation, whose it is, and with what."""

    id: str
    owner: str
    with_draft: bool
    talk: Conversation
    used_at: float
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def is_full(self) -> bool:
        """Whether it has gone on long enough."""
        return len(self.talk.exchanges) >= MOST_TURNS


class Room:
    """What this screen keeps while the studio runs."""

    def __init__(self, studio: Studio, bot: DraftBot | None = None) -> None:
        folder = studio.settings.data_dir / "trying"
        self.bot = bot or DraftBot(studio.draft, folder / "models")
        self.guests = Guests(folder / "guests.json")
        self._studio = studio
        self._chats: OrderedDict[str, Chat] = OrderedDict()

    async def assistant(self, with_draft: bool) -> Assistant | None:
        """Whom to speak to; None while the draft is not awake."""
        if with_draft:
            return await self.bot.assistant()
        host = self._studio.settings.host
        at = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104 (compared, not bound)
        url = f"http://{f'[{at}]' if ':' in at else at}:{self._studio.settings.port}"
        return Assistant(url, self._studio.settings, self._studio.store, self._studio.draft)

    def open(self, owner: str, with_draft: bool, talk: Conversation) -> Chat:
        """A new one; old ones go."""
        now = self._studio.clock()
        chat = Chat(new_token(), owner, with_draft, talk, now)
        self._chats[chat.id] = chat
        for each in list(self._chats.values()):
            if now - each.used_at > KEPT_SECONDS or len(self._chats) > KEPT:
                del self._chats[each.id]
        return chat

    def get(self, id: str, owner: str) -> Chat:
        """Somebody's own. Raises Refusal 404."""
        chat = self._chats.get(id)
        if chat is None or chat.owner != owner or self._studio.clock() - chat.used_at > KEPT_SECONDS:
            raise Refusal(404, "chat_gone")
        chat.used_at = self._studio.clock()
        self._chats.move_to_end(id)
        return chat

    def of(self, owner: str) -> list[Chat]:
        """Somebody's own, the latest first."""
        return [each for each in reversed(self._chats.values()) if each.owner == owner and each.talk.exchanges]


_rooms: WeakKeyDictionary[Jobs, Room] = WeakKeyDictionary()


def room_of(studio: Studio) -> Room:
    """The studio's own."""
    if studio.jobs not in _rooms:
        _rooms[studio.jobs] = Room(studio)
    return _rooms[studio.jobs]


def furnish(studio: Studio, bot: DraftBot) -> None:
    """Another draft bot than one that is started anew."""
    _rooms[studio.jobs] = Room(studio, bot)
