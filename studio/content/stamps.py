"""Whether files have changed: by times and sizes, without reading them."""

import os
from pathlib import Path

Stamp = tuple[tuple[str, int, int], ...]
"""The files of a folder with their times and sizes: equal stamps, equal content."""


def stamp_of(folder: Path | str) -> Stamp:
    """Of the content files in a folder itself."""
    found = []
    try:
        with os.scandir(folder) as entries:
            for each in entries:
                if each.name.endswith((".yml", ".yaml")):
                    stat = each.stat()
                    found.append((each.name, stat.st_mtime_ns, stat.st_size))
    except FileNotFoundError:  # it has just been taken away
        return ()
    return tuple(sorted(found))


def texts_in(folder: Path) -> dict[str, bytes]:
    """The content files of a folder, by name."""
    return {file.name: file.read_bytes() for file in folder.glob("*.y*ml")}
