"""A server with one thing in it: our channel, on a loaded model that follows what is published."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from rasa.core.channels import channel as rasa_channel
from sanic import Sanic

from nlu import releases
from nlu.action_server import validate_with_one_schema
from nlu.channel import MAX_BODY_BYTES, AssistantChannel
from nlu.following import Following
from nlu.quiet import log_warnings_only

RESPONSE_SECONDS = 60
KEEP_ALIVE_SECONDS = 75


def serve(models: Path, interface: str, port: int) -> int:
    """Answers until it is stopped; the exit code is 1 when it could not start."""
    log_warnings_only()
    validate_with_one_schema()
    try:
        nothing = releases.live(releases.folder()) is None and not any(models.glob("*.tar.gz"))
    except releases.UnusableRelease as error:
        print(f"{error}. Put the number of a release that is there into it.", file=sys.stderr)
        return 1
    if nothing:
        print(f"There is no trained model in {models}/. Train one first: python -m nlu train", file=sys.stderr)
        return 1
    app = Sanic("assistant", configure_logging=False)
    app.config.update(
        ACCESS_LOG=False,
        REQUEST_MAX_SIZE=MAX_BODY_BYTES * 2,
        RESPONSE_TIMEOUT=RESPONSE_SECONDS,
        KEEP_ALIVE_TIMEOUT=KEEP_ALIVE_SECONDS,
    )
    rasa_channel.register([AssistantChannel.from_credentials(None)], app, route="/webhooks/")
    app.ctx.following = Following(app.ctx, models)

    async def load(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
        await app.ctx.following.begin(loop)

    async def ready(*_: Any) -> None:
        app.ctx.follow = asyncio.create_task(app.ctx.following.follow())
        print(f"Rasa answers on http://{interface}:{port}/webhooks/assistant/", flush=True)

    async def stop(*_: Any) -> None:
        app.ctx.follow.cancel()
        await asyncio.wait({app.ctx.follow})

    app.register_listener(load, "before_server_start")
    app.register_listener(ready, "after_server_start")
    app.register_listener(stop, "before_server_stop")
    app.run(host=interface, port=port, access_log=False, motd=False, workers=1)
    return 0
