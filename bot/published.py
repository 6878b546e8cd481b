"""Which release residents read, as programs on this side see it; nlu/releases.py looks for the language side."""

from pathlib import Path

from bot.errors import AssistantError
from bot.settings import ROOT, Settings

CURRENT, CITY = "current", "city.yml"


class NoRelease(AssistantError):
    """What names the live release names none."""


def live_number(published: Path) -> int | None:
    """The release that `current` names; None where nothing was published yet. Raises NoRelease."""
    try:
        return int((published / CURRENT).read_text("ascii"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        raise NoRelease(f"{published / CURRENT} must hold a release's number. Write one there.") from None


def live_folder(published: Path) -> Path | None:
    """That release's files; None where nothing was published yet. Raises NoRelease."""
    number = live_number(published)
    return None if number is None else published / str(number)


def content_root(settings: Settings) -> Path:
    """The folder whose content residents get now: the live release, else the project. Raises NoRelease."""
    return live_folder(settings.published_dir) or ROOT


def city_file(settings: Settings) -> Path:
    """The city profile that goes with it; a file that CITY_FILE names stays in charge. Raises NoRelease."""
    own = ROOT / CITY
    return content_root(settings) / CITY if settings.city_file == own else settings.city_file
