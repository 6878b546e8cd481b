"""Mends what can be mended without asking anybody: nothing that a person would read differently is changed."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from studio.content.editing import EditError, read, rewrite
from studio.content.editing.tree import parse
from studio.content.formatting import formatted
from studio.content.project import Project

_LINK = re.compile(r"\bhttps?://[^\s)\"'<>\]]+")
_MARKDOWN = re.compile(r"\[([^\]\[]+)\]\((https?://[^\s()]+)\)")
_BLANKS = re.compile("[\u00a0\u2007\u202f]")
_UNSEEN = re.compile("[\u200b\u200c\u2060\ufeff]")
_OUTER = re.compile("“([^“”]*)”")
_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."})
"""What makes a text message dearer: each of these lets it hold 70 characters instead of 160."""

_STYLE = re.compile(r"\r|[ \t]+\n|\n\n\n|\A\n|\n\n\Z")

Mend = Callable[[str], str]


@dataclass(frozen=True)
class Mended:
    """A file as it would stand; `fixes` says what was mended, and how often."""

    path: str
    before: str
    version: str
    after: str
    fixes: tuple[tuple[str, int], ...]


def fixes(project: Project) -> Iterator[Mended]:
    """Every file in which something can be mended. Files that cannot be read are left to the check."""
    safe = _https_hosts(project)
    for path in sorted(_worth_it(project, safe)):
        try:
            before = read(project.root, path)
            after, found = _mended(before.text, safe)
        except EditError:
            continue
        if after != before.text:
            yield Mended(path, before.text, before.version, after, tuple(found.items()))


def _mended(text: str, safe: frozenset[str]) -> tuple[str, Counter[str]]:
    found: Counter[str] = Counter()
    root = parse(text)
    data = root.data() if root else None
    if isinstance(data, dict):
        new = deepcopy(data)
        _answers(new.get("responses"), safe, found)
        _questions(new.get("nlu"), found)
        text = rewrite(text, new) if found else text
    plain = formatted(text)
    if plain != text:
        found["spaces at ends of lines, line ends or empty lines"] += 1
    return plain, found


def _worth_it(project: Project, safe: frozenset[str]) -> set[str]:
    """Files in which something is to be mended: reading one with all its places takes long."""
    found = {source.path for source in project.sources if _STYLE.search(source.text) or not source.text.endswith("\n")}
    for answer in project.answers:
        for each in answer.variations:
            if _through(_answer_mends(each.channel, safe), each.text, Counter()) != each.text:
                found.add(each.place.path)
    for question in project.questions:
        written = "".join(f"- {example.written}\n" for example in question.examples)
        if _through(_QUESTION_MENDS, written, Counter()) != written:
            found.add(question.place.path)
    return found


def _answers(answers: Any, safe: frozenset[str], found: Counter[str]) -> None:
    for variations in answers.values() if isinstance(answers, dict) else ():
        for each in variations if isinstance(variations, list) else ():
            if isinstance(each, dict) and isinstance(each.get("text"), str):
                each["text"] = _through(_answer_mends(each.get("channel"), safe), each["text"], found)


def _answer_mends(channel: Any, safe: frozenset[str]) -> dict[str, Mend]:
    mends: dict[str, Mend] = {
        "an http:// link to a site that we know by https://": lambda text: _secure(text, safe),
        "curly quotation marks around a whole text": _bare,
        "a space that does not break, or a sign that nobody sees": _seen,
    }
    if channel == "sms":
        mends |= {
            "a link that text messages cannot show": lambda text: _MARKDOWN.sub(r"\1: \2", text),
            "a quotation mark or dash that makes a text message dearer": lambda text: text.translate(_PLAIN),
        }
    return mends


def _questions(questions: Any, found: Counter[str]) -> None:
    for each in questions if isinstance(questions, list) else ():
        if isinstance(each, dict) and isinstance(each.get("examples"), str):
            each["examples"] = _through(_QUESTION_MENDS, each["examples"], found)


def _through(mends: dict[str, Mend], text: str, found: Counter[str]) -> str:
    for what, mend in mends.items():
        better = mend(text)
        if better != text:
            found[what] += 1
            text = better
    return text


_QUESTION_MENDS: dict[str, Mend] = {
    "a space that does not break, or a sign that nobody sees": lambda text: _seen(text),
    "a curly apostrophe in an example question": lambda text: text.replace("’", "'"),
    "an example question that stands twice under its topic": lambda text: _once(text),
}


def _bare(text: str) -> str:
    around = _OUTER.fullmatch(text)
    return around[1] if around else text


def _seen(text: str) -> str:
    return _UNSEEN.sub("", _BLANKS.sub(" ", text))


def _once(examples: str) -> str:
    """The same lines; of those that are alike only the first."""
    kept: list[str] = []
    said: set[str] = set()
    for line in examples.splitlines(keepends=True):
        example = line.strip()
        if not example.startswith("- ") or example not in said:
            kept.append(line)
        said.add(example)
    return "".join(kept)


def _secure(text: str, safe: frozenset[str]) -> str:
    def better(link: re.Match[str]) -> str:
        known = link[0].startswith("http://") and urlsplit(link[0]).hostname in safe
        return link[0].replace("http://", "https://", 1) if known else link[0]

    return _LINK.sub(better, text)


def _https_hosts(project: Project) -> frozenset[str]:
    """Sites that the project itself reaches by https."""
    texts = [source.text for source in project.sources if "https://" in source.text]
    city = Path(project.root) / "city.yml"
    texts += [city.read_text("utf-8", errors="replace")] if city.is_file() else []
    links = (link for text in texts for link in _LINK.findall(text) if link.startswith("https://"))
    return frozenset(filter(None, (_host(link) for link in links)))


def _host(link: str) -> str | None:
    try:
        return urlsplit(link).hostname
    except ValueError:
        return None
