"""The addresses of the calendars: `/calendars/collection/{zone}.ics`, with ETag and Last-Modified."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web

from agency.calendars.calendar import calendar
from agency.calendars.zones import Zones, load_zones

BASE = "/calendars"
_KEEP = "public, max-age=3600"


@dataclass(frozen=True)
class Calendars:
    """The handler. A change of the seed files is served at once: they are read when their time of change is new."""

    seed: Path
    holidays: Path
    jurisdiction: str
    time_zone: ZoneInfo

    def routes(self) -> list[web.RouteDef]:
        """The calendars' routes."""
        self.load()  # a mistake in the files stops the start, not the first resident
        return [web.get(f"{BASE}/collection/{{zone}}.ics", self.collection)]

    async def collection(self, request: web.Request) -> web.Response:
        """One zone's calendar; 304 for a reader who has it; 404 for an unknown zone."""
        zones = self.load()
        zone = zones.zones.get(request.match_info["zone"])
        if zone is None:
            return web.Response(status=404, text=f"There is no zone {request.match_info['zone']}.")
        body = calendar(zones, zone, self.jurisdiction, self.time_zone)
        etag = hashlib.sha256(body).hexdigest()[:32]
        response = web.Response(body=body, content_type="text/calendar", charset="utf-8")
        response.etag, response.last_modified = etag, zones.changed
        response.headers["Cache-Control"] = _KEEP
        known = request.if_none_match
        since = request.if_modified_since
        if known is not None:
            unchanged = any(tag.value in (etag, "*") for tag in known)
        else:
            unchanged = since is not None and zones.changed <= since
        if unchanged:
            headers = {name: response.headers[name] for name in ("ETag", "Last-Modified", "Cache-Control")}
            return web.Response(status=304, headers=headers)
        return response

    def load(self) -> Zones:
        """The zones as the files stand now. Raises ZonesError."""
        times = [path.stat().st_mtime for path in (self.seed, self.holidays) if path.exists()]
        changed = datetime.fromtimestamp(int(max(times, default=0)), UTC)
        return load_zones(self.seed, self.holidays, changed)
