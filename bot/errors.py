"""The one small family of errors that people may read."""


class AssistantError(Exception):
    """Base: a sentence that says what happened and what to do."""


class SettingError(AssistantError):
    """A setting or the city profile has a value that cannot work; the start is refused."""


class DialogueError(AssistantError):
    """Rasa did not give an answer; the turn is tried again."""


class LaneLost(AssistantError):
    """Another worker has taken this conversation over; what this one did is not kept."""
