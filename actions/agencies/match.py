"""Recognise our own report in an agency's list, for servers that cannot tell a second try from a second report."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from actions.agencies.georeport import Report, ServiceRequest

_NEAR = 0.0002  # degrees, about 20 m: servers round coordinates
_SLACK = timedelta(hours=14)  # some servers leave the zone out of their dates; the list is already limited by date


def find_match(report: Report, listed: Iterable[ServiceRequest], since: datetime) -> ServiceRequest | None:
    """Return the request with the same service, words and place that was made after `since`, or None."""
    return next((found for found in listed if _matches(report, found, since)), None)


def _matches(report: Report, found: ServiceRequest, since: datetime) -> bool:
    return (
        found.service_code == report.service_code
        and _words(found.description) == _words(report.description)
        and (found.requested is None or found.requested >= since - _SLACK)
        and _same_place(report, found)
    )


def _same_place(report: Report, found: ServiceRequest) -> bool:
    if report.address and found.address and _words(report.address) == _words(found.address):
        return True
    if report.lat is None or report.long is None or found.lat is None or found.long is None:
        return False
    return abs(report.lat - found.lat) <= _NEAR and abs(report.long - found.long) <= _NEAR


def _words(text: str) -> str:
    return " ".join(text.split()).casefold()
