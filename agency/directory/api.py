"""The HSDS 3 API: paged lists and single objects in the language asked for.

The standard: https://docs.openreferral.org/en/3.0/hsds/api_reference.html. It has no translations, so every text comes
in the language of the Accept-Language header (or `locale`), with Content-Language.
"""

import json
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from aiohttp import web

from agency.directory.records import LANGUAGES
from agency.directory.store import Directory, Wanted
from agency.settings import Settings

BASE = "/hsds/v3"
MOST_A_PAGE = 500
_KINDS = {
    "services": "service",
    "organizations": "organization",
    "locations": "location",
    "service_at_locations": "service_at_location",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
}
_TRUE = frozenset({"true", "1", "yes"})
_METERS_A_DEGREE = 111_195.0
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_to(app: web.Application, settings: Settings) -> None:
    """Add the routes; the application closes the directory at its end."""
    api = HsdsApi(settings.data.with_name("directory.db"), settings.directory, settings.holidays)

    async def closing(_: web.Application) -> AsyncIterator[None]:
        yield
        api.close()

    app.add_routes(api.routes())
    app.cleanup_ctx.append(closing)
    app[DIRECTORY] = api


class BadQuery(ValueError):
    """The URL asks for something that cannot be; the text says what."""


@dataclass
class HsdsApi:
    """The handlers. The directory opens with the first request, or by `open` at the start of a server."""

    data: Path
    folder: Path
    profile: Path
    today: Callable[[], date] = date.today
    _directory: Directory | None = field(default=None, init=False)

    def open(self) -> Directory:
        """The directory; the first call reads the seed. Raises SeedError or StoreError."""
        if self._directory is None:
            self._directory = Directory(self.data, self.folder, self.profile, self.today())
        return self._directory

    def close(self) -> None:
        """Close the file, if it is open."""
        if self._directory is not None:
            self._directory.close()

    def routes(self) -> list[web.RouteDef]:
        """The standard's routes, and /locations."""
        routes = [web.get(BASE, self.about), web.get(f"{BASE}/", self.about)]
        for path, kind in _KINDS.items():
            routes.append(web.get(f"{BASE}/{path}", self._list(kind)))
            routes.append(web.get(f"{BASE}/{path}/{{id}}", self._one(kind)))
        return routes

    async def about(self, request: web.Request) -> web.Response:
        """Which standard this is."""
        return web.json_response(
            {
                "version": "3.0",
                "profile": "https://docs.openreferral.org/en/3.0/hsds/",
                "openapi_url": "https://raw.githubusercontent.com/openreferral/specification/3.0/schema/openapi.json",
            }
        )

    def _one(self, kind: str) -> Handler:
        async def handler(request: web.Request) -> web.StreamResponse:
            language = read_language(request)
            found = self.open().texts(kind, [request.match_info["id"]], language, nested=True)
            if not found:
                return _error(404, f"There is no {kind.replace('_', ' ')} with this id.")
            text = found[0]
            if kind == "organization" and _flag(request.query, "full_service"):
                text = self._with_services(text, language)
            return _json(text, language)

        return handler

    def _list(self, kind: str) -> Handler:
        async def handler(request: web.Request) -> web.StreamResponse:
            language, query, directory = read_language(request), request.query, self.open()
            try:
                ids = self._near(kind, query, directory.find(read_wanted(kind, query)))
                page = _number(query, "page", 1)
                per_page = min(_number(query, "per_page", 20), MOST_A_PAGE)
            except BadQuery as error:
                return _error(400, str(error))
            nested = _flag(query, "full") or kind in ("location", "taxonomy", "taxonomy_term")
            if query.get("format", "json").lower() == "ndjson":
                lines = "\n".join(directory.texts(kind, ids, language, nested=nested))
                return _json(lines + "\n", language, "application/x-ndjson")
            if kind == "service" and _flag(query, "minimal"):
                modified = directory.modified()
                texts = [json.dumps({"id": one, "modified_date": modified[one]}) for one in ids]
                return _json(_page(texts, len(texts), 1, max(len(texts), 1)), language)
            chosen = ids[(page - 1) * per_page : page * per_page]
            texts = directory.texts(kind, chosen, language, nested=nested)
            if kind == "organization" and _flag(query, "full_service"):
                texts = [self._with_services(text, language) for text in texts]
            return _json(_page(texts, len(ids), page, per_page), language)

        return handler

    def _with_services(self, text: str, language: str) -> str:
        """An organization with all of each service, whether it came alone or nested."""
        organization = json.loads(text)
        ids = self.open().find(Wanted("service", owner_id=organization["id"]))
        services = self.open().texts("service", ids, language, nested=True)
        return json.dumps({**organization, "services": [json.loads(one) for one in services]}, ensure_ascii=False)

    def _near(self, kind: str, query: Mapping[str, str], ids: list[str]) -> list[str]:
        """With `postcode` and `proximity`: what is within so many meters of the middle of that postcode's places."""
        postcode, meters = query.get("postcode", ""), query.get("proximity", "")
        if kind != "service_at_location" or not postcode or not meters:
            return ids
        try:
            limit = float(meters)
        except ValueError:
            raise BadQuery("proximity is a number of meters.") from None
        places = self.open().places(kind)
        middle = [places[one] for one in self.open().find(Wanted(kind, postal_code=postcode)) if one in places]
        if not middle:
            return []
        latitude, longitude = (sum(values) / len(middle) for values in zip(*middle, strict=True))
        scale = math.cos(math.radians(latitude))

        def away(place: tuple[float, float]) -> float:
            return math.hypot(place[0] - latitude, (place[1] - longitude) * scale) * _METERS_A_DEGREE

        return [one for one in ids if one in places and away(places[one]) <= limit]


