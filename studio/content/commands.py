"""The commands `check` and `explain`."""

import argparse
import gc
import json
from collections import Counter
from pathlib import Path

from bot.errors import AssistantError
from bot.settings import ROOT
from studio.content.checks import check
from studio.content.checks.codes import CODES
from studio.content.checks.telling import codes
from studio.content.finding import Finding
from studio.content.keys import closest


class CannotCheck(AssistantError):
    """There is nothing to check, or no such code."""


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add both to the command line."""
    command = commands.add_parser("check", help="find mistakes in the content: file, line and what to do")
    command.add_argument("path", nargs="?", type=Path, default=ROOT, help="project to check (default: this one)")
    command.add_argument("--json", action="store_true", help="for programs")
    command.set_defaults(act=_check)
    command = commands.add_parser("explain", help="say what a code means, with a wrong and a right example")
    command.add_argument("code", nargs="?", help="such as few-examples (without: list all)")
    command.add_argument("--language", choices=("en", "es"), default="en", help="of the words (default: en)")
    command.add_argument("--json", action="store_true", help="for programs")
    command.set_defaults(act=_explain)


def _check(chosen: argparse.Namespace) -> int:
    root, only = _project_of(chosen.path)
    gc.disable()  # nothing to collect in a run that ends right away; it saves a fifth of the time
    found = [each for each in check(root) if only is None or each.place.path == only]
    if chosen.json:
        print(json.dumps([each.to_json() for each in found], ensure_ascii=False, indent=1))
    else:
        for each in found:
            print(each)
        print(_summary(found))
    return 1 if any(each.level == "error" for each in found) else 0


def _project_of(path: Path) -> tuple[Path, str | None]:
    """The project that a path is in or is, and the one file that is asked for."""
    if not path.exists():
        raise CannotCheck(f"There is no folder or file {path}.")
    here = path.resolve()
    roots = [each for each in (here, *here.parents) if each.is_dir() and _is_project(each)]
    if not roots:
        raise CannotCheck(f"{path} holds no content: no domain.yml and no folder data was found.")
    return roots[0], here.relative_to(roots[0]).as_posix() if here.is_file() else None


def _is_project(folder: Path) -> bool:
    return (folder / "domain.yml").is_file() or (folder / "domain").is_dir() or (folder / "data").is_dir()


def _summary(found: list[Finding]) -> str:
    count = Counter(each.level for each in found)
    if not found:
        return "No mistakes found."
    told = ", ".join(
        f"{count[level]} {level}{'s' * (count[level] != 1)}" for level in ("error", "warning", "note") if count[level]
    )
    return f"{told}. More about a code: assistant content explain CODE"


def _explain(chosen: argparse.Namespace) -> int:
    known = codes(chosen.language)
    if chosen.code is None:
        listed = {code: {"level": each.level, "what": each.what} for code, each in known.items()}
        lines = [f"{code:<18} {each.level:<8} {each.what}" for code, each in sorted(known.items())]
        print(json.dumps(listed, ensure_ascii=False, indent=1) if chosen.json else "\n".join(lines))
        return 0
    if chosen.code not in CODES:
        hint = closest(chosen.code, set(CODES))
        raise CannotCheck(f"There is no code “{chosen.code}”." + (f" Did you mean “{hint}”?" if hint else ""))
    code = known[chosen.code]
    if chosen.json:
        print(json.dumps(code.to_json(chosen.code), ensure_ascii=False, indent=1))
        return 0
    print(f"{chosen.code} ({code.level}): {code.what}\n\n{code.why}")
    for title, text in (("Wrong", code.wrong), ("Right", code.right)):
        if text:
            print(f"\n{title}:\n" + "\n".join(f"    {line}" for line in text.splitlines()))
    return 0
