"""Signing in, one-time links, and one's own account: who may call what."""

from studio.web.accounts import elsewhere, joining, own, signing_in
from studio.web.routing import Card, Route
from studio.web.visit import Visit

ROUTES = (
    Route("GET", "/sign-in", signing_in.show, None),
    Route("POST", "/sign-in", signing_in.sign_in, None),
    Route("GET", "/sign-in/code", signing_in.show_code, None),
    Route("POST", "/sign-in/code", signing_in.check_code, None),
    Route("GET", "/sign-in/elsewhere", elsewhere.go, None),
    Route("GET", "/sign-in/elsewhere/back", elsewhere.back, None),
    Route("POST", "/sign-out", signing_in.sign_out, None),
    Route("POST", "/language", signing_in.change_language, None),
    Route("GET", "/begin/{token}", joining.show_first, None),
    Route("POST", "/begin/{token}", joining.make_first, None),
    Route("GET", "/join/{token}", joining.show_join, None),
    Route("POST", "/join/{token}", joining.join, None),
    Route("GET", "/account", own.show, "viewer"),
    Route("POST", "/account/password", own.change_password, "viewer"),
    Route("POST", "/account/language", own.change_language, "viewer"),
    Route("POST", "/account/sign-out-elsewhere", own.sign_out_elsewhere, "viewer"),
    Route("GET", "/account/second-step", own.show_second_step, "viewer"),
    Route("GET", "/account/second-step/picture", own.picture, "viewer"),
    Route("POST", "/account/second-step", own.turn_on, "viewer"),
    Route("POST", "/account/second-step/off", own.turn_off, "viewer"),
)


async def home(visit: Visit) -> list[Card]:
    """Whoever can publish or give rights should not depend on a password alone."""
    if not visit.may("publisher") or not visit.person.has_password or visit.person.has_second_step:
        return []
    say = visit.say
    words = say("accounts_second_card"), "/account/second-step", say("accounts_second_set_up")
    return [Card(say("accounts_second_title"), *words)]
