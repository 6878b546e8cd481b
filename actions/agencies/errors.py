"""What can go wrong between us and an agency's server, as the few cases that a caller treats differently."""

from typing import Literal

Sent = Literal["no", "unknown"]


class AgencyError(Exception):
    """An agency's server did not do what was asked.

    `sent` tells whether a submission may have arrived: "no" means certainly not, "unknown" means it may have.
    """

    def __init__(self, reason: str, sent: Sent = "no") -> None:
        super().__init__(reason)
        self.sent: Sent = sent


class AgencyDown(AgencyError):
    """Nobody answered, or the answer was a server's failure page."""


class AgencySlow(AgencyError):
    """No answer within the time limit."""


class AgencyNonsense(AgencyError):
    """An answer came, but it is not what the standard describes."""


class AgencyRefused(AgencyError):
    """The agency understood and said no; `messages` holds (code, description) pairs, `status` the HTTP status.

    A `status` of 401 or 403 means that our api key is wrong: nothing the resident can mend.
    """

    def __init__(self, status: int, messages: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{code} {description}".strip() for code, description in messages))
        self.status = status
        self.messages = messages
