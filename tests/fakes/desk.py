"""The phones on the desk, served on a free port, with a real gateway behind them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestServer

from bot.settings import ROOT
from bot.sms.optout import load_optout
from phone.__main__ import PICTURE
from phone.desk import Desk
from phone.server import build
from tests.fakes.texting import CITY, Texting, texting


@dataclass
class ServedDesk:
    """`url` is where the page stands."""

    desk: Desk
    url: str
    city: Texting

    async def read(self, after: int = 0) -> dict[str, Any]:
        """The first phone's thread over the JSON API."""
        async with self.city.gateway.http.get(f"{self.url}/api/phones/1?after={after}") as response:
            assert response.status == 200
            return dict(await response.json())

    async def act(self, phone: int = 1, **fields: str) -> int:
        """One act over the JSON API; its status."""
        async with self.city.gateway.http.post(f"{self.url}/api/phones/{phone}", json=fields) as response:
            return response.status


@asynccontextmanager
async def desk_served(folder: Path) -> AsyncIterator[ServedDesk]:
    """A gateway that echoes, and phones that text it."""
    async with texting(folder) as city:
        picture = city.twilio.keep(city.settings.twilio_api, PICTURE.read_bytes())
        desk = Desk(city.twilio, load_optout(ROOT / "data" / "optout.yml"), CITY, picture)
        server = TestServer(build(desk))
        await server.start_server()
        try:
            yield ServedDesk(desk, str(server.make_url("/")).rstrip("/"), city)
        finally:
            await server.close()
