"""A server with one thing in it: our channel, on a loaded model."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from rasa.core.agent import load_agent
from rasa.core.channels import channel as rasa_channel
from rasa.core.utils import AvailableEndpoints
from sanic import Sanic

from nlu.action_server import ActionServerDown, validate_with_one_schema
from nlu.channel import MAX_BODY_BYTES, AssistantChannel
from nlu.quiet import log_warnings_only
from nlu.turn import Turn, Turns

RESPONSE_SECONDS = 60
KEEP_ALIVE_SECONDS = 75


async def _warm_up(turns: Turns) -> None:
    """One turn that nobody sees: the first costs a second more than the others, and no resident should pay it."""
    with suppress(ActionServerDown):  # it may start later than we do; the rest is warm all the same
        await turns.run(Turn(message_id="warm-up", sender="warm-up", channel="web", language="en", text="hello"))
    await turns.forget("warm-up")


def serve(models: Path, interface: str, port: int) -> int:
    """Answers until it is stopped; the exit code is 1 when it could not start."""
    log_warnings_only()
    validate_with_one_schema()
    if not any(models.glob("*.tar.gz")):
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

    async def load(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
        endpoints = AvailableEndpoints.read_endpoints("endpoints.yml")
        app.ctx.agent = await load_agent(model_path=str(models), endpoints=endpoints, loop=loop)
        if not app.ctx.agent.is_ready():
            raise RuntimeError(f"The model in {models}/ cannot be loaded. Train it again: python -m nlu train --force")
        await _warm_up(Turns(app.ctx.agent))

    async def ready(*_: Any) -> None:
        print(f"Rasa answers on http://{interface}:{port}/webhooks/assistant/", flush=True)

    app.register_listener(load, "before_server_start")
    app.register_listener(ready, "after_server_start")
    app.run(host=interface, port=port, access_log=False, motd=False, workers=1)
    return 0
