"""Where topics, questions and answers are found in the studio."""

from studio.web.routing import url


def topic_url(folder: str, *more: str, **query: object) -> str:
    """A topic's page, or one below it."""
    return url("/".join(("/topics", folder, *more)), **query)


def item_url(folder: str, name: str, *more: str, **query: object) -> str:
    """The page of a question or answer; a question's answer is on the question's page."""
    return topic_url(folder, part_of(question_of(name)), *more, **query)


def question_of(name: str) -> str:
    """The question that an answer's name tells of, else the name itself."""
    return name.removeprefix("utter_") if name.startswith("utter_") and "/" in name else name


def part_of(name: str) -> str:
    """A name as one part of an address."""
    return name.replace("/", "~")


def name_of(part: str) -> str:
    """The name behind a part of an address."""
    return part.replace("~", "/")
