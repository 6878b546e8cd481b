"""The chat as a page that needs no JavaScript: one form, one cookie, one transcript."""

import hashlib
import hmac
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web
from babel import Locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot import conversations
from bot.conversations import Conversation
from bot.ids import new_secret, new_token
from bot.transcript import Event, events_after
from channels.edge import EDGE, LANGUAGE, Edge, language_of
from channels.limits import client_address, parse_limit
from channels.origins import is_same_origin
from channels.refusals import Refusal
from channels.routes import find_conversation
from channels.web.api import accept, choice, end, written
from channels.web.events import PAGE, wait_for_answer
from channels.web.messages import LONGEST_TEXT, clean_text, read_form

SESSION_COOKIE = "chat"
FORM_COOKIE = "chat_form"
ANSWER_WAIT = 5.0  # seconds that a sent form waits for its answer
MOST_SHOWN = 200  # events on one page
COOKIE_LIFE = 30 * 24 * 3600  # seconds


@dataclass(frozen=True)
class View:
    """What the page shows beside the transcript."""

    problem: str = ""
    text: str = ""
    """What the person had written, given back with a problem."""
    notice: str = ""
    wrong_text: bool = False
    """Whether the problem lies in what the person wrote."""


async def show(request: web.Request) -> web.Response:
    """GET plain: the conversation of this browser, or the start of one."""
    _choose_language(request, request.query.get("lang"))
    conversation = await _conversation(request)
    words, language = request.app[EDGE].words, _language(request, conversation)
    ended = request.query.get("done") == "ended"
    return await _page(request, conversation, View(notice=words.say("plain_ended", language) if ended else ""))


async def submit(request: web.Request) -> web.Response:
    """POST plain: a message, a button or the end of the chat; then back to the page (303)."""
    form = await read_form(request)
    _choose_language(request, form.get("lang"))
    conversation = await _conversation(request)
    try:
        _check_form(request, form)
        if "end" in form:
            return await _end(request, conversation)
        return await _send(request, conversation, form)
    except Refusal as refusal:
        words, language = request.app[EDGE].words, _language(request, conversation)
        problem = words.say(refusal.code, language, **refusal.blanks)
        wrong_text = refusal.code in ("empty_text", "long_text")
        view = View(problem=problem, text=form.get("text", ""), wrong_text=wrong_text)
        return _as_refusal(await _page(request, conversation, view), refusal)


def refusal_page(request: web.Request, refusal: Refusal) -> web.Response:
    """A refusal for a person with no conversation to show, for example too many requests."""
    edge, language = request.app[EDGE], language_of(request)
    problem = edge.words.say(refusal.code, language, **refusal.blanks)
    return _as_refusal(_render(request, language, (), View(problem=problem), form=""), refusal)


def _as_refusal(page: web.Response, refusal: Refusal) -> web.Response:
    page.set_status(refusal.status)
    page.headers.update(refusal.headers)
    return page


async def _send(request: web.Request, conversation: Conversation | None, form: dict[str, str]) -> web.Response:
    edge = request.app[EDGE]
    language = request.get(LANGUAGE)
    secret = ""
    if conversation is None:
        if "token" in form:
            raise Refusal(400, "secret_unknown")
        clean_text(form.get("text", ""))  # a message that cannot be taken opens nothing
        conversation, secret = await _open(request)
    await edge.limits.hit(parse_limit("MESSAGE_LIMIT", edge.settings.message_limit), "message_limit", conversation.id)
    said = form.get("token", form.get("text", ""))
    client_id = hashlib.sha256(f"{form.get('page', '')} {said}".encode(errors="replace")).hexdigest()[:32]
    if "token" in form:
        incoming = await choice(edge, conversation, client_id, said, language)
    else:
        incoming = written(conversation, client_id, said, language)
    accepted = await accept(edge, incoming)
    await wait_for_answer(edge, conversation.id, accepted.number, ANSWER_WAIT)
    response = _back(request, f"#m{accepted.number + 1}")
    if secret:
        _set_cookie(request, response, SESSION_COOKIE, secret)
    return response


