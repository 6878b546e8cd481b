"""One's own account: password, second step, sessions, language."""

import io

from aiohttp import web

from bot import audit
from studio.web import cookies
from studio.web.accounts import second_step, sessions, staff
from studio.web.accounts.joining import mistakes_of_password, new_password
from studio.web.accounts.sealing import Seal
from studio.web.accounts.signing_in import renewed
from studio.web.refusals import Refusal
from studio.web.routing import url
from studio.web.visit import Visit

_KEY_SECONDS = 1800  # from seeing the picture to the first code


async def show(visit: Visit) -> web.StreamResponse:
    """Everything about oneself on one page."""
    return await _page(visit)


async def change_password(visit: Visit) -> web.StreamResponse:
    """Another password; every other session ends, this one goes on under a new token."""
    studio, person = visit.studio, visit.person
    if not studio.settings.studio_passwords:
        raise Refusal(404, "not_found")
    mistakes = await _mistake_of_current(visit) or mistakes_of_password(visit, person.name, person.email)
    if mistakes:
        return await _page(visit, mistakes)
    values = {"password": await studio.passwords.hash(new_password(visit))}
    await staff.change(studio.store, person, "account.password", values, staff.Act(person.name, studio.clock()))
    response = visit.back("/account", "accounts_password_changed")
    await renewed(visit, response)
    return response


async def sign_out_elsewhere(visit: Visit) -> web.StreamResponse:
    """End all sessions but this one."""
    ended = await sessions.close_all(visit.studio.store, visit.person, but=visit.session)
    who = visit.person.name
    await audit.write(visit.studio.store, who, "session.ended_elsewhere", who, clock=visit.studio.clock)
    return visit.back("/account", "accounts_ended", count=ended)


async def show_second_step(visit: Visit) -> web.StreamResponse:
    """The picture and the key for an app. Nothing is kept before the first right code."""
    if visit.person.has_second_step:
        return visit.back("/account")
    return _offer(visit, second_step.new_key())


async def picture(visit: Visit) -> web.StreamResponse:
    """The key as a QR code, opened from what the page has sealed."""
    import segno  # only those who set up a second step need it

    key = _opened(visit, visit.asked("key"))
    address = second_step.app_address(key, visit.person, visit.studio.city.name)
    drawn = io.BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", scale=5, border=4, light="#fff", nl=False)
    return web.Response(body=drawn.getvalue(), content_type="image/svg+xml")


async def turn_on(visit: Visit) -> web.StreamResponse:
    """The first right code turns it on; the recovery codes are shown this once."""
    studio, person = visit.studio, visit.person
    if person.has_second_step:
        return visit.back("/account")
    key = _opened(visit, visit.text("key", 500))
    mistakes = await _mistake_of_current(visit)
    step = second_step.fits(key, visit.text("code", 40), studio.clock())
    if step is None:
        mistakes = {**mistakes, "code": visit.say("accounts_code_wrong")}
    if mistakes or step is None:
        return _offer(visit, key, mistakes)
    codes = await second_step.turn_on(studio, person, key, step)
    response = visit.page("accounts/recovery.html", codes=codes)
    await renewed(visit, response)
    return response


async def turn_off(visit: Visit) -> web.StreamResponse:
    """Only with the password and a code: a borrowed screen is not enough."""
    if not visit.person.has_second_step:
        return visit.back("/account")
    if mistakes := await _mistake_of_current(visit, "off_password") or await _mistake_of_code(visit, "off_code"):
        return await _page(visit, mistakes)
    await second_step.turn_off(visit.studio, visit.person, visit.person.name)
    response = visit.back("/account", "accounts_second_off_told")
    await renewed(visit, response)
    return response


async def change_language(visit: Visit) -> web.StreamResponse:
    """The language of the pages."""
    language = "es" if visit.text("language") == "es" else "en"
    act = staff.Act(visit.person.name, visit.studio.clock())
    await staff.change(visit.studio.store, visit.person, "account.language", {"language": language}, act)
    response = visit.back("/account")
    cookies.take_back(visit.studio, response, cookies.LANGUAGE)
    return response


async def _page(visit: Visit, mistakes: dict[str, str] | None = None) -> web.Response:
    studio, mine = visit.studio, visit.session
    open_ones = await sessions.open_ones(studio.store, visit.person, studio.clock())
    left = len((await staff.secrets_of(studio.store, visit.person.id)).recovery)
    return visit.page(
        "accounts/account.html", status=422 if mistakes else 200, mistakes=mistakes or {}, left=left,
        sessions=[(id == (mine and mine.id), opened, used) for id, opened, used in open_ones],
        passwords=studio.settings.studio_passwords,
    )  # fmt: skip


def _offer(visit: Visit, key: str, mistakes: dict[str, str] | None = None) -> web.Response:
    sealed = _seal(visit).close([visit.person.id, key], visit.studio.clock())
    groups = " ".join(key[at : at + 4] for at in range(0, len(key), 4))
    return visit.page(
        "accounts/second_step.html", status=422 if mistakes else 200, mistakes=mistakes or {}, key=sealed,
        groups=groups, picture=url("/account/second-step/picture", key=sealed),
    )  # fmt: skip


def _opened(visit: Visit, sealed: str) -> str:
    """The key that was offered to this very person. Raises Refusal."""
    told = _seal(visit).open(sealed, visit.studio.clock(), _KEY_SECONDS)
    if not told or told[0] != visit.person.id:
        raise Refusal(404, "form_expired")
    return str(told[1])


def _seal(visit: Visit) -> Seal:
    return Seal(visit.studio.settings.secret, "offered second step")


async def _mistake_of_current(visit: Visit, field: str = "current") -> dict[str, str]:
    """Whether it is really the person: the password again, with the limits of signing in."""
    studio, person = visit.studio, visit.person
    if not person.has_password:
        return {}
    if not await studio.limits.guess(person.email, visit.address):
        return {field: visit.say("accounts_locked_out")}
    kept = (await staff.secrets_of(studio.store, person.id)).password
    if not await studio.passwords.fits(kept, str(visit.form.get(field, ""))[:500]):
        return {field: visit.say("accounts_current_wrong")}
    await studio.limits.guessed_right(person.email, visit.address)
    return {}


async def _mistake_of_code(visit: Visit, field: str) -> dict[str, str]:
    if not await visit.studio.limits.guess(visit.person.email, visit.address):
        return {field: visit.say("accounts_locked_out")}
    passes = await second_step.passes(visit.studio, visit.person, visit.text(field, 40))
    return {} if passes else {field: visit.say("accounts_code_wrong")}
