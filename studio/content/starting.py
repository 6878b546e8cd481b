"""A new topic: a folder with its files ready to fill, in every language of the city."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from studio.content.editing import AddAnswer, AddQuestion, EditError, edit

_TOPIC = re.compile(r"[a-z][a-z0-9_]*")


def new_topic(root: Path, topic: str, languages: Sequence[str], owner: str, today: date) -> dict[str, str]:
    """The text of each new file. Raises EditError if the name cannot be one or is taken."""
    if not _TOPIC.fullmatch(topic):
        raise EditError(f"“{topic}” cannot be a topic's name: use small letters, digits and _ only.")
    folder = f"data/topics/{topic}"
    if (root / folder).exists():
        raise EditError(f"There is a topic “{topic}” already.")
    question = f"faq/{topic}_main"
    about = {"owner": owner, "source": "https://", "review_by": today + timedelta(days=180)}
    texts = {
        f"{folder}/questions.{language}.yml": edit(
            'version: "3.1"\n', AddQuestion(question, f"TITLE ({language})", [f"EXAMPLE QUESTION ({language})"])
        )
        for language in languages
    }
    variations = [
        {
            "metadata": {"language": language, **({} if channel else about)},
            **({"channel": channel} if channel else {}),
            "text": f"ANSWER ({language})",
        }
        for language in languages
        for channel in (None, "sms")
    ]
    texts[f"{folder}/answers.yml"] = edit("", AddAnswer(f"utter_{question}", variations))
    texts[f"{folder}/tests.yml"] = (
        "".join(
            f"- name: a person asks about {topic} ({language})\n  language: {language}\n  steps:\n"
            f'  - {{user: "SAY IT IN OTHER WORDS ({language})", answer: utter_{question}}}\n\n'
            for language in languages
        ).rstrip("\n")
        + "\n"
    )
    return texts
