"""The participation API in JSON at /participation/v1: read what is open, send a comment, vote in a poll.

There is no one standard for this. The names follow Popolo, Decidim and Consul (agency/participation/catalog.py); a
comment's `Idempotency-Key` is the header of the IETF HTTPAPI draft: the same key is the same comment. What people
wrote and their names are stored for staff and never published.
"""

import asyncio
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from agency.participation.answers import Refusal, as_json, read_body, read_date, read_text
from agency.participation.catalog import Catalog, Consultation, Poll
from agency.participation.present import Presenter
from agency.participation.store import Comment, KeyReused, Store
from agency.settings import Settings

BASE = "/participation/v1"
HORIZON, FARTHEST = timedelta(days=60), timedelta(days=366)
LONGEST_COMMENT = 5000  # characters


@dataclass(frozen=True)
class Api:
    """The handlers; `clock` gives the time."""

    settings: Settings
    catalog: Catalog
    store: Store
    clock: Callable[[], datetime]

    def routes(self) -> list[web.RouteDef]:
        """Return the API's routes."""
        return [
            web.get(f"{BASE}/consultations", self.consultations),
            web.get(f"{BASE}/consultations/{{id}}", self.consultation),
            web.get(f"{BASE}/consultations/{{id}}/comments", self.comments),
            web.post(f"{BASE}/consultations/{{id}}/comments", self.comment),
            web.get(f"{BASE}/organizations", self.organizations),
            web.get(f"{BASE}/events", self.events),
            web.get(f"{BASE}/polls", self.polls),
            web.get(f"{BASE}/polls/{{id}}", self.poll),
            web.post(f"{BASE}/polls/{{id}}/votes", self.vote),
        ]

    async def consultations(self, request: web.Request) -> web.Response:
        """List consultations, those that close first first; `status` picks open, upcoming or closed ones."""
        closed, show = await asyncio.to_thread(self.store.closed), self._presenter(request)
        found = [show.consultation(item, closed) for item in self.catalog.consultations]
        wanted = request.query.get("status", "")
        return as_json(sorted((i for i in found if wanted in ("", i["status"])), key=lambda item: item["end_date"]))

    async def consultation(self, request: web.Request) -> web.Response:
        """Show one consultation."""
        return as_json(await self._shown(request))

    async def comments(self, request: web.Request) -> web.Response:
        """How many comments there are; never what they say or who wrote them."""
        shown = await self._shown(request)
        return as_json({"count": await asyncio.to_thread(self.store.count, shown["id"])})

    async def comment(self, request: web.Request) -> web.Response:
        """Accept a comment: 201 with its receipt; 200 with the same receipt if the key was here before."""
        client = self._client(request)
        shown, given = await self._shown(request), await read_body(request)
        comment = Comment(
            consultation=shown["id"],
            text=read_text(given, "text", LONGEST_COMMENT),
            name=read_text(given, "name"),
            area=read_text(given, "area"),
            language=read_text(given, "language"),
            created=self.clock(),
        )
        if not comment.text:
            raise Refusal(422, "text", "The comment is empty.")
        key = read_text({"key": request.headers.get("Idempotency-Key")}, "key")
        try:
            stored = await asyncio.to_thread(self.store.known, comment, client, key)
        except KeyReused as error:
            raise Refusal(422, "key", "This Idempotency-Key was used for another comment.") from error
        is_new = stored is None
        if stored is None:
            if shown["status"] != "open":
                raise Refusal(409, shown["status"], f"The consultation is {shown['status']}.")
            stored = await asyncio.to_thread(self.store.add, comment, client, key)
        return as_json({"receipt": stored.receipt, "consultation_id": shown["id"]}, 201 if is_new else 200)

    async def organizations(self, request: web.Request) -> web.Response:
        """List the public bodies that meet."""
        show = self._presenter(request)
        return as_json([show.organization(item) for item in self.catalog.organizations])

    async def events(self, request: web.Request) -> web.Response:
        """List the meetings that are not over, first come first; `organization` and `until` (a date) narrow it."""
        local, show = self._local(), self._presenter(request)
        end = read_date(request.query.get("until", "")) or local.date() + HORIZON
        wanted = request.query.get("organization", "")
        found = self.catalog.upcoming(local, min(end, local.date() + FARTHEST))
        return as_json([show.event(start, item) for start, item in found if wanted in ("", item.organization)])

    async def polls(self, request: web.Request) -> web.Response:
        """List the polls that are open or closed; `voter` tells which votes are theirs."""
        shown = [await self._poll(poll, request.query.get("voter", ""), request) for poll in self.catalog.polls]
        return as_json([poll for poll in shown if poll["status"] != "upcoming"])

    async def poll(self, request: web.Request) -> web.Response:
        """Show one poll; the results only once it is closed or `voter` has voted."""
        return as_json(await self._poll(self._find_poll(request), request.query.get("voter", ""), request))

    async def vote(self, request: web.Request) -> web.Response:
        """Keep one vote a voter; while the poll is open a later vote takes its place. The answer is the poll."""
        self._client(request)
        poll, given, today = self._find_poll(request), await read_body(request), self._local().date()
        voter, option = read_text(given, "voter"), read_text(given, "option")
        if not voter or option not in {item.id for item in poll.options}:
            raise Refusal(422, "option", "Send a voter and one of the options.")
        status = poll.period(today).status(today)
        if status != "open":
            raise Refusal(409, status, f"The poll is {status}.")
        await asyncio.to_thread(self.store.vote, poll.edition_id(today), voter, option, self.clock())
        return as_json(await self._poll(poll, voter, request))

    async def _shown(self, request: web.Request) -> dict[str, Any]:
        item: Consultation | None = self.catalog.consultation(request.match_info["id"], self._local().date())
        if item is None:
            raise Refusal(404, "not_found", "There is no consultation with this id.")
        return self._presenter(request).consultation(item, await asyncio.to_thread(self.store.closed))

    async def _poll(self, poll: Poll, voter: str, request: web.Request) -> dict[str, Any]:
        public_id = poll.edition_id(self._local().date())
        chosen = await asyncio.to_thread(self.store.vote_of, public_id, voter) if voter else ""
        return self._presenter(request).poll(poll, chosen, await asyncio.to_thread(self.store.results, public_id))

    def _find_poll(self, request: web.Request) -> Poll:
        poll = self.catalog.poll(request.match_info["id"], self._local().date())
        if poll is None:
            raise Refusal(404, "not_found", "There is no poll with this id.")
        return poll

    def _local(self) -> datetime:
        """The city's own time, without a zone."""
        return self.clock().astimezone(self.settings.time_zone).replace(tzinfo=None)

    def _presenter(self, request: web.Request) -> Presenter:
        accepted = request.headers.get("Accept-Language", "").lower().split(",")
        wanted = [part.strip()[:2] for part in accepted]
        language = next((item for item in wanted if item in self.catalog.languages), self.catalog.languages[0])
        return Presenter(self.catalog, language, self._local().date(), self.settings.time_zone)

    def _client(self, request: web.Request) -> str:
        """Return a name for the holder of a key that is no secret, so that idempotency keys do not collide."""
        given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        for known in self.settings.api_keys:
            if hmac.compare_digest(known.encode(), given.encode()):
                return hashlib.sha256(known.encode()).hexdigest()[:16]
        raise Refusal(403, "key", "The API key is missing or not known.")


def add_to(app: web.Application, api: Api) -> None:
    """Serve the API in an application, which closes the store at its end."""

    async def closing(_: web.Application) -> None:
        api.store.close()

    app.add_routes(api.routes())
    app.on_cleanup.append(closing)
