"""Keeps a server at the live release: what is new is loaded beside what serves, then takes its place in one step."""

from __future__ import annotations

import asyncio
import copy
import logging
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Optional

from rasa.core.agent import Agent, load_agent
from rasa.core.lock_store import InMemoryLockStore, LockError, LockStore
from rasa.core.tracker_store import TrackerStore
from rasa.core.utils import AvailableEndpoints

from nlu import releases
from nlu.action_server import ActionServer, ActionServerDown
from nlu.answers import PublishedAnswers
from nlu.published import Published
from nlu.releases import MODEL, Release, UnusableRelease
from nlu.turn import Turn, Turns

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.2


class NoModel(Exception):
    """There is nothing to serve; the text says what to do."""


@dataclass
class Refused:
    """A release that cannot be served, and why; what served before goes on."""

    release: Optional[int]
    why: str


class Following:
    """Loads and replaces `app.ctx.agent`; a turn keeps the agent that it began with."""

    def __init__(self, context: Any, models: Path) -> None:
        self._context = context
        self._models = models
        self._folder = releases.folder()
        self._serves: Optional[Release] = None
        self._loading: Optional[int] = None
        self._refused: Optional[Refused] = None

    async def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Loads what is live now. Raises NoModel, UnusableRelease."""
        release = releases.live(self._folder)
        path = release.folder / MODEL if release else self._models
        if not (path.is_file() or any(path.glob("*.tar.gz"))):
            raise NoModel(f"There is no trained model in {path}. Train one first: python -m nlu train")
        agent = await load_agent(model_path=str(path), endpoints=_endpoints(), loop=loop)
        if not agent.is_ready():
            raise NoModel(f"The model in {path} cannot be loaded. Train it again: python -m nlu train --force")
        if release:
            _say(agent, agent.nlg.of_release(release.number, Published.of_release(release.folder)))
        await _warm_up(agent)
        self._context.agent, self._serves = agent, release

    async def follow(self) -> None:
        """Looks five times a second whether another release is live."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self._look()
            except UnusableRelease as error:
                self._refuse(None, str(error))
            except Exception as error:  # a loop: whatever is wrong with a release, the one before goes on
                self._refuse(self._loading, f"{type(error).__name__}: {error}")
            self._loading = None

    def told(self) -> Dict[str, Any]:
        """For the health answer: which release serves, which one is being loaded, which one was refused and why."""
        return {
            "release": self._serves.number if self._serves else None,
            "loading": self._loading,
            "refused": vars(self._refused) if self._refused else None,
        }

    async def _look(self) -> None:
        wanted = releases.live(self._folder)
        if wanted == self._serves or wanted is None:
            if wanted is not None:
                self._refused = None
            return
        if self._refused and self._refused.release == wanted.number:
            return
        self._loading = wanted.number
        old: Agent = self._context.agent
        answers = await asyncio.to_thread(_answers, old.nlg, wanted)
        if self._serves and self._serves.model == wanted.model:
            agent = _with_other_words(old, answers)
        else:
            agent = await asyncio.to_thread(_loaded, wanted.folder / MODEL, answers, old.lock_store)
        self._context.agent, self._serves, self._refused = agent, wanted, None

    def _refuse(self, number: Optional[int], why: str) -> None:
        if self._refused is None or (self._refused.release, self._refused.why) != (number, why):
            logger.error("release.refused %s %s", number, why, extra={"event": "release.refused"})
        self._refused = Refused(number, why)


def _answers(nlg: PublishedAnswers, release: Release) -> PublishedAnswers:
    return nlg.of_release(release.number, Published.of_release(release.folder, nlg.published))


def _with_other_words(agent: Agent, answers: PublishedAnswers) -> Agent:
    """The same model, conversations and connections; turns that began with the other words end with them."""
    other: Agent = copy.copy(agent)
    other.processor = copy.copy(agent.processor)
    _say(other, answers)
    return other


def _say(agent: Agent, answers: PublishedAnswers) -> None:
    assert agent.processor is not None
    agent.nlg = agent.processor.nlg = answers


def _loaded(model: Path, answers: PublishedAnswers, locks: LockStore) -> Agent:
    """Another agent, warmed up, with its own view of the conversations: in a thread, as it takes seconds."""
    endpoints = _endpoints()
    agent = Agent(
        generator=answers,
        tracker_store=TrackerStore.create(endpoints.tracker_store),
        lock_store=InMemoryLockStore(),
        action_endpoint=endpoints.action,
    )
    agent.load_model(str(model))
    asyncio.run(_warm_up_elsewhere(agent, endpoints))
    assert agent.processor is not None
    agent.lock_store = agent.processor.lock_store = locks
    return agent


async def _warm_up_elsewhere(agent: Agent, endpoints: AvailableEndpoints) -> None:
    await _warm_up(agent)
    assert agent.processor is not None
    await agent.processor.action_endpoint.close()  # its connection belongs to this thread's loop
    agent.processor.action_endpoint = ActionServer(endpoints.action)


def _endpoints() -> AvailableEndpoints:
    return AvailableEndpoints.read_endpoints("endpoints.yml")


async def _warm_up(agent: Agent) -> None:
    """One turn that nobody sees: the first costs a second more than the others, and no resident should pay it."""
    turns, sender = Turns(agent), f"warm-up-{os.getpid()}"
    with suppress(ActionServerDown, LockError):  # it may start later than we do; the rest is warm all the same
        await turns.run(Turn(message_id="warm-up", sender=sender, channel="web", language="en", text="hello"))
    await turns.forget(sender)
