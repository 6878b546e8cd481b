"""Work beside the pages: its steps, its end, and what goes wrong in it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from threading import get_ident
from time import time

import pytest

from bot.errors import AssistantError
from studio.publishing.publish import Progress
from studio.web.accounts.person import Person
from studio.web.jobs import Jobs
from tests.studio.web.house import Running, page_of

ADA = Person("1", "Ada", "ada@example.gov", "admin", "en", True, False, False, False, 0.0, None)


def steps(error: Exception | None = None, state: str = "passed") -> Iterator[Progress]:
    yield Progress("first", state, str(get_ident()))  # type: ignore[arg-type]
    if error:
        raise error


async def test_a_plain_iterator_runs_beside_the_loop_and_its_steps_are_kept(tmp_path: Path) -> None:
    jobs = Jobs(time, tmp_path / "jobs.json")
    job = await jobs.end(jobs.start("publishing_publish", steps(), ADA, after="/publishing"))
    assert job.went_well and not jobs.running() and jobs.get(job.id) is job and job.after == "/publishing"
    assert [step.step for step in job.steps] == ["first"] and job.last.words != str(get_ident())


async def test_a_refusal_is_told_in_its_words_and_a_mistake_of_ours_is_logged(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    jobs = Jobs(time, tmp_path / "jobs.json")
    refused = await jobs.end(jobs.start("x", steps(AssistantError("Somebody else publishes.")), ADA))
    assert (refused.failed, refused.went_well) == ("Somebody else publishes.", False)
    with caplog.at_level(logging.ERROR):
        broken = await jobs.end(jobs.start("x", steps(RuntimeError("with what a person wrote")), ADA))
    assert broken.failed == "" and [record.getMessage() for record in caplog.records] == ["job_failed"]
    failed = await jobs.end(jobs.start("x", steps(state="failed"), ADA))
    assert failed.failed is None and not failed.went_well


async def test_what_is_over_is_forgotten_in_the_end_and_what_goes_on_stops_with_the_studio(tmp_path: Path) -> None:
    async def one() -> AsyncIterator[Progress]:
        yield Progress("one", "passed", "")

    jobs = Jobs(time, tmp_path / "jobs.json")
    first = jobs.start("x", one(), ADA)
    for _ in range(60):
        await jobs.end(jobs.start("x", one(), ADA))
    assert jobs.get(first) is None and jobs.get("no such job") is None
    going = jobs.start("x", one(), ADA)
    assert [job.id for job in jobs.running("x")] == [going] and not jobs.running("y")
    await jobs.close()
    assert not jobs.running()


async def test_after_a_restart_of_the_studio_there_is_what_was_over_and_word_of_what_was_cut(tmp_path: Path) -> None:
    async def slow() -> AsyncIterator[Progress]:
        yield Progress("slow", "running", "")
        await asyncio.Event().wait()

    jobs = Jobs(time, tmp_path / "jobs.json")
    done = await jobs.end(jobs.start("x", steps(), ADA, after="/tests"))
    stopped, killed = jobs.start("x", slow(), ADA), jobs.start("publishing_publish", slow(), ADA, after="/publishing")
    after_a_kill = Jobs(time, tmp_path / "jobs.json")
    told = after_a_kill.get(killed)
    assert told is not None and told.cut and not told.running and not told.went_well
    assert (told.kind, told.after, told.person.name) == ("publishing_publish", "/publishing", "Ada")
    known = after_a_kill.get(done.id)
    assert known is not None and known.went_well and known.last.words == done.last.words
    await jobs.close()
    told = Jobs(time, tmp_path / "jobs.json").get(stopped)
    assert told is not None and told.cut and not told.went_well


async def test_jobs_kept_by_another_version_are_passed_over(tmp_path: Path) -> None:
    for text in ("", "{", "[1]", '[{"id": "a"}]'):
        (tmp_path / "jobs.json").write_text(text)
        assert Jobs(time, tmp_path / "jobs.json").get("a") is None


def test_whoever_comes_back_after_a_restart_reads_what_happened(studio: Running) -> None:
    async def begun() -> str:
        async def slow() -> AsyncIterator[Progress]:
            yield Progress("slow", "running", "")
            await asyncio.Event().wait()

        return studio.studio.jobs.start("home_nav", slow(), studio.people["viewer"], after="/account")

    job = studio.run(begun())
    studio.run(studio.studio.jobs.close())
    with studio.session("viewer") as client:
        page = page_of(client, f"/jobs/{job}")
        assert "The studio was started anew while this was going on" in page
        assert 'href="/account"' in page and 'data-running="no"' in page
