"""Topics that have example questions and stand in no list, and labels' roles that nobody listed."""

from collections.abc import Iterator

from studio.content.checks.found import found
from studio.content.finding import Finding
from studio.content.keys import closest
from studio.content.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Only an ordinary project lists its topics; ours finds them in the topics' folders."""
    listed = {each.name for each in project.intents}
    if project.ours or not listed:
        return
    told: set[str] = set()
    for question in project.questions:
        if question.name.split("/")[0] not in listed and question.name not in told:
            told.add(question.name)
            without = listed - {each.name.split("/")[0] for each in project.questions}
            hint = closest(question.name, without) or closest(question.name, listed)
            words = (
                f"The topic “{question.name}” has example questions but is not listed under “intents” in domain.yml."
            )
            yield found("unlisted-topic", question.place, words, hint)
