"""How well our own topics are told apart: per language, clean and texted, with the pairs that are confused most.

    python bench/topics.py [--folds 4] [--held-out FILE] [--json]

Without a file each example question is asked of a model that has not seen it (cross-validation). The file is a YAML
list of `{text, topic, language, style}`; `topic` is a question's full name or its topic's folder, `none` what nobody
taught. JSON also holds every question that was missed: `[language, style, topic, taken for, text]`.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from ruamel.yaml import YAML  # noqa: E402

from bench.nlu import percent, run  # noqa: E402
from bench.texting import texted  # noqa: E402

NONE = ("none", "oos", "out_of_scope", "nlu_fallback")
SHOWN = 25  # pairs


@dataclass(frozen=True)
class Question:
    """What a person asks, what it is about, in which language and style (clean, texting)."""

    text: str
    topic: str
    language: str
    style: str = "clean"


def main() -> None:
    """Prints a table and the confused pairs, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=int, default=4, help="how often one of so many parts is left out and asked")
    parser.add_argument("--parts", type=int, help="stop after so many parts")
    parser.add_argument("--held-out", type=Path)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    examples, folders = taught()
    asked: list[tuple[Question, dict[str, Any]]] = []
    if arguments.held_out:
        asked += ask(examples, read(arguments.held_out))
    else:
        for part in range(arguments.parts or arguments.folds):
            left = examples[part :: arguments.folds]
            kept = [one for number, one in enumerate(examples) if number % arguments.folds != part]
            asked += ask(kept, left + [texting(one) for one in left])
    result = judged(asked, folders)
    print(json.dumps(result, indent=2, ensure_ascii=False) if arguments.json else shown(result))


def taught() -> tuple[list[Question], dict[str, str]]:
    """Every example question in a fixed shuffled order, and the folder of each question's name."""
    found, folders = [], {}
    for path in sorted((ROOT / "data" / "topics").glob("*/questions.*.yml")):
        for item in YAML(typ="safe").load(path.read_text(encoding="utf-8"))["nlu"]:
            folders[item["intent"]] = path.parent.name
            texts = [line[2:].strip() for line in item["examples"].splitlines() if line.strip()]
            found += [Question(text, item["intent"], path.name.split(".")[1]) for text in texts]
    random.Random(0).shuffle(found)
    return found, folders


def texting(question: Question) -> Question:
    """The same as a person texts it."""
    return Question(texted(question.text, random.Random(question.text)), question.topic, question.language, "texting")


def read(path: Path) -> list[Question]:
    """Held-out questions."""
    items = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return [Question(str(one["text"]), str(one.get("topic") or "none"), str(one.get("language", "en")),
                     str(one.get("style", "clean"))) for one in items]  # fmt: skip


def ask(examples: list[Question], questions: list[Question]) -> list[tuple[Question, dict[str, Any]]]:
    """Each question with what a model of the examples made of it."""
    train = [[one.text, one.topic, one.language] for one in examples]
    told = run({"stock": False, "train": train, "texts": [one.text for one in questions]})
    return list(zip(questions, told["answers"], strict=True))


def judged(asked: list[tuple[Question, dict[str, Any]]], folders: dict[str, str]) -> dict[str, Any]:
    """Shares for every language and style, and the pairs that are confused most."""
    result: dict[str, Any] = {}
    known = [(one, told) for one, told in asked if one.topic.lower() not in NONE]
    for language, style in sorted({(one.language, one.style) for one, _ in known}):
        own = [(one, told) for one, told in known if (one.language, one.style) == (language, style)]
        first = [matches(one.topic, told["guesses"][0], folders) for one, told in own]
        folder = [folders.get(told["guesses"][0]) == folders.get(one.topic, one.topic) for one, told in own]
        back = [told["understood"] == "nlu_fallback" for _, told in own]
        result[f"{language} {style}"] = {
            "questions": len(own),
            "right question first": percent(first),
            "right topic first": percent(folder),
            "right and answered": percent([a and not b for a, b in zip(first, back, strict=True)]),
            "asked back": percent(back),
        }
    foreign = [told for one, told in asked if one.topic.lower() in NONE]
    if foreign:
        quiet = [told["understood"] in NONE for told in foreign]
        result["out of scope"] = {"questions": len(foreign), "not answered": percent(quiet)}
    missed = [(one, told["guesses"][0]) for one, told in known if not matches(one.topic, told["guesses"][0], folders)]
    pairs = Counter((one.language, one.topic, guess) for one, guess in missed)
    result["confused"] = [[count, *pair] for pair, count in pairs.most_common(SHOWN)]
    result["missed"] = [[one.language, one.style, one.topic, guess, one.text] for one, guess in missed]
    return result


def matches(topic: str, guess: str, folders: dict[str, str]) -> bool:
    """Whether the guess is that question, or one of that topic's folder."""
    return guess == topic or (topic not in folders and folders.get(guess) == topic)


def shown(result: dict[str, Any]) -> str:
    """The result as tables."""
    lines = []
    for name, figures in result.items():
        if name not in ("confused", "missed"):
            lines.append(f"| {name} | " + " | ".join(f"{what}: {value}" for what, value in figures.items()) + " |")
    lines += ["", "| times | language | asked | taken for |", "|---|---|---|---|"]
    return "\n".join(lines + [f"| {' | '.join(map(str, row))} |" for row in result["confused"]])


if __name__ == "__main__":
    main()
