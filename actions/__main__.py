"""The action server on loopback: rasa-sdk's executor behind a small aiohttp app (`python -m actions`).

`python -m rasa_sdk --actions actions` works too; this one starts faster, is one process, and accepts calls
without the domain (rasa-sdk 3.21 answers 449 to them, which Rasa 3.6 does not understand).
"""

import asyncio
import logging
from typing import Any

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionNotFoundException

from actions import base
from actions.agencies.record import figures
from actions.agencies.record import health as agency_health
from bot.errors import SettingError
from bot.logs import set_up_logs

log = logging.getLogger("actions.server")
LARGEST_CALL = 16 * 1024 * 1024
"""A call carries the whole conversation; in bytes."""


def build_app() -> web.Application:
    """The routes Rasa calls."""
    executor = ActionExecutor()
    executor.register_package("actions")

    async def webhook(request: web.Request) -> web.Response:
        call: dict[str, Any] = await request.json()
        call.setdefault("domain", {})
        try:
            result = await executor.run(call)
        except ActionNotFoundException as error:
            return web.json_response({"error": str(error), "action_name": error.action_name}, status=404)
        return web.json_response(result.model_dump() if result else {"events": [], "responses": []})

    async def health(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def actions(_: web.Request) -> web.Response:
        return web.json_response([item.model_dump() for item in executor.list_actions()])

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=figures(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def agencies(_: web.Request) -> web.Response:
        return web.json_response(agency_health())

    app = web.Application(client_max_size=LARGEST_CALL)
    app.add_routes([web.post("/webhook", webhook), web.get("/health", health), web.get("/actions", actions)])
    app.add_routes([web.get("/metrics", metrics), web.get("/agencies", agencies)])
    return app


def main() -> None:
    """Serve until SIGTERM or Ctrl-C."""
    try:
        set_up_logs(base.settings().log_level)
        logging.getLogger("rasa_sdk").setLevel(logging.WARNING)
        base.city()
        base.agencies()
        port = int(base.setting("ACTIONS_PORT", "5055"))
    except (SettingError, ValueError) as error:
        raise SystemExit(str(error)) from None
    try:
        web.run_app(
            build_app(),
            host=base.setting("ACTIONS_HOST", "127.0.0.1"),
            port=port,
            print=None,
            access_log=None,
            loop=asyncio.new_event_loop(),
        )
    except OSError as error:
        raise SystemExit(
            f"The action server cannot use port {port}: {error.strerror}. Set ACTIONS_PORT to a free port."
        ) from None


if __name__ == "__main__":
    main()
