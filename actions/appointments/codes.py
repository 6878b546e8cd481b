"""The number and the code of an appointment, as people write them."""

import re

_NUMBER = re.compile(r"(?<![\w-])#?(\d{5,9})(?![\w-])")
_OURS = "[2-9BCDFGHJKMNPQRSTVWXZ]"
_IN_TWO = re.compile(rf"(?<!\w)({_OURS}{{3}})[ .-]?({_OURS}{{3}})(?!\w)", re.IGNORECASE)
_TOKEN = re.compile(r"(?<![\w-])[A-Za-z0-9]{4,8}(?![\w-])")


def read_holder(text: str, number: str = "") -> tuple[str, str]:
    """(number, code) in a text such as "number 100348, code K7M 4PX"; "" for what is not there.

    With the number known, anything that may be a code is one: other systems give shorter ones, such as fb43.
    """
    known = number
    if not number:
        found = _NUMBER.search(text)
        if found:
            number, text = found[1], text.replace(found[0], " ", 1)
    for pair in _IN_TWO.finditer(text):
        if _mixed(pair[1] + pair[2]):
            return number, (pair[1] + pair[2]).upper()
    tokens = _TOKEN.findall(text)
    code = next((token for token in tokens if _mixed(token)), "")
    if not code and known and len(tokens) == 1 and len(text.split()) == 1:
        code = tokens[0]
    return number, code


def _mixed(code: str) -> bool:
    """Letters and digits: neither a word nor a number."""
    return any(char.isdigit() for char in code) and any(char.isalpha() for char in code)
