"""Why a file cannot be read: the line where a person slipped, what to do, and the text as it was meant."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Compose = Callable[[str], Any]  # the tree of a text; None where it does not read
_MARKER = re.compile(r"(<{7}|={7}|>{7}|\|{7})( .*)?")
_TAB = re.compile(r" *(?:- *)*\t")
_KEY = re.compile(r"^(\s*(?:- +)*)([^\s\"'#{}\[\]:][^:#\"']*?|\"[^\"]*\")(:)(?:\s+(.*))?$")
_HEX = "[0-9a-fA-F]"
_BAD_ESCAPE = re.compile(rf"\\(?:[^0abtnvfre \"/\\N_LPxuU\n]|x(?!{_HEX}{{2}})|u(?!{_HEX}{{4}})|U(?!{_HEX}{{8}}))")
_NEAR = 12  # lines before the place where reading stopped
_TRIES = 400

WORDS = {
    "indent": "this line is not indented like its neighbors. Begin it with as many spaces as the lines it belongs to.",
    "tab": "this line is indented with a tab. Use spaces.",
    "quote": "the quotation marks of this text do not match: one is missing, or others stand inside. A text begins and "
    "ends with the same one; inside it use other ones, such as “ ”.",
    "colon": 'this text has a colon in it. Put the whole text in quotation marks: "…".',
    "merge": "two people's changes were put together and not sorted out. Keep the right lines and delete those "
    "that begin with <<<<<<<, ======= and >>>>>>>.",
    "curly": 'these curly quotation marks (“ ”) are not read as such. Type straight ones: "…".',
    "backslash": "a backslash (\\) cannot be used like this. Write a slash (/) instead, or leave it out.",
    "pipe": "a vertical bar is missing behind “examples:”. Write “examples: |”.",
    "bracket": "a closing bracket is missing on this line.",
    "name-colon": "a colon is missing behind the name at the beginning of this line.",
    "unreadable": "this line cannot be read. Compare it with its neighbors: spaces, quotation marks, colons.",
    "special": "this text begins with a character that has a meaning of its own. Put the text in quotation marks.",
}


@dataclass(frozen=True)
class Slip:
    """Something that keeps a file from being read."""

    code: str
    line: int
    words: str
    column: int = 1


def mended(text: str, error: Any, compose: Compose) -> tuple[Slip, str | None]:
    """The slip behind an error of the parser, and a text that reads, if one small change makes it so."""
    lines = text.split("\n")
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    stopped = min(mark.line, len(lines) - 1) if mark else 0
    problem = str(getattr(error, "problem", "") or error)
    markers = [at for at, line in enumerate(lines) if _MARKER.fullmatch(line.rstrip("\r"))]
    if markers:
        return _slip("merge", markers[0]), _readable(_one_side(lines), compose)
    tabs = [at for at, line in enumerate(lines) if _TAB.match(line)]
    if tabs:
        at = stopped if stopped in tabs else next((tab for tab in tabs if tab <= stopped), tabs[0])
        better = [_spaces(lines, number) if number in tabs else line for number, line in enumerate(lines)]
        return _slip("tab", at), _readable(better, compose)
    if "escape" in problem or "hexdecimal" in problem or "hexadecimal" in problem:
        better = [_BAD_ESCAPE.sub(lambda found: "\\" + found[0], line) for line in lines]
        return _slip("backslash", stopped), _readable(better, compose)
    found = _repair(lines, stopped, compose)
    if found:
        code, at, better_text = found
        return _slip(code, at), better_text
    return _slip(_guess(lines, stopped, problem), stopped), None


def _slip(code: str, at: int) -> Slip:
    return Slip(code, at + 1, WORDS[code])


def _readable(lines: list[str], compose: Compose) -> str | None:
    text = "\n".join(lines)
    if compose(text) is not None:
        return text
    found = _repair(lines, len(lines) - 1, compose)
    return found[2] if found else None


def _one_side(lines: list[str]) -> list[str]:
    """The first side of each place where two changes meet; the others become empty lines."""
    kept, dropping = [], False
    for line in lines:
        marker = _MARKER.fullmatch(line.rstrip("\r"))
        if marker:
            dropping = marker[1][0] in "=|"
        kept.append("" if marker or dropping else line)
    return kept


def _spaces(lines: list[str], at: int) -> str:
    """The line, indented with spaces as the line before it would suggest."""
    bare = lines[at].replace("\t", " ").strip()
    before = next((line for line in reversed(lines[:at]) if line.strip() and not _TAB.match(line)), "")
    width = len(before) - len(before.lstrip())
    dashed = before.lstrip().startswith("- ")
    if bare.startswith("- "):
        return " " * (width if dashed else width + 2 * before.rstrip().endswith((":", "|"))) + bare
    return " " * (width + 2 * (dashed or before.rstrip().endswith(("|",)))) + bare


def swallowed(text: str, root: Any, compose: Compose) -> tuple[Slip, str] | None:
    """A line that reads, but as the end of the text above it, because it is indented too far."""
    at = _swallowing(root)
    if at is None:
        return None
    lines = text.split("\n")
    found = _repair(lines, at, compose)
    return (_slip("indent", found[1]), found[2]) if found else (_slip("indent", at), text)


def _swallowing(root: Any) -> int | None:
    if root.id == "scalar":
        if root.style or root.start_mark.line == root.end_mark.line:
            return None
        found = re.search(r"(?:^|\s)- \w|\w:(?:\s|$)", root.value)
        return int(root.start_mark.line) + 1 if found else None
    pairs = () if root.id == "sequence" else [pair for pair in root.value if pair[0].value != "examples"]
    parts = root.value if root.id == "sequence" else [part for pair in pairs for part in pair]
    return next((at for part in parts if (at := _swallowing(part)) is not None), None)


def _repair(lines: list[str], stopped: int, compose: Compose) -> tuple[str, int, str] | None:
    tries = 0
    for at in _suspects(lines, stopped):
        for code, line in _changes(lines, at):
            tries += 1
            if tries > _TRIES:
                return None
            text = "\n".join([*lines[:at], line, *lines[at + 1 :]])
            root = compose(text)
            if root is not None and _plausible(root):
                return code, at, text
    return None


def _suspects(lines: list[str], stopped: int) -> list[int]:
    """Lines to look at: where a quotation mark is open, where reading stopped, then backwards."""
    around = [at for at in range(stopped, max(-1, stopped - _NEAR), -1) if lines[at].strip()]
    keys = [at for at in range(stopped, max(-1, stopped - 5 * _NEAR), -1) if re.match(r"\s*(- )?[a-z_]+:", lines[at])]
    quotes = [at for at in range(stopped + 1) if _is_open(lines[at])][:3]
    curly = [at for at in around if re.search(r"[:-] +[“”„«‘’]", lines[at])]
    return list(dict.fromkeys([*curly, *quotes, *around, *keys]))


def _is_open(line: str) -> bool:
    value = re.match(r"\s*(?:- +)*(?:[^\s\"':]+: +)?(.*)", line)
    text = (value[1] if value else "").strip()
    double = len(re.findall(r'(?<!\\)"', text)) % 2 == 1
    return double or (text.startswith("'") and (len(text) == 1 or not text.endswith("'")))


def _changes(lines: list[str], at: int) -> Iterator[tuple[str, str]]:
    line = lines[at].rstrip("\r")
    key = _KEY.match(line)
    value = (key[4] or "") if key else re.sub(r"^\s*(?:- +)*", "", line)
    head = line[: len(line) - len(value)] if value else line
    if re.search(r"[“”„«‘’]", line) and (re.match(r"[“”„«‘’]", value.strip()) or re.match(r"\s*(- +)?[“”]", line)):
        yield "curly", re.sub(r"[“”„«»]", '"', line)
        yield "curly", re.sub(r"[‘’]", "'", line)
    if re.match(r"\s*examples:\s*(- .*)?$", line):
        yield "pipe", "  examples: |"
    for mark in ('"', "'"):
        if value.count(mark) % 2:
            yield "quote", line + mark
            yield "quote", f"{head}{mark}{value}"
            yield "quote", head + mark + value.replace(mark, "") + mark
    if re.search(r":(\s|$)", value) and not value.startswith(('"', "'", "{", "[", "|", ">")):
        yield "colon", f"{head}'{value.replace(chr(39), chr(39) * 2)}'"
    if value[:1] in tuple("{[") and not value.rstrip().endswith(("}", "]")):
        yield "bracket", line + ("}" if value[0] == "{" else "]")
        yield "bracket", line + "]}"
    if value[:1] in tuple("%@`*&!>|,}]") or value.startswith(("? ", "- ")):
        yield "special", f"{head}'{value.replace(chr(39), chr(39) * 2)}'"
    if re.match(r"[\"']", value) and key:
        yield "quote", head + '"' + value[1:-1].replace('"', "”") + '"'
        yield "quote", f"{head}'{value.replace(chr(39), chr(39) * 2)}'"
    if re.match(r"[{\[]", value) and key:
        yield "special", f"{head}'{value.replace(chr(39), chr(39) * 2)}'"
    bare, width = line.lstrip(), len(line) - len(line.lstrip())
    for other in _widths(lines, at):
        if other != width:
            yield "indent", " " * other + bare
    words = re.match(r"(\s*(?:- +)*)([a-z_]+)(\s+[|\"'\w].*)?$", line)
    if words and not key:
        yield "name-colon", f"{words[1]}{words[2]}:{words[3] or ''}"


def _widths(lines: list[str], at: int) -> list[int]:
    """How far neighbors are indented, the likeliest first: lines of the same kind, then any."""
    bare = lines[at].strip()
    kind = re.match(r"- |[a-z_]+:|", bare)
    beginning = kind[0] if kind else ""
    near = [line for line in [*reversed(lines[max(0, at - 8) : at]), *lines[at + 1 : at + 5]] if line.strip()]
    widths = [
        len(line) - len(line.lstrip())
        for line in (*(each for each in near if each.strip().startswith(beginning)), *near)
    ]
    width = len(lines[at]) - len(lines[at].lstrip())
    return list(dict.fromkeys([*widths, *(w + 2 for w in widths), max(width - 1, 0), width + 1]))


_FIRST = {"nlu": ("intent", "synonym", "regex", "lookup"), "stories": ("story",), "rules": ("rule",)}


def _plausible(root: Any) -> bool:
    """Whether each topic, path and rule has what it needs, and no text swallowed the mended line."""
    if root.id not in ("mapping", "sequence") or _swallows(root):
        return False
    for key, value in root.value if root.id == "mapping" else ():
        if key.value in ("steps", "examples"):
            return False
        for item in value.value if key.value in _FIRST and value.id == "sequence" else ():
            if item.id == "mapping" and not _is_whole(item, _FIRST[key.value]):
                return False
    return True


def _is_whole(item: Any, first: tuple[str, ...]) -> bool:
    names = [key.value for key, _ in item.value]
    if len(set(names)) < len(names) or not any(name in first for name in names):
        return False
    steps = [value for key, value in item.value if key.value == "steps" and value.id == "sequence"]
    inner = {key.value for each in steps for step in each.value if step.id == "mapping" for key, _ in step.value}
    return not inner & {"story", "rule", "steps"}


def _swallows(root: Any) -> bool:
    """Whether a text runs over what was meant as names: `greet - action: x`, or a topic among the examples."""
    if root.id == "scalar":
        plain = not root.style and root.start_mark.line != root.end_mark.line
        if root.style == "|":
            return bool(re.search(r"^\s*(?:- +)?(?:intent|story|rule|examples|synonym): *", root.value, re.M))
        return bool(plain and re.search(r"(^|\s)- \w|\w:(\s|$)", root.value))
    parts = root.value if root.id == "sequence" else [part for pair in root.value for part in pair]
    return any(_swallows(part) for part in parts)


def _guess(lines: list[str], stopped: int, problem: str) -> str:
    if "mapping values" in problem:
        return "colon" if len(re.findall(r":\s", lines[stopped])) > 1 else "indent"
    if "block end" in problem or "'-' indicator" in problem or "expected key" in problem:
        return "indent"
    return "quote" if "quoted" in problem else "unreadable"
