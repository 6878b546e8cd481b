"""Sealed texts: what a browser may carry, and the store may keep, without being able to read or change it."""

import base64
import hashlib
import hmac
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken


class Seal:
    """Seals and opens with a key of its own for each purpose, all from the installation's secret."""

    def __init__(self, secret: str, purpose: str) -> None:
        key = hmac.new(secret.encode(), f"studio {purpose}".encode(), hashlib.sha256).digest()
        self._key = key
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def close(self, told: Any, now: float) -> str:
        """Something that JSON can carry, sealed."""
        return self._fernet.encrypt_at_time(json.dumps(told, ensure_ascii=False).encode(), int(now)).decode()

    def open(self, sealed: str, now: float, seconds: int | None = None) -> Any:
        """What was sealed, not longer than `seconds` ago; None where it is not ours or too old."""
        try:
            raw = (
                self._fernet.decrypt_at_time(sealed.encode(), seconds, int(now))
                if seconds is not None
                else self._fernet.decrypt(sealed.encode())
            )
            return json.loads(raw)
        except (InvalidToken, ValueError):
            return None

    def stamp(self, text: str) -> str:
        """What only the holder of the key can put beside `text`."""
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()
