"""How the page without JavaScript looks: the transcript and its forms as HTML, everything escaped."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web
from babel import Locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.ids import new_token
from bot.transcript import Event
from channels.edge import EDGE, language_of
from channels.refusals import Refusal
from channels.web.messages import LONGEST_TEXT
from channels.web.texting import Handover, text_channel


@dataclass(frozen=True)
class View:
    """What one page shows."""

    language: str
    events: tuple[Event, ...] = ()
    form: str = ""
    """The secret of this browser's forms; without it the page has no form."""
    notice: str = ""
    refusal: Refusal | None = None
    handover: Handover | None = None
    text: str = ""
    """What the person had written, given back with a refusal."""


def render(request: web.Request, view: View) -> web.Response:
    """The page."""
    edge, events, refusal = request.app[EDGE], view.events, view.refusal
    city = edge.parts.city
    html = (
        _pages()
        .get_template("plain.html")
        .render(
            say=lambda key, **blanks: edge.words.say(key, view.language, **blanks),
            view=view,
            problem=edge.words.say(refusal.code, view.language, **refusal.blanks) if refusal else "",
            wrong_text=refusal is not None and refusal.code in ("empty_text", "long_text"),
            heard=max((event.number for event in events if event.sender == "resident"), default=0),
            last=events[-1].number if events else 0,
            page=new_token(),
            path=request.path,
            city=city,
            assistant=city.raw.get("assistant", {}).get("name", {}).get(view.language, city.name),
            longest=LONGEST_TEXT,
            kept=edge.parts.keeping.any,
            texting=text_channel(edge, request.match_info.get("channel", "")) is not None,
            site=_site,
            language_name=_language_name,
        )
    )
    status, headers = (refusal.status, refusal.headers) if refusal else (200, {})
    return web.Response(text=html, status=status, headers=headers, content_type="text/html", charset="utf-8")


def refusal_page(request: web.Request, refusal: Refusal) -> web.Response:
    """A refusal for a person with no conversation to show, for example too many requests."""
    return render(request, View(language_of(request), refusal=refusal))


def _language_name(code: str) -> str:
    """What a language calls itself: Español."""
    return (Locale.parse(code).get_display_name(code) or code).capitalize()


def _site(url: str | None) -> str:
    """The host of a web address; nothing for anything that is not one, so that no other link is made."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return ""
    return parts.netloc if parts.scheme in ("http", "https") else ""


@lru_cache(maxsize=1)
def _pages() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
