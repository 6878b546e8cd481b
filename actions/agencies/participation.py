"""What a city asks its residents and where they meet: consultations, public meetings, comments and polls.

The API is our own, with the names of Popolo, Decidim and Consul; docs/participation.md describes it for other systems.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, ClassVar, TypeVar
from urllib.parse import quote

from actions.agencies.connection import Connection
from actions.agencies.errors import AgencyNonsense
from bot.agencies import Agency

T = TypeVar("T")


@dataclass(frozen=True)
class Consultation:
    """A plan to comment on until the day `closes`, included. `agency` is the name of the agency that asks."""

    agency: str
    id: str
    title: str
    summary: str
    area: str
    status: str
    opens: date
    closes: date
    how: str
    url: str

    @property
    def reference(self) -> str:
        """What tells it apart from those of other agencies."""
        return f"{self.agency}/{self.id}"


@dataclass(frozen=True)
class Body:
    """A public body that meets; `names` is what people call it."""

    id: str
    name: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Meeting:
    """A public meeting. `starts` and `ends` know their time zone."""

    id: str
    name: str
    body: str
    starts: datetime
    ends: datetime
    place: str
    accessible: bool
    online_url: str
    agenda: str
    speak: str
    interpreter: str


@dataclass(frozen=True)
class Poll:
    """One question. `options` are (id, words), `mine` the option that this voter chose ("" for none).

    `results` are votes by option; None while they are not to be seen.
    """

    agency: str
    id: str
    question: str
    options: tuple[tuple[str, str], ...]
    status: str
    closes: date
    mine: str
    results: Mapping[str, int] | None


class Participation:
    """One agency's participation system. Every method may raise an AgencyError."""

    KIND: ClassVar[str] = "participation"

    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        self._connection = Connection(agency)

    async def close(self) -> None:
        """Close the connections."""
        await self._connection.close()

    async def consultations(self, language: str) -> tuple[Consultation, ...]:
        """Everything that is open, was or will be."""
        return self._each(await self._connection.get_json("consultations", None, language), self._consultation)

    async def comment(self, consultation: str, comment: Mapping[str, str], key: str) -> str:
        """Send {text, name, area, language} once; the receipt's number, "" where the agency gives none."""
        answer = await self._connection.post_json(
            f"consultations/{quote(consultation, safe='')}/comments", dict(comment), key
        )
        return _text(answer, "receipt") if isinstance(answer, dict) else ""

    async def bodies(self, language: str) -> tuple[Body, ...]:
        """The public bodies that meet."""
        return self._each(await self._connection.get_json("organizations", None, language), _body)

    async def meetings(self, language: str, until: date | None = None) -> tuple[Meeting, ...]:
        """Meetings that are not over, first come first, up to a day (about two months unless told)."""
        query = {"until": until.isoformat() if until else ""}
        return self._each(await self._connection.get_json("events", query, language), _meeting)

    async def polls(self, language: str) -> tuple[Poll, ...]:
        """The polls that are open or closed, as anyone may see them."""
        return self._each(await self._connection.get_json("polls", None, language), self._poll)

    async def poll(self, poll: str, voter: str, language: str) -> Poll:
        """One poll as this voter may see it."""
        answer = await self._connection.get_json(f"polls/{quote(poll, safe='')}", {"voter": voter}, language)
        return self._each([answer], self._poll)[0]

    async def vote(self, poll: str, voter: str, option: str) -> Poll:
        """Give or change this voter's one vote; the poll after it (its words may be in another language)."""
        answer = await self._connection.post_json(
            f"polls/{quote(poll, safe='')}/votes", {"voter": voter, "option": option}
        )
        return self._each([answer], self._poll, sent=True)[0]

    def _consultation(self, record: Mapping[str, Any]) -> Consultation:
        return Consultation(
            agency=self.agency.name,
            id=_text(record, "id"),
            title=_text(record, "title"),
            summary=_text(record, "summary"),
            area=_text(record, "area"),
            status=_text(record, "status"),
            opens=date.fromisoformat(_text(record, "start_date")[:10]),
            closes=date.fromisoformat(_text(record, "end_date")[:10]),
            how=_text(record, "how_to_comment"),
            url=_text(record, "url"),
        )

    def _poll(self, record: Mapping[str, Any]) -> Poll:
        results = record.get("results")
        return Poll(
            agency=self.agency.name,
            id=_text(record, "id"),
            question=_text(record, "question"),
            options=tuple((_text(option, "id"), _text(option, "title")) for option in record["options"]),
            status=_text(record, "status"),
            closes=date.fromisoformat(_text(record, "end_date")[:10]),
            mine=_text(record, "your_vote"),
            results=None if results is None else {str(name): int(votes) for name, votes in results.items()},
        )

    def _each(self, tree: Any, read: Callable[[Any], T], *, sent: bool = False) -> tuple[T, ...]:
        """The records of a list, also of one that stands in {"items": …}."""
        if isinstance(tree, dict):
            tree = tree.get("items")
        if not isinstance(tree, list):
            raise AgencyNonsense("the agency's answer is no list")
        try:
            return tuple(read(record) for record in tree)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise AgencyNonsense(
                "the agency's answer lacks what it should have", "unknown" if sent else "no"
            ) from error


def _body(record: Mapping[str, Any]) -> Body:
    return Body(
        _text(record, "id"), _text(record, "name"), tuple(str(name) for name in record.get("other_names") or ())
    )


def _meeting(record: Mapping[str, Any]) -> Meeting:
    starts = _moment(record["start_date"])
    location = record.get("location") or {}
    place = [_text(location, "name"), _text(location, "address")]
    return Meeting(
        id=_text(record, "id"),
        name=_text(record, "name"),
        body=_text(record.get("organization") or {}, "id"),
        starts=starts,
        ends=_moment(record["end_date"]) if record.get("end_date") else starts,
        place=", ".join(part for part in place if part),
        accessible=bool(location.get("accessible")),
        online_url=_text(record, "online_url"),
        agenda=_text(record, "agenda"),
        speak=_text(record, "speak"),
        interpreter=_text(record, "interpreter"),
    )


def _moment(text: Any) -> datetime:
    moment = datetime.fromisoformat(str(text))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _text(record: Mapping[str, Any], name: str) -> str:
    value = record.get(name)
    return "" if value is None else str(value).strip()
