"""Write the standard's documents as XML and JSON from the same plain values."""

import json
import re
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from aiohttp import web

# The standard's name for one entry of each list; JSON leaves it out (the "Spark" convention).
_ENTRY = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2


def document(root: str, content: Any, suffix: str, status: int = 200) -> web.Response:
    """Return `content` (a list or dict) as a response; `suffix` is "xml" or "json", `root` the XML root element."""
    if suffix == "json":
        body, kind = json.dumps(content, ensure_ascii=False).encode(), "application/json"
    else:
        text = ElementTree.tostring(_element(root, content), encoding="unicode")
        body, kind = b'<?xml version="1.0" encoding="UTF-8"?>\n' + text.encode(), "text/xml"
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return web.Response(status=status, body=body, content_type=kind, charset="utf-8", headers=headers)


def errors(status: int, messages: list[str], suffix: str) -> web.Response:
    """Return the standard's error list."""
    return document("errors", [{"code": status, "description": text} for text in messages], suffix, status)


def w3(moment: datetime | None) -> str | None:
    """Return a W3C date and time in UTC, to the second."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _element(name: str, value: Any) -> ElementTree.Element:
    element = ElementTree.Element(name)
    if isinstance(value, dict):
        element.extend(_element(key, item) for key, item in value.items())
    elif isinstance(value, list):
        element.extend(_element(_ENTRY[name], item) for item in value)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif value is not None:
        element.text = _NOT_IN_XML.sub("", str(value))  # a staff member's note or the name of a field may hold anything
    return element
