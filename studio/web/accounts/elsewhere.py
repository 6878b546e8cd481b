"""Signing in with the city's own account: there and back, and whom of ours it is."""

import logging
from dataclasses import asdict

from aiohttp import web

from studio.web import cookies
from studio.web.accounts import oidc, signing_in, staff
from studio.web.accounts.person import Person
from studio.web.accounts.sealing import Seal
from studio.web.refusals import Refusal
from studio.web.routing import local
from studio.web.visit import Visit

log = logging.getLogger(__name__)
_SECONDS = 600  # to sign in at the other side


async def go(visit: Visit) -> web.StreamResponse:
    """On to the city's sign-in."""
    studio = visit.studio
    if not studio.settings.oidc_issuer:
        raise Refusal(404, "not_found")
    beginning = oidc.begin()
    try:
        to = await oidc.address(studio.settings, beginning)
    except oidc.SignInFailed as error:
        return _failed(visit, str(error), "accounts_elsewhere_away")
    kept = [asdict(beginning), local(visit.asked("next"), "")]
    response = web.Response(status=303, headers={"Location": to})
    cookies.put(studio, response, cookies.STATE, _seal(visit).close(kept, studio.clock()), _SECONDS)
    return response


async def back(visit: Visit) -> web.StreamResponse:
    """Back from there: check every word of it, then open a session for whom it is."""
    studio = visit.studio
    sealed = cookies.get(studio, visit.request, cookies.STATE)
    kept = _seal(visit).open(sealed, studio.clock(), _SECONDS) if sealed else None
    if not studio.settings.oidc_issuer or not kept:
        return _failed(visit, "no beginning", "accounts_elsewhere_failed")
    try:
        beginning, asked = oidc.Beginning(**kept[0]), dict(visit.request.query)
        identity = await oidc.identity(studio.settings, beginning, asked, studio.clock())
    except oidc.SignInFailed as error:
        return _failed(visit, str(error), "accounts_elsewhere_failed")
    person = await _person(visit, identity)
    if person is None:
        return _failed(visit, "nobody of ours", "accounts_elsewhere_nobody")
    response = await signing_in.open_for(visit, person, kept[1])
    cookies.take_back(studio, response, cookies.STATE)
    return response


async def _person(visit: Visit, identity: oidc.Identity) -> Person | None:
    """Who is known under this subject; else whose address it is, and from then on by subject."""
    store = visit.studio.store
    person = await staff.by_subject(store, identity.subject)
    if person is None and identity.email:
        person = await staff.by_email(store, identity.email)
        if person is None or person.disabled or person.is_linked:  # linked: to somebody else there
            return None
        act = staff.Act(person.name, visit.studio.clock())
        await staff.change(store, person, "account.linked", {"subject": identity.subject}, act)
    return person if person and not person.disabled else None


def _failed(visit: Visit, why: str, key: str) -> web.Response:
    log.warning("city_sign_in_failed", extra={"why": why})
    response = signing_in.page(visit, "", status=422, mistake=key)
    cookies.take_back(visit.studio, response, cookies.STATE)
    return response


def _seal(visit: Visit) -> Seal:
    return Seal(visit.studio.settings.secret, "city sign-in")
