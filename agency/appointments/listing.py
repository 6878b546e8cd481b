"""The list for the desks: who comes on a day, with nothing else about them."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agency.appointments.plan import Plan
from agency.appointments.store import Book


def list_day(plan: Plan, book: Book, day: date, zone: ZoneInfo) -> Iterator[str]:
    """One line an appointment, in the order people come: time, office, service, number, name."""
    first, last = (int(datetime.combine(on, time(), zone).timestamp()) for on in (day, day + timedelta(days=1)))
    for process in book.confirmed(first, last):
        office, service = plan.office.get(process.office_id), plan.service.get(process.service_id)
        begins, ends = (datetime.fromtimestamp(moment, zone) for moment in (process.starts, process.ends))
        where = plan.words(office.name, "") if office else f"office {process.office_id}"
        what = plan.words(service.name, "") if service else f"service {process.service_id}"
        yield f"{begins:%H:%M}-{ends:%H:%M}  {where:18} {what:28} {process.id}  {process.contact.family_name}"
