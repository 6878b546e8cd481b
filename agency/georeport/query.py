"""Read what a client asks for in a URL: its language, its jurisdiction, which requests."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from agency.georeport.requests import STATUSES, Filter

LONGEST_SPAN = timedelta(days=90)  # the standard's limit for a list
MOST = 1000  # requests, likewise


class BadQuery(ValueError):
    """The URL asks for something that cannot be; the text says what."""


def read_language(locale: str, accepted: str, offered: tuple[str, ...]) -> str:
    """Return one of the `offered` languages: by `locale`, else by an Accept-Language header, else the first."""
    wanted = [locale] if locale else [tag for _, tag in sorted(_weighted(accepted), key=lambda pair: -pair[0])]
    for tag in wanted:
        language = tag.replace("_", "-").partition("-")[0].lower()
        if language in offered:
            return language
    return offered[0]


def read_filter(query: Mapping[str, str], now: datetime) -> Filter:
    """Return which requests are asked for; ids override everything else; empty values count as not sent."""
    ids = _list(query.get("service_request_id", ""))
    if ids:
        return Filter(ids=ids[:MOST], seen_at=now, limit=MOST)
    statuses = [status.lower() for status in _list(query.get("status", ""))]
    if not set(statuses) <= set(STATUSES):
        raise BadQuery("status must be open or closed.")
    start, end = _span(query, now)
    codes = _list(query.get("service_code", ""))
    return Filter(service_codes=codes, statuses=statuses, start=start, end=end, seen_at=now, limit=MOST)


def _span(query: Mapping[str, str], now: datetime) -> tuple[datetime, datetime]:
    start, end = _date("start_date", query), _date("end_date", query)
    if start and end:
        if start > end:
            raise BadQuery("start_date is after end_date.")
        if end - start > LONGEST_SPAN:
            raise BadQuery("start_date and end_date span more than 90 days.")
        return start, end
    try:
        if start:
            return start, start + LONGEST_SPAN
        return (end or now) - LONGEST_SPAN, end or now
    except OverflowError as error:
        raise BadQuery("start_date or end_date is out of range.") from error


def _date(name: str, query: Mapping[str, str]) -> datetime | None:
    text = query.get(name, "").strip()
    if not text:
        return None
    try:
        # A plus sign that was not percent-encoded arrives as a space; a date alone starts at midnight UTC.
        moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else f"{text}T00:00:00+00:00")
        if moment.tzinfo is None:
            raise BadQuery(f"{name} needs a time zone, like 2026-01-31T00:00:00Z.")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        if isinstance(error, BadQuery):
            raise
        raise BadQuery(f"{name} is not a date, like 2026-01-31T00:00:00Z.") from error


def _list(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


def _weighted(accepted: str) -> Iterable[tuple[float, str]]:
    for part in accepted.split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            yield float(weight or 1), tag
        except ValueError:
            continue
