"""Files written in one step: a reader sees the old text or the new one, never half of it."""

import os
import uuid
from pathlib import Path


def put(path: Path, text: str) -> None:
    """Replace the text of a file durably; its permissions stay, and no line end is changed."""
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with draft.open("wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        draft.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)  # is there only where something went wrong
