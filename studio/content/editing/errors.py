"""Why a change was not made, in words for people."""


class EditError(Exception):
    """The change was refused and nothing was written."""

    def __init__(self, words: str, line: int | None = None) -> None:
        super().__init__(words)
        self.words = words
        self.line = line  # of the file as it was, from 1
