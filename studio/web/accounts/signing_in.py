"""Signing in with a password, the second step after it, and signing out."""

from aiohttp import web

from bot import audit
from studio.web import cookies
from studio.web.accounts import second_step, sessions, staff
from studio.web.accounts.person import Person
from studio.web.refusals import SignInFirst
from studio.web.routing import local, url
from studio.web.visit import Visit
from studio.web.words import LANGUAGES

_LANGUAGE_SECONDS = 365 * 86400


async def show(visit: Visit) -> web.StreamResponse:
    """The sign-in page; whoever is signed in goes on."""
    if visit.visitor:
        return visit.back(local(visit.asked("next")))
    return page(visit, visit.asked("next"))


async def sign_in(visit: Visit) -> web.StreamResponse:
    """Look at a password. Wrong, unknown, disabled and locked out look the same and cost the same."""
    settings = visit.studio.settings
    email = staff.email_key(visit.text("email", 254))
    password = str(visit.form.get("password", ""))[:500]
    if not settings.studio_passwords:
        return page(visit, visit.text("next"), status=422, mistake="accounts_no_passwords")
    if not await visit.studio.limits.guess(email, visit.address):
        return page(visit, visit.text("next"), status=429, mistake="accounts_locked_out")
    person = await staff.by_email(visit.studio.store, email)
    kept = (await staff.secrets_of(visit.studio.store, person.id)).password if person and not person.disabled else None
    if not await visit.studio.passwords.fits(kept, password) or person is None or kept is None:
        if person is not None:
            await _told(visit, person, "session.refused")
        return page(visit, visit.text("next"), status=422, mistake="accounts_wrong")
    if visit.studio.passwords.is_outdated(kept):
        await _rehash(visit, person, password)
    if not person.has_second_step:
        await visit.studio.limits.guessed_right(email, visit.address)
    return await open_for(visit, person, visit.text("next"))


async def open_for(visit: Visit, person: Person, wanted: str = "", told: str | None = None) -> web.StreamResponse:
    """A new session under a new token, whatever the browser had before; half open where a second step follows."""
    studio, half = visit.studio, person.has_second_step
    if visit.session:
        await sessions.close(studio.store, visit.session)
    seconds = studio.settings.studio_session_hours * 3600
    token = await sessions.open_session(studio.store, person, studio.clock(), seconds, half=half)
    if not half:
        await _told(visit, person, "session.opened")
    response = visit.back(url("/sign-in/code", next=local(wanted, "")) if half else local(wanted), told)
    cookies.put(studio, response, cookies.SESSION, token)
    cookies.take_back(studio, response, cookies.VISITOR)
    return response


async def show_code(visit: Visit) -> web.StreamResponse:
    """Ask for the second step's code."""
    _half_open(visit)
    return visit.page("accounts/code.html", wanted=visit.asked("next"))


async def check_code(visit: Visit) -> web.StreamResponse:
    """Look at a code, or a recovery code; then the session opens, under another token."""
    person = _half_open(visit)
    status, key = 422, "accounts_code_wrong"
    if not await visit.studio.limits.guess(person.email, visit.address):
        status, key = 429, "accounts_locked_out"
    elif await second_step.passes(visit.studio, person, visit.text("code", 40)):
        await visit.studio.limits.guessed_right(person.email, visit.address)
        return await _rotate(visit, person)
    else:
        await _told(visit, person, "session.refused")
    return visit.page("accounts/code.html", status=status, wanted=visit.text("next"), mistakes={"code": visit.say(key)})


async def sign_out(visit: Visit) -> web.StreamResponse:
    """End this session."""
    if visit.session:
        await sessions.close(visit.studio.store, visit.session)
    response = visit.back("/sign-in", "accounts_signed_out")
    cookies.take_back(visit.studio, response, cookies.SESSION)
    return response


async def change_language(visit: Visit) -> web.StreamResponse:
    """The interface's language, for this browser and for the person."""
    language = visit.text("language", 8)
    response = visit.back(local(visit.text("next")))
    if language in LANGUAGES:
        cookies.put(visit.studio, response, cookies.LANGUAGE, language, _LANGUAGE_SECONDS)
        if visit.visitor and visit.visitor.language != language:
            act = staff.Act(visit.visitor.name, visit.studio.clock())
            await staff.change(visit.studio.store, visit.visitor, "account.language", {"language": language}, act)
    return response


async def renewed(visit: Visit, response: web.StreamResponse, *, others_end: bool = True) -> None:
    """After a change of what opens the account: this session under a new token, all others end."""
    studio, person = visit.studio, visit.person
    if others_end:
        await sessions.close_all(studio.store, person)
    seconds = studio.settings.studio_session_hours * 3600
    token = await sessions.open_session(studio.store, person, studio.clock(), seconds)
    cookies.put(studio, response, cookies.SESSION, token)


def page(visit: Visit, wanted: str, *, status: int = 200, mistake: str = "") -> web.Response:
    """The sign-in page; `mistake` is the key of what went wrong."""
    settings = visit.studio.settings
    field = "elsewhere" if mistake.startswith("accounts_elsewhere") else "email"
    return visit.page(
        "accounts/sign_in.html", status=status, wanted=local(wanted, ""), passwords=settings.studio_passwords,
        elsewhere=bool(settings.oidc_issuer), mistakes={field: visit.say(mistake)} if mistake else {},
    )  # fmt: skip


def _half_open(visit: Visit) -> Person:
    """Who has given the password and not yet the code. Raises SignInFirst."""
    if visit.session is None or visit.session.open:
        raise SignInFirst
    return visit.session.person


async def _rotate(visit: Visit, person: Person) -> web.StreamResponse:
    studio = visit.studio
    assert visit.session is not None
    await sessions.close(studio.store, visit.session)
    seconds = studio.settings.studio_session_hours * 3600
    token = await sessions.open_session(studio.store, person, studio.clock(), seconds)
    await _told(visit, person, "session.opened")
    response = visit.back(local(visit.text("next")))
    cookies.put(studio, response, cookies.SESSION, token)
    return response


async def _rehash(visit: Visit, person: Person, password: str) -> None:
    values = {"password": await visit.studio.passwords.hash(password)}
    await staff.change(
        visit.studio.store, person, "account.rehashed", values, staff.Act(person.name, visit.studio.clock())
    )


async def _told(visit: Visit, person: Person, what: str) -> None:
    await audit.write(visit.studio.store, person.name, what, person.name, clock=visit.studio.clock)
