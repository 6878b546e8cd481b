"""Keeps what the encoders said on disk: a text is read once in its life, and a small change trains in seconds."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import sqlite3
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, Callable, Dict, List, Tuple

import numpy as np

from nlu.encoder import ENCODERS, loaded

Progress = Callable[[str, int, int], None]  # (what is being done, how much of it is done, of how much)
STORE = Path(".rasa/encodings.db")  # beside Rasa's own cache of trained parts; may be deleted at any time
_STORED = 200_000  # texts; above it the store is begun anew
_CHUNK = 256  # texts a process reads at a time


def encode(name: str, texts: List[str], progress: Progress, store: Path = STORE) -> Any:
    """float32 [texts, columns] by the encoder of that name, for training. Raises RuntimeError where it is missing."""
    version = ENCODERS[name].version
    keys = {text: hashlib.sha256(f"{version}\0{text}".encode("utf-8", "surrogatepass")).digest() for text in texts}
    store.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(str(store), timeout=60)) as database:
        database.execute("CREATE TABLE IF NOT EXISTS encodings (text BLOB PRIMARY KEY, row BLOB NOT NULL)")
        if database.execute("SELECT count(*) FROM encodings").fetchone()[0] > _STORED:
            database.execute("DELETE FROM encodings")
        rows: Dict[str, bytes] = {}
        for text, key in keys.items():
            found = database.execute("SELECT row FROM encodings WHERE text = ?", (key,)).fetchone()
            if found:
                rows[text] = found[0]
        new = sorted(keys.keys() - rows.keys())
        read = _read(name, new, progress)
        kept = [(keys[text], row) for text, row in read]
        database.executemany("INSERT OR REPLACE INTO encodings VALUES (?, ?)", kept)
        database.commit()
        rows.update(read)
    return np.stack([np.frombuffer(rows[text], dtype=np.float16) for text in texts]).astype(np.float32)


def _read(name: str, texts: List[str], progress: Progress) -> List[Tuple[str, bytes]]:
    """Each text with its row, in half precision; on all cores where it is worth it."""
    chunks = [texts[start : start + _CHUNK] for start in range(0, len(texts), _CHUNK)]
    read: List[Tuple[str, bytes]] = []
    workers = min(os.cpu_count() or 1, len(chunks))
    if workers < 2:
        return [pair for chunk in chunks for pair in _read_chunk(name, chunk)]
    # Forked, because a fresh process would import all that `rasa` imports; nothing is trained with threads running.
    with ProcessPoolExecutor(workers, multiprocessing.get_context("fork")) as pool:
        for pairs in pool.map(_read_chunk, [name] * len(chunks), chunks):
            read += pairs
            progress(f"reading example questions ({name})", len(read), len(texts))
    return read


def _read_chunk(name: str, texts: List[str]) -> List[Tuple[str, bytes]]:
    encoder = loaded(name)
    if encoder is None:
        raise RuntimeError(f"{ENCODERS[name].package} is missing")
    return [(text, row.tobytes()) for text, row in zip(texts, encoder(texts).astype(np.float16), strict=True)]
