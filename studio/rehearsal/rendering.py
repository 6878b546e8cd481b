"""Whether every answer reads well in each language and channel, blanks filled and empty, and leads somewhere."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.replies import Reply
from bot.sms.composing import Style, compose
from studio.content.project import Project
from studio.content.reading import read_project
from studio.rehearsal.language_side import renderings

SMS_SEGMENTS = 3
"""What one text message may take at most before its rest has to be asked for."""
_LEFT = re.compile(r"\{[^{}\n]*\}?|\}")
_NOTHING = re.compile(r"(?<=[\w,:;] )(?:None|null|undefined)\b")  # a sentence may well begin with None
_FALLBACK = "utter_default"
Wordings = Mapping[tuple[str, str, str], str]
"""An answer's words by its name, language and channel."""


@dataclass(frozen=True)
class Fault:
    """An answer that would not read well."""

    topic: str
    answer: str
    language: str
    channel: str
    words: str

    def __str__(self) -> str:
        return f"{self.answer} ({self.language}, {self.channel}): {self.words}"


@dataclass(frozen=True)
class Rendered:
    """What came of all answers: how many were looked at, what is wrong, and their words."""

    count: int
    faults: tuple[Fault, ...]
    wordings: Wordings


def rendered(root: Path) -> Rendered:
    """Look at every answer of a project, in a second or two. Raises NoLanguageSide."""
    with ThreadPoolExecutor(1) as beside:
        told = beside.submit(renderings, root)
        project, lines = read_project(root), told.result()
    faults = tuple(dict.fromkeys((*_of_words(lines), *_missing(lines, project), *_dead_buttons(lines, project))))
    return Rendered(len(lines), faults, _wordings(lines, project.languages or ["en"]))


def _of_words(lines: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    for line in lines:
        parts = line["parts"]
        if parts is None:
            if line["how"] == "filled":
                yield _fault(line, f"the city profile has nothing for {{{line['blanks'][0]}}}, so it is never said")
            elif line["answer"] == _FALLBACK:
                yield _fault(line, "it is said where another answer cannot be, and so must need no blanks")
            continue
        if line["how"] == "empty" and line["said_in"] != line["language"]:
            yield _fault(line, f"people get it in “{line['said_in']}”")
        yield from _reads_badly(line, parts)


def _reads_badly(line: Mapping[str, Any], parts: Mapping[str, Any]) -> Iterator[Fault]:
    buttons = [each for each in parts.get("buttons") or () if isinstance(each, Mapping)]
    texts = [("", parts.get("text")), *((" on a button", each.get("title")) for each in buttons)]
    for where, text in texts:
        if text is None and where == "" and len(parts) > 0:
            continue  # a picture or a part for another program
        if not str(text or "").strip():
            yield _fault(line, f"there are no words{where}")
        elif left := _LEFT.search(str(text)):
            yield _fault(line, f"“{left[0]}” is read as it stands{where}")
        elif nothing := _NOTHING.search(str(text)):
            yield _fault(line, f"“{nothing[0]}” is read where a value should stand{where}")
    if line["channel"] == "sms" and parts.get("text"):
        offered = tuple((str(each.get("title")), "") for each in buttons)
        texted = compose((Reply(str(parts["text"]), line["language"], buttons=offered),), Style(budget=99))
        if texted and texted[0].segments > SMS_SEGMENTS:
            yield _fault(line, f"{texted[0].segments} segments; more than {SMS_SEGMENTS} come in parts")


def _missing(lines: Sequence[Mapping[str, Any]], project: Project) -> Iterator[Fault]:
    """Questions whose answer cannot be said at all as long as nothing is known about a person."""
    asked = {f"utter_{each.name}" for each in project.questions if "/" in each.name}
    for line in lines:
        if line["how"] == "empty" and line["parts"] is None and line["answer"] in asked:
            blank = f": {{{line['blanks'][0]}}} is not known yet" if line["blanks"] else ""
            yield _fault(line, f"people would get “{_FALLBACK}” instead{blank}")


def _dead_buttons(lines: Sequence[Mapping[str, Any]], project: Project) -> Iterator[Fault]:
    for line in lines:
        for button in (line["parts"] or {}).get("buttons") or ():
            if not isinstance(button, Mapping) or button.get("url"):
                continue
            payload = str(button.get("payload") or "").strip()
            target = payload[1:].partition("{")[0].partition("@")[0].strip()
            if not payload:
                yield _fault(line, f"the button “{button.get('title')}” leads nowhere")
            elif payload.startswith("/") and target not in project.topic_names:
                yield _fault(line, f"the button “{button.get('title')}” leads to “{target}”, which is not there")
            elif target.startswith("faq/") and f"utter_{target}" not in project.answer_names:
                yield _fault(line, f"the button “{button.get('title')}” leads to “{target}”, which has no answer")


def _wordings(lines: Sequence[Mapping[str, Any]], languages: Sequence[str]) -> Wordings:
    """Words to compare with: as said with nothing known, else the first filled wording."""
    filled: dict[tuple[str, str], str] = {}
    found: dict[tuple[str, str, str], str] = defaultdict(str)
    for line in lines:
        text = str((line["parts"] or {}).get("text") or "")
        if line["how"] == "filled":
            filled.setdefault((line["answer"], line["language"]), text)
        elif line["said_in"] == line["language"]:
            found[line["answer"], line["language"], line["channel"]] = text
    for (answer, language), text in filled.items():
        for channel in ("web", "sms"):
            found.setdefault((answer, language, channel), text)
    return found


def _fault(line: Mapping[str, Any], words: str) -> Fault:
    return Fault(line["topic"], line["answer"], line["language"], line["channel"] or "web", words)
