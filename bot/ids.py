"""Identifiers and secrets: time-ordered ids, tokens, and keyed hashes that stand for addresses."""

import hashlib
import hmac
import os
import secrets
import time


def new_id() -> str:
    """A UUID version 7 as 32 hex digits: sortable by time of creation (RFC 9562, section 5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds << 80) | random
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return f"{value:032x}"


def new_token() -> str:
    """An unguessable URL-safe token of 128 bits."""
    return secrets.token_urlsafe(16)


def new_secret() -> str:
    """An unguessable URL-safe secret of 256 bits."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """What the store keeps instead of a secret. The secret has full entropy, so one SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def address_hash(key: str, channel: str, channel_name: str, address: str) -> str:
    """What stands for a phone number everywhere but where it is sent to: a keyed hash, as numbers can be tried out."""
    return hmac.new(key.encode(), "\x1f".join((channel, channel_name, address)).encode(), hashlib.sha256).hexdigest()


def six_digits(key: str, *parts: str) -> str:
    """A code of six digits that only the holder of `key` can compute (RFC 4226's truncation of an HMAC)."""
    digest = hmac.new(key.encode(), "\x1f".join(parts).encode(), hashlib.sha256).digest()
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
