"""A refused request as a value: its status, its code, and blanks for the words in `words.yml`."""

from collections.abc import Mapping


class Refusal(Exception):
    """Raised anywhere in a handler; the middleware answers it in the language of the request."""

    def __init__(
        self, status: int, code: str, *, headers: Mapping[str, str] | None = None, **blanks: str | int
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.headers = dict(headers or {})
        self.blanks = blanks


def too_many(code: str, seconds: int) -> Refusal:
    """429 with the whole seconds to wait (RFC 9110, section 10.2.3)."""
    return Refusal(429, code, headers={"Retry-After": str(max(1, seconds))})
