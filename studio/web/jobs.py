"""Work that takes longer than a click: it goes on beside the pages, and a page shows how far it is."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Protocol

from bot.errors import AssistantError
from bot.ids import new_token
from studio.putting import put
from studio.web.accounts.person import Person

log = logging.getLogger(__name__)
_KEPT = 50  # jobs that are over, for those who come back to their page


class Progress(Protocol):
    """A step of a job; `state` is running, passed, failed, skipped or done."""

    @property
    def step(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def words(self) -> str: ...


@dataclass(frozen=True)
class Starter:
    """Who began it."""

    id: str
    name: str


@dataclass
class Job:
    """One piece of work: its steps so far, and how it ended."""

    id: str
    kind: str
    """The key of its title, such as `publishing_publish`; its steps may have words `publishing_step_<step>`."""
    person: Starter
    after: str
    """Where its page leads on to."""
    started_at: float
    about: str = ""
    """What it works on, where it matters to those who would join it."""
    steps: list[Any] = field(default_factory=list)
    running: bool = True
    failed: str | None = None
    """Why it was given up, in words for people; "" for a mistake of ours."""
    cut: bool = False
    """Whether the studio stopped before it was over."""

    def add(self, step: Any) -> None:
        """What is known now; while a step goes on, its newest word stands for those before."""
        if self.steps and self.last.state == "running" and self.last.step == step.step:
            self.steps.pop()
        self.steps.append(step)

    @property
    def last(self) -> Any:
        """The latest step, or None."""
        return self.steps[-1] if self.steps else None

    @property
    def went_well(self) -> bool:
        """Whether it is over and nothing failed."""
        cut_or_failed = self.cut or self.failed is not None
        return not self.running and not cut_or_failed and all(step.state != "failed" for step in self.steps)

    def to_json(self) -> dict[str, Any]:
        """To be read after a restart of the studio, by `job_of`."""
        steps = [{"step": each.step, "state": each.state, "words": each.words} for each in self.steps]
        return {**self.__dict__, "person": asdict(self.person), "steps": steps}


def job_of(told: dict[str, Any]) -> Job:
    """From what was kept; what went on then was cut."""
    steps = [SimpleNamespace(**each) for each in told["steps"]]
    person, cut = Starter(**told["person"]), told["cut"] or told["running"]
    return Job(**{**told, "person": person, "steps": steps, "cut": cut, "running": False})


class Jobs:
    """All jobs of this process, and the latest of those before it, which are kept in `file`."""

    def __init__(self, clock: Any, file: Path) -> None:
        self._clock = clock
        self._file = file
        self._jobs = {each.id: each for each in _read(file)}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def start(
        self, kind: str, steps: Iterator[Any] | AsyncIterator[Any], person: Person, *, after: str = "/", about: str = ""
    ) -> str:
        """Begin; a plain iterator runs in a thread. Show it with `visit.back(f"/jobs/{id}")`."""
        job = Job(new_token(), kind, Starter(person.id, person.name), after, self._clock(), about)
        self._jobs[job.id] = job
        over = [each.id for each in self._jobs.values() if not each.running]
        for old in over[:-_KEPT]:
            del self._jobs[old]
        self._keep()
        self._tasks[job.id] = asyncio.create_task(self._run(job, steps))
        return job.id

    def get(self, id: str) -> Job | None:
        """The job, while it is remembered."""
        return self._jobs.get(id)

    def running(self, kind: str | None = None) -> list[Job]:
        """What is going on now."""
        return [job for job in self._jobs.values() if job.running and kind in (None, job.kind)]

    async def end(self, id: str) -> Job:
        """Wait until it is over."""
        if task := self._tasks.get(id):
            await asyncio.wait({task})
        return self._jobs[id]

    async def close(self) -> None:
        """Stop what goes on; a thread ends with its step."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        for job in self.running():  # a task that never began has not said so
            job.running, job.cut = False, True
        self._keep()

    async def _run(self, job: Job, steps: Iterator[Any] | AsyncIterator[Any]) -> None:
        try:
            async for step in steps if isinstance(steps, AsyncIterator) else _in_thread(steps):
                job.add(step)
        except asyncio.CancelledError:
            job.cut = True
        except AssistantError as error:
            job.failed = str(error)
        except Exception as error:
            job.failed = ""
            log.exception("job_failed", extra={"kind": job.kind, "error": type(error).__name__})
        finally:
            job.running = False
            self._tasks.pop(job.id, None)
            self._keep()

    def _keep(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        put(self._file, json.dumps([each.to_json() for each in self._jobs.values()], ensure_ascii=False))


def _read(file: Path) -> list[Job]:
    """What an earlier process kept; a file of another version says nothing."""
    try:
        return [job_of(each) for each in json.loads(file.read_text("utf-8"))]
    except (OSError, ValueError, TypeError, KeyError):
        return []


async def _in_thread(steps: Iterator[Any]) -> AsyncIterator[Any]:
    end = object()
    while (step := await asyncio.to_thread(next, steps, end)) is not end:
        yield step
