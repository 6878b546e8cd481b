"""Styles, scripts and pictures: read once, named by their content, so that browsers keep them for good."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "assets"
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
}


@dataclass(frozen=True)
class Asset:
    """One file as it is sent."""

    body: bytes
    type: str
    version: str


@dataclass(frozen=True)
class Assets:
    """All of them by name; a name that is not here is no file."""

    files: dict[str, Asset]

    def url(self, name: str) -> str:
        """The address of this content: another content has another one."""
        return f"/assets/{name}?v={self.files[name].version}"


def load_assets(folder: Path = FOLDER) -> Assets:
    """Read the folder."""
    found = (path for path in sorted(folder.iterdir()) if path.suffix in TYPES)
    return Assets({path.name: _asset(path.read_bytes(), TYPES[path.suffix]) for path in found})


def _asset(body: bytes, kind: str) -> Asset:
    return Asset(body, kind, hashlib.sha256(body).hexdigest()[:12])
