"""What the assistant says on its own account (data/notices.yml): approved texts, one for each language."""

from dataclasses import dataclass
from pathlib import Path

from bot.city import City
from bot.errors import SettingError
from bot.replies import Reply
from bot.yaml12 import YAMLError, read

NAMES = (
    *("slow", "failed", "thanks_up", "thanks_down", "no_review"),
    *("sms_stopped", "sms_started", "sms_help", "sms_more", "sms_no_more", "sms_joined"),
    *("sms_picture", "sms_picture_kept", "sms_picture_sent", "sms_no_picture"),
)


@dataclass(frozen=True)
class Notices:
    """The texts by name and language."""

    texts: dict[str, dict[str, str]]

    def reply(self, name: str, language: str) -> Reply:
        """The notice as a system message; in the first language where `language` has none."""
        words = self.texts[name]
        known = language if language in words else next(iter(words))
        return Reply(words[known], known, sender="system", type="notice")


def load_notices(path: Path, city: City) -> Notices:
    """Read the notices and fill in the city's phone. Raises SettingError that names what is missing."""
    try:
        raw = read(path)["notices"]
        return Notices(
            {
                name: {
                    language: raw[name][language].replace("{phone}", city.phones["main"]).replace("{city}", city.name)
                    for language in city.languages
                }
                for name in NAMES
            }
        )
    except (OSError, UnicodeDecodeError, YAMLError, TypeError) as error:
        raise SettingError(f"The notices {path} cannot be read: {error!r}. Restore the file.") from None
    except KeyError as error:
        raise SettingError(f"The notices {path} lack {error}. Add it for every language of the city.") from None
