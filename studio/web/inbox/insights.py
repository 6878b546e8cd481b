"""How the assistant does: counts only, in a chart and in tables, and as CSV."""

from datetime import date, datetime, timedelta

from aiohttp import web

from studio.inbox.insights import Insights, insights
from studio.inbox.messages import Which
from studio.inbox.sheets import sheet
from studio.web.inbox.listing import download, groups_of, titles
from studio.web.visit import Visit

SPANS = (7, 30, 90, 365)
_TOP = 10
_HEADS = ("day", "topic", "language", "channel", "outcome", "count")


async def show(visit: Visit) -> web.StreamResponse:
    """The counts of the last days."""
    await visit.studio.draft.ready()
    span = _span(visit)
    told = await _insights(visit, span)
    unanswered = (await groups_of(visit, Which("not_understood")))[:_TOP]
    highest = max((count for _, count in told.days), default=0)
    return visit.page(
        "inbox/insights.html", counts=told, span=span, spans=SPANS, highest=highest, unanswered=unanswered,
        titles=titles(visit),
    )  # fmt: skip


async def export(visit: Visit) -> web.StreamResponse:
    """The same counts, row by row."""
    told = await _insights(visit, _span(visit))
    return download(sheet(_HEADS, told.rows), "insights.csv")


async def _insights(visit: Visit, span: int) -> Insights:
    last: date = datetime.fromtimestamp(visit.studio.clock(), visit.studio.city.time_zone).date()
    return await insights(visit.studio.store, last - timedelta(days=span - 1), last)


def _span(visit: Visit) -> int:
    asked = visit.asked("days")
    return int(asked) if asked.isdecimal() and int(asked) in SPANS else 30
