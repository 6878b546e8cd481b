"""A refused request as a value; the middleware answers it with a page in the person's language."""

from collections.abc import Mapping


class Refusal(Exception):
    """Raised anywhere in a handler. `code` names its words: `refused_<code>`."""

    def __init__(self, status: int, code: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.headers = dict(headers or {})


class SignInFirst(Exception):
    """The page is only for people who are signed in."""
