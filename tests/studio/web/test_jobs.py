"""Work beside the pages: its steps, its end, and what goes wrong in it."""

import logging
from collections.abc import AsyncIterator, Iterator
from threading import get_ident
from time import time

import pytest

from bot.errors import AssistantError
from studio.publishing.publish import Progress
from studio.web.accounts.person import Person
from studio.web.jobs import Jobs

ADA = Person("1", "Ada", "ada@example.gov", "admin", "en", True, False, False, False, 0.0, None)


def steps(error: Exception | None = None, state: str = "passed") -> Iterator[Progress]:
    yield Progress("first", state, str(get_ident()))  # type: ignore[arg-type]
    if error:
        raise error


async def test_a_plain_iterator_runs_beside_the_loop_and_its_steps_are_kept() -> None:
    jobs = Jobs(time)
    job = await jobs.end(jobs.start("publishing_publish", steps(), ADA, after="/publishing"))
    assert job.went_well and not jobs.running() and jobs.get(job.id) is job and job.after == "/publishing"
    assert [step.step for step in job.steps] == ["first"] and job.last.words != str(get_ident())


async def test_a_refusal_is_told_in_its_words_and_a_mistake_of_ours_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    jobs = Jobs(time)
    refused = await jobs.end(jobs.start("x", steps(AssistantError("Somebody else publishes.")), ADA))
    assert (refused.failed, refused.went_well) == ("Somebody else publishes.", False)
    with caplog.at_level(logging.ERROR):
        broken = await jobs.end(jobs.start("x", steps(RuntimeError("with what a person wrote")), ADA))
    assert broken.failed == "" and [record.getMessage() for record in caplog.records] == ["job_failed"]
    failed = await jobs.end(jobs.start("x", steps(state="failed"), ADA))
    assert failed.failed is None and not failed.went_well


async def test_what_is_over_is_forgotten_in_the_end_and_what_goes_on_stops_with_the_studio() -> None:
    async def one() -> AsyncIterator[Progress]:
        yield Progress("one", "passed", "")

    jobs = Jobs(time)
    first = jobs.start("x", one(), ADA)
    for _ in range(60):
        await jobs.end(jobs.start("x", one(), ADA))
    assert jobs.get(first) is None and jobs.get("no such job") is None
    going = jobs.start("x", one(), ADA)
    assert [job.id for job in jobs.running("x")] == [going] and not jobs.running("y")
    await jobs.close()
    assert not jobs.running()