DIRECTORY = web.AppKey("directory", HsdsApi)


def read_wanted(kind: str, query: Mapping[str, str]) -> Wanted:
    """What the list's parameters ask for; those that the standard gives another list are not looked at."""
    if kind == "taxonomy_term":
        return Wanted(
            kind,
            search=query.get("search", ""),
            taxonomy_id=query.get("taxonomy_id", ""),
            owner_id=query.get("parent_id", ""),
            leaves_only=_flag(query, "top_only"),
        )
    if kind not in ("service", "service_at_location"):
        return Wanted(kind, search=query.get("search", ""))
    by_distance = bool(query.get("proximity"))
    return Wanted(
        kind,
        search=query.get("search", ""),
        owner_id=query.get("organization_id", ""),
        term_id=query.get("taxonomy_term_id", ""),
        taxonomy_id=query.get("taxonomy_id", ""),
        modified_after=query.get("modified_after", ""),
        postal_code=query.get("postcode", "") if kind == "service_at_location" and not by_distance else "",
    )


def read_language(request: web.Request) -> str:
    """One of our languages: by `locale`, else by the first one known of Accept-Language, else English."""
    asked = request.query.get("locale") or request.headers.get("Accept-Language") or ""
    for part in asked.split(","):
        language = part.partition(";")[0].strip().replace("_", "-").partition("-")[0].lower()
        if language in LANGUAGES:
            return language
    return LANGUAGES[0]


def _page(texts: list[str], total: int, page: int, per_page: int) -> str:
    pages = max(1, -(-total // per_page))
    facts = {
        "total_items": total,
        "total_pages": pages,
        "page_number": page,
        "size": len(texts),
        "first_page": page == 1,
        "last_page": page >= pages,
        "empty": not texts,
    }
    return f'{json.dumps(facts)[:-1]}, "contents": [{", ".join(texts)}]}}'  # the texts are JSON already


def _flag(query: Mapping[str, str], name: str) -> bool:
    return query.get(name, "").strip().lower() in _TRUE


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:9]) < 1_000_000):
        raise BadQuery(f"{name} is a whole number from 1.")
    return int(text)


def _json(text: str, language: str, kind: str = "application/json") -> web.Response:
    headers = {"Content-Language": language, "Vary": "Accept-Language"}
    return web.Response(text=text, content_type=kind, headers=headers)


def _error(status: int, message: str) -> web.Response:
    return web.json_response({"error": message}, status=status)
