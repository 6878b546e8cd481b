"""Who of the staff is logged in: sessions in memory, ended by time, by logout and by a restart."""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

LIFETIME = 8 * 60 * 60  # seconds
_TRIES = RateLimitItemPerMinute(10, 5)  # wrong passwords in five minutes, from everybody together


@dataclass(frozen=True)
class Session:
    """One login. `csrf` must come back with every form; `ends` is in the clock's seconds."""

    who: str
    ends: float
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(24))


class Sessions:
    """Logins with one shared password; `clock` gives seconds."""

    def __init__(self, password: str, clock: Callable[[], float]) -> None:
        self._password = password.encode()
        self._clock = clock
        self._sessions: dict[str, Session] = {}
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def blocked(self) -> bool:
        """Tell whether there were too many wrong passwords of late."""
        return not self._limiter.test(_TRIES, "login")

    def open(self, who: str, password: str) -> str | None:
        """Return a new session's secret, or None for a wrong password."""
        if not hmac.compare_digest(self._password, password.encode(errors="replace")):
            self._limiter.hit(_TRIES, "login")
            return None
        now = self._clock()
        self._sessions = {secret: session for secret, session in self._sessions.items() if session.ends > now}
        secret = secrets.token_urlsafe(32)
        self._sessions[secret] = Session(who, now + LIFETIME)
        return secret

    def get(self, secret: str) -> Session | None:
        """Return the session, or None if there is none or it has ended."""
        session = self._sessions.get(secret)
        return session if session and session.ends > self._clock() else None

    def close(self, secret: str) -> None:
        """Log out."""
        self._sessions.pop(secret, None)
