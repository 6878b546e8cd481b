"""What can go wrong while publishing, in words for people."""

from bot.errors import AssistantError


class PublishError(AssistantError):
    """It cannot be published, rolled back or switched; what was live stays live."""


class Busy(PublishError):
    """Somebody else is publishing just now: `who` says it, and since when."""

    def __init__(self, who: str) -> None:
        super().__init__(f"{who} is publishing. Try again when that has ended.")
        self.who = who


class GitError(PublishError):
    """The project's folder is no git checkout, or git refuses."""
