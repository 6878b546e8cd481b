"""Signing in, one-time links, and one's own account: who may call what."""

from studio.web.accounts import joining, signing_in
from studio.web.routing import Route

ROUTES = (
    Route("GET", "/sign-in", signing_in.show, None),
    Route("POST", "/sign-in", signing_in.sign_in, None),
    Route("GET", "/sign-in/code", signing_in.show_code, None),
    Route("POST", "/sign-in/code", signing_in.check_code, None),
    Route("POST", "/sign-out", signing_in.sign_out, None),
    Route("POST", "/language", signing_in.change_language, None),
    Route("GET", "/begin/{token}", joining.show_first, None),
    Route("POST", "/begin/{token}", joining.make_first, None),
    Route("GET", "/join/{token}", joining.show_join, None),
    Route("POST", "/join/{token}", joining.join, None),
)
