"""How far a job is: by reloading without scripts, by itself with them."""

from collections.abc import Callable

from aiohttp import web

from studio.web.jobs import Job
from studio.web.refusals import Refusal
from studio.web.routing import Route
from studio.web.visit import Visit


async def show(visit: Visit) -> web.StreamResponse:
    """The whole page."""
    return visit.page("working/job.html", job=_job(visit), step_name=_namer(visit))


async def progress(visit: Visit) -> web.StreamResponse:
    """The part of the page that changes, for its script."""
    return visit.page("working/progress.html", job=_job(visit), step_name=_namer(visit))


def _job(visit: Visit) -> Job:
    job = visit.studio.jobs.get(visit.part("id"))
    if job is None:
        raise Refusal(404, "job_gone")
    return job


def _namer(visit: Visit) -> Callable[[Job, str], str]:
    """How a job's steps are called."""

    def name(job: Job, step: str) -> str:
        key = f"{job.kind.split('_')[0]}_step_{step.replace(' ', '_')}"
        return visit.say(key) if visit.studio.words.has(key) else step

    return name


ROUTES = (
    Route("GET", "/jobs/{id}", show, "viewer"),
    Route("GET", "/jobs/{id}/progress", progress, "viewer"),
)
