"""Read an agency's XML or JSON, whichever it really is, into one plain shape and find the records in it."""

import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

_DEEPEST = 12  # the standard's deepest document has five levels
_LONGEST_MESSAGE = 300
_EXPLANATIONS = ("description", "detail", "message", "error_description", "title")


class NotADocument(ValueError):
    """The bytes are neither XML nor JSON (often an HTML page, or cut off)."""


def read_document(body: bytes) -> Any:
    """Return dicts, lists and plain values; the declared content type is not asked, because servers get it wrong.

    XML becomes {root: …}: an element with children is a dict, a repeated child a list, an empty element None.
    """
    text = _decode(body).strip()
    if is_html(body):
        raise NotADocument("an HTML page")
    try:
        return _xml(text) if text.startswith("<") else _json(text)
    except (ValueError, ParseError, DefusedXmlException, RecursionError) as error:
        raise NotADocument("not XML or JSON, or cut off") from error


def is_html(body: bytes) -> bool:
    """Tell a web page from a document."""
    start = body.lstrip(b"\xef\xbb\xbf \r\n\t")[:200].lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<body"))


def is_xml(body: bytes) -> bool:
    """Tell XML from JSON by its first character."""
    return body.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")


def records(tree: Any, marks: set[str], depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the outermost dicts that have one of the keys `marks`, however the server wrapped them."""
    if depth > _DEEPEST:
        return
    if isinstance(tree, dict):
        if marks & tree.keys():
            yield tree
            return
        tree = list(tree.values())
    if isinstance(tree, list):
        for item in tree:
            yield from records(item, marks, depth + 1)


def error_messages(tree: Any, status: int) -> list[tuple[str, str]]:
    """Return (code, description) pairs from any of the shapes that servers use; never an empty list."""
    found = [(code, _plain(text)) for code, text in _errors(tree, str(status), 0)]
    return found or [(str(status), "")]


def _errors(tree: Any, code: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth > _DEEPEST:
        return
    if isinstance(tree, str):
        yield code, tree
    elif isinstance(tree, list):
        for item in tree:
            yield from _errors(item, code, depth + 1)
    elif isinstance(tree, dict):
        own = str(tree.get("code") or code)
        explanation = next((tree[name] for name in _EXPLANATIONS if tree.get(name)), None)
        rest = [value for name, value in tree.items() if name != "code"]
        yield from _errors(rest if explanation is None else explanation, own, depth + 1)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())[:_LONGEST_MESSAGE]


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", errors="replace")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        # The standard's own example has codes like 001, which is not JSON: read them as text.
        return json.loads(re.sub(r"(:\s*)(0\d+)(?=\s*[,}])", r'\1"\2"', text))


def _xml(text: str) -> Any:
    without_declaration = re.sub(r"^<\?xml[^>]*\?>", "", text)  # the text is decoded: its declared encoding is past
    root = ElementTree.fromstring(without_declaration, forbid_dtd=True)
    return {_name(root): _value(root, 0)}


def _value(element: Element, depth: int) -> Any:
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    if len(element) == 0:
        return (element.text or "").strip() or None
    value: dict[str, Any] = {}
    for child in element:
        name, item = _name(child), _value(child, depth + 1)
        if name not in value:
            value[name] = item
        elif isinstance(value[name], list):
            value[name].append(item)
        else:
            value[name] = [value[name], item]
    return value


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
