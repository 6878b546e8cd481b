"""What the API shows of consultations, meetings and polls, in one language and as of one day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from agency.participation.catalog import Catalog, Consultation, Event, Organization, Poll, Words


@dataclass(frozen=True)
class Presenter:
    """Turns entries of the catalog into the API's records; `today` is the city's own day."""

    catalog: Catalog
    language: str
    today: date
    zone: tzinfo

    def words(self, words: Words) -> str:
        """The text in the reader's language."""
        return self.catalog.words(words, self.language)

    def consultation(self, item: Consultation, closed: frozenset[str]) -> dict[str, Any]:
        """A consultation; `closed` are the ids of those that staff ended early."""
        period, public_id = item.period(self.today), item.edition_id(self.today)
        return {
            "id": public_id,
            "title": self.words(item.title),
            "summary": self.words(item.summary),
            "area": self.words(item.area),
            "status": "closed" if public_id in closed else period.status(self.today),
            "start_date": period.start.isoformat(),
            "end_date": period.end.isoformat(),
            "how_to_comment": self.words(item.how_to_comment),
            "url": item.url,
            "languages": sorted(item.title),
        }

    def organization(self, item: Organization) -> dict[str, Any]:
        """A public body."""
        return {
            "id": item.id,
            "name": self.words(item.name),
            "classification": item.classification,
            "other_names": list(item.other_names),
        }

    def event(self, start: datetime, item: Event) -> dict[str, Any]:
        """A meeting that begins at `start` (local time)."""
        body, begins = self.catalog.organization(item.organization), start.replace(tzinfo=self.zone)
        return {
            "id": f"{body.id}-{start:%Y%m%d}",
            "name": self.words(item.name or body.name),
            "classification": "meeting",
            "organization": {"id": body.id, "name": self.words(body.name)},
            "start_date": begins.isoformat(),
            "end_date": (begins + timedelta(minutes=item.minutes)).isoformat(),
            "location": {
                "name": self.words(item.location.name),
                "address": item.location.address,
                "accessible": item.location.accessible,
            },
            "online_url": item.online_url,
            "agenda": self.words(item.agenda),
            "speak": self.words(item.speak),
            "interpreter": self.words(item.interpreter),
        }

    def poll(self, poll: Poll, chosen: str, counted: dict[str, int]) -> dict[str, Any]:
        """A poll as one voter sees it: the results only once it is closed or they have chosen."""
        period = poll.period(self.today)
        status = period.status(self.today)
        results = {option.id: counted.get(option.id, 0) for option in poll.options}
        return {
            "id": poll.edition_id(self.today),
            "question": self.words(poll.question),
            "options": [{"id": option.id, "title": self.words(option.title)} for option in poll.options],
            "status": status,
            "end_date": period.end.isoformat(),
            "your_vote": chosen or None,
            "results": results if chosen or status == "closed" else None,
        }
