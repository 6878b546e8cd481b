"""The chat as a page that needs no JavaScript: one form, one cookie, one transcript."""

import hashlib
import hmac
from dataclasses import replace

from aiohttp import web

from bot import conversations
from bot.conversations import Conversation
from bot.ids import new_secret
from bot.transcript import latest_events
from channels.edge import EDGE, LANGUAGE, language_of
from channels.limits import client_address, parse_limit
from channels.refusals import Refusal
from channels.routes import find_conversation
from channels.web import texting
from channels.web.api import accept, choice, end, written
from channels.web.events import wait_for_answer
from channels.web.messages import clean_text, read_form
from channels.web.plain_view import View, render

SESSION_COOKIE = "chat"
FORM_COOKIE = "chat_form"
ANSWER_WAIT = 5.0  # seconds that a sent form waits for its answer
MOST_SHOWN = 200  # events on one page
COOKIE_LIFE = 30 * 24 * 3600  # seconds


async def show(request: web.Request) -> web.Response:
    """GET plain: the conversation of this browser, or the start of one."""
    _choose_language(request, request.query.get("lang"))
    conversation = await _conversation(request)
    view = await _view(request, conversation)
    if request.query.get("done") == "ended":
        view = replace(view, notice="plain_ended")
    return _page(request, view)


async def submit(request: web.Request) -> web.Response:
    """POST plain: a message, a button or the end of the chat; then back to the page (303)."""
    form = await read_form(request)
    _choose_language(request, form.get("lang"))
    conversation = await _conversation(request)
    try:
        _check_form(request, form)
        if "end" in form:
            return await _end(request, conversation)
        if "handover" in form:
            return await _hand_over(request, conversation)
        return await _send(request, conversation, form)
    except Refusal as refusal:
        view = await _view(request, conversation)
        return _page(request, replace(view, refusal=refusal, text=form.get("text", "")))


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
    language = language_of(request)
    opened = await conversations.open_web(edge.parts.store, channel, language, edge.parts.clock)
    return Conversation(opened.session, "web", channel, language, ended=False), opened.secret


async def _end(request: web.Request, conversation: Conversation | None) -> web.Response:
    if conversation is not None:
        await end(request.app[EDGE], conversation)
    response = _back(request, "&done=ended#done")
    response.del_cookie(SESSION_COOKIE, path=request.path)
    return response


async def _hand_over(request: web.Request, conversation: Conversation | None) -> web.Response:
    if conversation is None:
        raise Refusal(400, "secret_unknown")
    edge = request.app[EDGE]
    await edge.limits.hit(
        parse_limit("HANDOVER_LIMIT", edge.settings.handover_limit), "handover_limit", conversation.id
    )
    view = await _view(request, conversation)
    return _page(request, replace(view, handover=await texting.offer(edge, conversation, view.language)))


def _check_form(request: web.Request, form: dict[str, str]) -> None:
    """Raises Refusal unless the form comes from our own page in this very browser."""
    if not request.app[EDGE].origins.is_own(request):
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


async def _view(request: web.Request, conversation: Conversation | None) -> View:
    """The conversation, in the language that the person chose, else its own, else the browser's."""
    form = request.cookies.get(FORM_COOKIE) or new_secret()
    if conversation is None:
        return View(language_of(request), form=form)
    language = request.get(LANGUAGE, conversation.language)
    events = await latest_events(request.app[EDGE].parts.store, conversation.id, MOST_SHOWN)
    return View(language, tuple(events), form)


def _page(request: web.Request, view: View) -> web.Response:
    response = render(request, view)
    _set_cookie(request, response, FORM_COOKIE, view.form)
    return response


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
