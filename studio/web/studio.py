"""What every page of the studio works with."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinja2 import Environment

from bot.city import City
from bot.clock import Clock
from bot.settings import Settings
from bot.store import Store
from studio.content.draft import Draft
from studio.publishing.place import Place
from studio.web.accounts.passwords import Passwords
from studio.web.assets import Assets
from studio.web.jobs import Jobs
from studio.web.limits import Limits
from studio.web.words import Words

if TYPE_CHECKING:
    from studio.web.screens import Screen


@dataclass(frozen=True)
class Studio:
    """The parts of a running studio."""

    settings: Settings
    place: Place
    store: Store
    draft: Draft
    jobs: Jobs
    limits: Limits
    passwords: Passwords
    templates: Environment
    assets: Assets
    words: Words
    screens: "tuple[Screen, ...]"
    city: City
    clock: Clock
