"""The installation's secrets: made once, kept in a file that only its owner may read."""

import os
from collections.abc import Mapping
from pathlib import Path

from bot.errors import SettingError
from bot.ids import new_secret

GENERATED = ("ASSISTANT_SECRET", "RASA_SECRET", "AGENCY_API_KEY", "AGENCY_STAFF_PASSWORD")
FILE = "secrets.env"


def with_secrets(environment: Mapping[str, str], data_dir: Path, *, make: bool = False) -> dict[str, str]:
    """The environment with the kept secrets added; what is set in the environment wins.

    With `make`, missing secrets are generated and written first. Raises SettingError where the file cannot be used.
    """
    path = data_dir / FILE
    try:
        kept = _read(path)
        missing = [name for name in GENERATED if not environment.get(name) and name not in kept]
        if make and missing:
            kept |= {name: new_secret() for name in missing}
            _write(path, kept)
    except OSError as error:
        raise SettingError(
            f"The secrets in {path} cannot be used ({error.strerror}). Make the folder readable and writable for the "
            "user who runs the assistant, or choose another folder with ASSISTANT_DATA."
        ) from None
    return {**kept, **{name: value for name, value in environment.items() if value or name not in kept}}


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    lines = [line.strip() for line in path.read_text("utf-8").splitlines()]
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    return {name.strip(): value.strip() for name, _, value in pairs}


def _write(path: Path, secrets: Mapping[str, str]) -> None:
    """All or nothing: a crash leaves the old file or the new one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    text = "# Made by the assistant. Keep it private and back it up: without it earlier codes no longer work.\n"
    text += "".join(f"{name}={value}\n" for name, value in secrets.items())
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
