"""Puts together what a process of the assistant works with."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import time

from bot.city import City, load_city
from bot.clock import Clock
from bot.dialogue import Dialogue
from bot.emergency import Emergency, load_emergency
from bot.heard import Keeping
from bot.language import warm_up
from bot.notices import Notices, load_notices
from bot.published import city_file, content_root
from bot.relay import relayed
from bot.settings import Settings
from bot.sms.channels import SmsChannels, load_sms_channels
from bot.sms.optout import OptOut, load_optout
from bot.sms.shortcuts import Shortcuts, load_shortcuts
from bot.store import Store, open_store
from bot.wakeups import Wakeups


@dataclass(frozen=True)
class Parts:
    """The parts that turns and channels share."""

    store: Store
    wakeups: Wakeups
    dialogue: Dialogue
    city: City
    emergency: Emergency
    notices: Notices
    optout: OptOut
    sms: SmsChannels
    shortcuts: Shortcuts
    clock: Clock
    slow_seconds: float
    keeping: Keeping


@asynccontextmanager
async def open_parts(settings: Settings, clock: Clock = time) -> AsyncIterator[Parts]:
    """Open the store and the connection to Rasa, read the live release's files once. Raises AssistantError."""
    city, data = load_city(city_file(settings)), content_root(settings) / "data"
    emergency = load_emergency(data / "emergency.yml")
    notices = load_notices(data / "notices.yml", city)
    optout = load_optout(data / "optout.yml")
    shortcuts = load_shortcuts(data / "shortcuts.yml", optout)
    sms = load_sms_channels(settings, os.environ, notices.texts["sms_more"])
    warm_up(city.languages)
    store = await open_store(settings.store_url)
    dialogue, wakeups = Dialogue(settings), Wakeups()
    try:
        async with relayed(wakeups, settings.redis_url):
            more = sms, shortcuts, clock, settings.slow_seconds, Keeping(settings.heard_days, city.time_zone)
            yield Parts(store, wakeups, dialogue, city, emergency, notices, optout, *more)
    finally:
        await dialogue.close()
        await store.close()
