"""What a message means beside its words: a digit that chooses a button, a question that stands beside an answer."""

from __future__ import annotations

import re
from typing import Any, List, Mapping, Optional

from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

FORM = "/choose"  # a lone button of a form ("Skip") is no list: "1" may answer the question above it
_DIGITS = re.compile(r"\W*(\d{1,2})\W*")
_SENTENCE_END = re.compile(r"(?<=[.!?])(?<!\bst\.)(?<!\bave\.)(?<!\brd\.)(?<!\bdr\.)\s+|\n+|(?=¿)", re.IGNORECASE)


def button_named(text: str, tracker: DialogueStateTracker) -> Optional[str]:
    """The payload of the button that a bare number or a button's own title names, under the latest reply with buttons.

    Text messages show buttons as a numbered list. A number that is no place in the list stays a text.
    """
    buttons = _shown(tracker)
    named = next((button for button in buttons if button.get("title", "").casefold() == text.strip().casefold()), None)
    digits = _DIGITS.fullmatch(text)
    is_list = len(buttons) > 1 or not any(str(button.get("payload", "")).startswith(FORM) for button in buttons)
    if named is None and digits and is_list and 1 <= int(digits.group(1)) <= len(buttons):
        named = buttons[int(digits.group(1)) - 1]
    return None if named is None else str(named.get("payload") or "") or None


def question_beside(text: str) -> Optional[str]:
    """The question in "12 Oak Street. How long does it take?"; None if it is all question or none."""
    parts = [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]
    questions = [part for part in parts if part.endswith("?")]
    return " ".join(questions) if questions and len(questions) < len(parts) else None


def _shown(tracker: DialogueStateTracker) -> List[Mapping[str, Any]]:
    """The buttons that the person can choose from."""
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, BotUttered) and event.data.get("buttons"):
            return list(event.data["buttons"])
    return []
