"""The draft as a running assistant: started when somebody asks for it, stopped when nobody does.

It is a whole assistant with a throwaway data folder and our own small agency server, so that nothing said to it reaches
anybody. Its release 1 is what it has learned; each later one has the draft's newest words over that.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from bot.store import Store, open_store
from studio.content.draft import Draft
from studio.publishing import servers, snapshot
from studio.publishing.release import Releases
from studio.rehearsal.stage import Stage, set_up
from studio.web.trying.models import share_model
from studio.web.trying.talking import Assistant

IDLE_SECONDS = 15 * 60.0
_LOOK_SECONDS = 5.0
SetUp = Callable[[Path, Path | None], AbstractContextManager[Stage]]


@dataclass(frozen=True)
class Step:
    """A step of starting, as jobs show it."""

    step: str
    state: str
    words: str


@dataclass(frozen=True)
class Awake:
    """The running draft: where, its store, and the folder of what it has learned."""

    stage: Stage
    store: Store
    learned: Path


class DraftBot:
    """One for the studio."""

    def __init__(self, draft: Draft, models: Path, set_up: SetUp = set_up) -> None:
        self._draft, self._models, self._set_up = draft, models, set_up
        self._awake: Awake | None = None
        self._used = 0.0
        self._life: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._words = asyncio.Lock()

    @property
    def is_awake(self) -> bool:
        """Whether it can be spoken to."""
        return self._awake is not None

    @property
    def is_starting(self) -> bool:
        """Whether it will be awake soon."""
        return self._life is not None and self._awake is None

    async def begin(self) -> AsyncIterator[Step]:
        """Start it with the draft as it is now, learning what has to be learned. Raises AssistantError."""
        await self.end()
        yield Step("draft", "running", "The draft's questions and paths are being learned, where they changed.")
        self._ready = asyncio.Event()
        self._life = life = asyncio.create_task(self._live())
        ready = asyncio.create_task(self._ready.wait())
        await asyncio.wait({life, ready}, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if life.done():
            life.result()  # raises what ended it
        yield Step("draft", "passed", "The draft can be tried now.")

    async def end(self) -> None:
        """Stop it."""
        if self._life is not None:
            self._life.cancel()
            await asyncio.gather(self._life, return_exceptions=True)
            self._life = None

    async def assistant(self) -> Assistant | None:
        """The running one, with the draft's newest words; None while it is not awake."""
        awake = self._awake
        if awake is None:
            return None
        self._used = time.monotonic()
        async with self._words:
            await asyncio.to_thread(put_on, self._draft.root, awake)
        return Assistant(awake.stage.url, awake.stage.settings, awake.store, self._draft)

    def not_learned(self) -> tuple[str, ...]:
        """Files whose changes it does not know yet: it has to be started again for them."""
        awake = self._awake
        return tuple(unlearned(self._draft.root, awake.learned)) if awake else ()

    async def _live(self) -> None:
        """From start to stop; what was started is stopped whatever happens."""
        held = ExitStack()
        starting = asyncio.ensure_future(
            asyncio.to_thread(held.enter_context, self._set_up(self._draft.root, self._models))
        )
        store: Store | None = None
        try:
            stage = await asyncio.shield(starting)
            store = await open_store(stage.settings.store_url)
            live = Releases(stage.settings.published_dir)
            release = live.live()
            learned = live.folder(release.number) if release else self._draft.root
            self._used, self._awake = time.monotonic(), Awake(stage, store, learned)
            self._ready.set()
            while time.monotonic() - self._used < IDLE_SECONDS:  # noqa: ASYNC110 (for time to pass)
                await asyncio.sleep(_LOOK_SECONDS)
        finally:
            self._awake = None
            await asyncio.gather(starting, return_exceptions=True)
            if store is not None:
                await store.close()
            await asyncio.to_thread(held.close)
            if self._life is asyncio.current_task():
                self._life = None


def put_on(root: Path, awake: Awake) -> None:
    """The draft's words over what was learned, as a new release of the throwaway folder; nothing where none changed."""
    releases = Releases(awake.stage.settings.published_dir)
    live = releases.live()
    if live is None or not _differing(root, releases.folder(live.number), awake.learned):
        return
    number = releases.next_number()
    folder = releases.folder(number)
    snapshot.copy(root, folder)
    for name in unlearned(root, awake.learned):
        kept = awake.learned / name
        if _is_learned_whole(name):
            (folder / name).unlink(missing_ok=True)
        if _is_learned_whole(name) and kept.is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(kept.read_bytes())
    share_model(awake.learned, folder)
    releases.write(replace(live, number=number, digest=snapshot.digest(folder), when=time.time()))
    releases.go_live(number)
    for _ in servers.until_taken(awake.stage.settings.rasa_urls, number):
        pass


def unlearned(root: Path, learned: Path) -> Iterator[str]:
    """Files of the draft that say something other than what was learned."""
    for name in snapshot.changes(root, learned).files:
        whole = _is_learned_whole(name)
        names_differ = name.endswith("answers.yml") and _answer_names(root, name) != _answer_names(learned, name)
        if whole or names_differ:
            yield name


def _differing(root: Path, folder: Path, learned: Path) -> bool:
    """Whether the words of the draft are others than those that are said."""
    waiting = set(unlearned(root, learned))
    return any(name not in waiting or not _is_learned_whole(name) for name in snapshot.changes(root, folder).files)


def _is_learned_whole(name: str) -> bool:
    last = name.rpartition("/")[2]
    return name in ("config.yml", "domain.yml") or last.startswith(snapshot.LEARNED)


def _answer_names(root: Path, name: str) -> frozenset[str]:
    return snapshot.answer_names(root / name)
