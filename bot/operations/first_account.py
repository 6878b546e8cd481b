"""The studio's first account: a one-time link, there until somebody has used it."""

from pathlib import Path

FILE = "studio-first-account"
"""In the data folder, for its owner's eyes; the studio writes it at its start and takes it away."""


def first_token(data_dir: Path) -> str:
    """What the link ends with; "" once there is an account."""
    try:
        return (data_dir / FILE).read_text("ascii").strip()
    except FileNotFoundError:
        return ""


def first_link(address: str, data_dir: Path) -> str:
    """The link; "" once there is an account."""
    token = first_token(data_dir)
    return f"{address}/begin/{token}" if token else ""