async def _open(request: web.Request) -> tuple[Conversation, str]:
    """A new conversation for this browser, counted like those of the API."""
    edge = request.app[EDGE]
    limit = parse_limit("SESSION_LIMIT", edge.settings.session_limit)
    address = client_address(request, edge.proxies)
    await edge.limits.hit(limit, "POST", "/v1/web/{channel}/sessions", address)
    channel = request.match_info["channel"]
    opened = await conversations.open_web(edge.parts.store, channel, language_of(request), edge.parts.clock)
    found = await find_conversation(edge, channel, opened.secret)
    if found is None:
        raise Refusal(500, "internal")
    return found, opened.secret


async def _end(request: web.Request, conversation: Conversation | None) -> web.Response:
    if conversation is not None:
        await end(request.app[EDGE], conversation)
    response = _back(request, "&done=ended#done")
    response.del_cookie(SESSION_COOKIE, path=request.path)
    return response


def _check_form(request: web.Request, form: dict[str, str]) -> None:
    """Raises Refusal unless the form comes from our own page in this very browser."""
    if "Origin" in request.headers and not is_same_origin(request):
        raise Refusal(403, "origin_refused")
    expected, given = request.cookies.get(FORM_COOKIE, ""), form.get("form", "")
    if not expected or not hmac.compare_digest(expected.encode(), given.encode(errors="replace")):
        raise Refusal(403, "form_expired")


async def _conversation(request: web.Request) -> Conversation | None:
    secret = request.cookies.get(SESSION_COOKIE, "")
    channel = request.match_info["channel"]
    return await find_conversation(request.app[EDGE], channel, secret) if secret else None


def _choose_language(request: web.Request, tag: str | None) -> None:
    language = request.app[EDGE].supported(tag)
    if language:
        request[LANGUAGE] = language


def _language(request: web.Request, conversation: Conversation | None) -> str:
    """The person's choice, else the conversation's language, else the browser's."""
    if LANGUAGE not in request and conversation is not None:
        return conversation.language
    return language_of(request)


async def _page(request: web.Request, conversation: Conversation | None, view: View) -> web.Response:
    edge = request.app[EDGE]
    shown = await _latest(edge, conversation) if conversation else ()
    form = request.cookies.get(FORM_COOKIE) or new_secret()
    response = _render(request, _language(request, conversation), shown, view, form=form)
    _set_cookie(request, response, FORM_COOKIE, form)
    return response


async def _latest(edge: Edge, conversation: Conversation) -> tuple[Event, ...]:
    latest: deque[Event] = deque(maxlen=MOST_SHOWN)
    while events := await events_after(edge.parts.store, conversation.id, latest[-1].number if latest else 0, PAGE):
        latest.extend(events)
    return tuple(latest)


def _render(request: web.Request, language: str, shown: Iterable[Event], view: View, *, form: str) -> web.Response:
    edge = request.app[EDGE]
    events = tuple(shown)
    heard = max((event.number for event in events if event.sender == "resident"), default=0)
    template = _pages().get_template("plain.html")
    html = template.render(
        say=lambda key, **blanks: edge.words.say(key, language, **blanks),
        city=edge.parts.city,
        assistant=edge.parts.city.raw.get("assistant", {}).get("name", {}).get(language, edge.parts.city.name),
        language=language,
        languages=edge.parts.city.languages,
        path=request.path,
        events=events,
        heard=heard,
        last=events[-1].number if events else 0,
        view=view,
        form=form,
        page=new_token(),
        longest=LONGEST_TEXT,
        site=_site,
        language_name=_language_name,
    )
    return web.Response(text=html, content_type="text/html", charset="utf-8")


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


def _back(request: web.Request, rest: str) -> web.Response:
    language = request.get(LANGUAGE, "")
    return web.Response(status=303, headers={"Location": f"{request.path}?lang={language}{rest}"})


def _set_cookie(request: web.Request, response: web.Response, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=COOKIE_LIFE,
        path=request.path,
        httponly=True,
        samesite="Strict",
        secure=request.app[EDGE].settings.public_url.startswith("https://"),
    )
