"""Names that only programs need, in plain words."""

from studio.content.names import Names

FALLBACK = "nlu_fallback"
"""Rasa's own name for what was not understood."""
_BEGINNINGS = ("action_", "validate_", "utter_")


def plain_name(name: str) -> str:
    """`action_find_park` is "Find park", `report_form` is "Report"."""
    short = name
    for beginning in _BEGINNINGS:
        short = short.removeprefix(beginning)
    short = short.removesuffix("_form").rpartition("/")[2]
    words = short.replace("_", " ").strip()
    return words[:1].upper() + words[1:] or name


def is_group(names: Names, intent: str) -> bool:
    """Whether it stands for all questions of a kind, each of which has an answer of its own."""
    return "/" not in intent and any(name.startswith(f"{intent}/") for name in names.questions)


def title_of(names: Names, intent: str, language: str) -> str:
    """What a question is called."""
    known = names.questions.get(intent)
    titled = known.title(language) if known else ""
    return titled if titled and titled != intent else plain_name(intent)
