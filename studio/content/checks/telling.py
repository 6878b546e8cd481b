"""A finding in the language of whoever reads it: English as the check says it, others by what its code means."""

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from bot import yaml12
from studio.content.checks.codes import CODES, Code
from studio.content.finding import Finding

SPANISH = Path(__file__).with_name("es.yml")
_NAMED = re.compile("“([^”]+)”")


@dataclass(frozen=True)
class Told:
    """What is wrong and why it harms; `detail` is the check's own English sentence where `words` are not."""

    words: str
    why: str
    detail: str = ""


@cache
def codes(language: str) -> dict[str, Code]:
    """Every code with its words in `language`, English where we have none."""
    if language != "es":
        return CODES
    return {name: replace(CODES[name], **words) for name, words in yaml12.read(SPANISH).items()}


def told(finding: Finding, language: str) -> Told:
    """What a page says of it."""
    code = codes(language)[finding.code]
    if code is CODES[finding.code]:
        return Told(finding.message, code.why)
    named = ", ".join(f"«{each}»" for each in dict.fromkeys(_NAMED.findall(finding.message)))
    return Told(f"{code.what.rstrip('.')}: {named}." if named else code.what, code.why, finding.message)
