"""What sending needs of a provider; whatever happens there is a value, so that delivery decides in one place."""

from dataclasses import dataclass
from typing import Literal, Protocol

from bot.sms.channels import SmsChannel

Why = Literal["later", "pause", "opted_out", "refused", "misconfigured", "unclear"]
"""later: nothing was sent, try again. pause: too fast for this sender. opted_out: the provider knows that the person
stopped. refused: this message will never go. misconfigured: no message of this channel will, until staff mend it.
unclear: it may have been sent."""


@dataclass(frozen=True)
class Text:
    """One text message to send. `id` is our own and rides in the address of the status callback."""

    id: str
    number: str
    text: str
    created_at: float


@dataclass(frozen=True)
class Accepted:
    """The provider has it. `status` is the provider's word."""

    provider_id: str
    status: str = "accepted"


@dataclass(frozen=True)
class Failed:
    """It is not on its way, or nobody knows. `code` is the provider's, or a word of ours; never the person's words.

    `after` is how many seconds the provider asks us to wait, 0 where it does not say.
    """

    why: Why
    code: str
    after: float = 0.0


class Provider(Protocol):
    """One provider's API."""

    async def send(self, channel: SmsChannel, text: Text) -> Accepted | Failed:
        """Send once; never again by itself."""

    async def find(self, channel: SmsChannel, text: Text) -> Accepted | Failed | None:
        """The message with this number and these words, sent since the text was made; None if the provider has none."""

    async def fetch(self, channel: SmsChannel, url: str, largest: int) -> bytes | Failed:
        """A file that came with a message, from the provider and nowhere else."""

    async def close(self) -> None:
        """Close the connections."""
