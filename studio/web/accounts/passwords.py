"""Passwords: argon2id, the same work whether somebody exists or not, and what a new one must be like."""

import asyncio
from base64 import b64encode
from secrets import token_bytes

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

SHORTEST, LONGEST = 12, 200
_AT_ONCE = 4  # each takes 64 MB for a twentieth of a second

# The commonest beginnings of passwords that are long enough; what is left is a matter of the limits on guessing.
_COMMON = (
    "password", "passwort", "contraseñ", "contrasen", "qwertyuiop", "1234567890", "letmein", "iloveyou", "welcome",
)  # fmt: skip


class Passwords:
    """Makes and checks hashes beside the event loop, a few at a time."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody = _nobody(self._hasher)
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def hash(self, password: str) -> str:
        """What the store keeps instead of the password."""
        async with self._turn:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def fits(self, kept: str | None, password: str) -> bool:
        """Whether it is the password; costs the same where there is none."""
        async with self._turn:
            return await asyncio.to_thread(self._verify, kept or self._nobody, password) and kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Whether the hash was made with less work than is usual now."""
        return self._hasher.check_needs_rehash(kept)

    def _verify(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False


def _nobody(hasher: PasswordHasher) -> str:
    """A hash that no password has and that takes as long to look at as others, made without any work."""
    salt, digest = (b64encode(token_bytes(size)).decode().rstrip("=") for size in (hasher.salt_len, hasher.hash_len))
    work = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v={ARGON2_VERSION}${work}${salt}${digest}"


def weakness(password: str, *about: str) -> str | None:
    """The word (`words/accounts.yml`) for what is wrong with a new password; None: it will do."""
    if len(password) < SHORTEST:
        return "password_short"
    if len(password) > LONGEST:
        return "password_long"
    plain = password.casefold()
    if len(set(plain)) < 5 or plain.startswith(_COMMON):
        return "password_common"
    names = {part for text in about for part in text.casefold().replace("@", " ").split() if len(part) > 3}
    if any(plain.replace(name, "").strip("0123456789!?. ") == "" for name in names):
        return "password_personal"
    return None
