"""One plain style for content files: line ends, spaces at ends of lines, and empty lines; the meaning stays."""

import re
from collections.abc import Callable

from studio.content.editing import EditError
from studio.content.editing.tree import parse

_STEPS: tuple[Callable[[str], str], ...] = (
    lambda text: text.replace("\r\n", "\n"),
    lambda text: re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE),
    lambda text: re.sub(r"\n{3,}", "\n\n", text),
    lambda text: text.strip("\n") + "\n" if text.strip("\n") else text,
)


def formatted(text: str) -> str:
    """The text in that style. A step that would change what the file means is left out. Raises EditError."""
    meaning = _meaning(text)
    for step in _STEPS:
        better = step(text)
        try:
            if _meaning(better) == meaning:
                text = better
        except EditError:
            continue
    return text


def _meaning(text: str) -> str:
    root = parse(text)
    return repr(root.data() if root else None)
