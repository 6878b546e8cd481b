"""How a rehearsed conversation went: green, or red with the first step that was not right."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.rehearsal.script import Line, Script

_WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Heard:
    """What the assistant said in one turn."""

    names: tuple[str, ...]
    text: str
    buttons: tuple[str, ...]
    segments: int = 0


@dataclass(frozen=True)
class Problem:
    """What was expected and what was heard; `wanted` and `said` are the words to compare, where there are such."""

    words: str
    wanted: str = ""
    said: str = ""

    @property
    def diff(self) -> tuple[tuple[str, str], ...]:
        """Parts ("same", "gone" or "new", words)."""
        return diff_words(self.wanted, self.said) if self.wanted else ()


@dataclass(frozen=True)
class Verdict:
    """How a conversation went. `step` counts from 1; 0 where it went well."""

    script: Script
    step: int = 0
    problems: tuple[Problem, ...] = ()
    heard: Heard | None = None

    @property
    def passed(self) -> bool:
        """Whether every step was right."""
        return not self.problems

    @property
    def line(self) -> Line | None:
        """The step that was not right."""
        return self.script.lines[self.step - 1] if self.step else None

    def to_json(self) -> Mapping[str, Any]:
        """For programs and reports."""
        told: dict[str, Any] = {"topic": self.script.topic, "name": self.script.name, "must": self.script.must}
        told |= {"language": self.script.language, "channel": self.script.channel, "passed": self.passed}
        if self.line is None:
            return told
        problems = [
            {"words": each.words, "wanted": each.wanted, "said": each.said, "diff": each.diff} for each in self.problems
        ]
        heard = self.heard and {
            "answers": self.heard.names, "text": self.heard.text, "buttons": self.heard.buttons,
            "segments": self.heard.segments,
        }  # fmt: skip
        return {**told, "step": self.step, "said": self.line.said, "problems": problems, "heard": heard}


def judged(line: Line, heard: Heard, wordings: Mapping[str, str]) -> tuple[Problem, ...]:
    """What is wrong with a turn; `wordings` are the words of each answer, which a wrong one is compared with."""
    found = []
    if line.answers and not set(line.answers) & set(heard.names):
        wanted = " or ".join(line.answers)
        words = f"expected {wanted}, got {', '.join(heard.names) or 'nothing'}"
        found.append(Problem(words, wordings.get(line.answers[0], ""), heard.text))
    if line.bot and line.bot.strip() != heard.text.strip():
        found.append(Problem("the words are not the same", line.bot.strip(), heard.text.strip()))
    found += [Problem(f"“{each}” is not said", each, heard.text) for each in line.says if each not in heard.text]
    found += [Problem(f"“{each}” is said") for each in line.not_says if each in heard.text]
    missing = [each for each in line.buttons if each not in heard.buttons]
    if missing:
        offered = ", ".join(heard.buttons) or "none"
        found.append(Problem(f"no button “{'”, “'.join(missing)}”; there are: {offered}"))
    if line.max_segments is not None and heard.segments > line.max_segments:
        found.append(Problem(f"{heard.segments} segments, at most {line.max_segments}"))
    return tuple(found)


def diff_words(wanted: str, said: str) -> tuple[tuple[str, str], ...]:
    """From one text to another, word by word: parts ("same", "gone" or "new", words)."""
    old, new = _WORDS.findall(wanted), _WORDS.findall(said)
    parts: list[tuple[str, str]] = []
    for what, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            parts.append(("same", "".join(old[a:b])))
            continue
        parts += [(kind, words) for kind, words in (("gone", "".join(old[a:b])), ("new", "".join(new[c:d]))) if words]
    return tuple(parts)
