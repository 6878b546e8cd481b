"""The whole public surface in one list: every route, who may call it, and which limit holds."""

import re
from dataclasses import fields

from bot.settings import Settings
from channels.gateway import ROUTES

EXPECTED = """
POST   /v1/web/{channel}/sessions   anyone     session_limit
DELETE /v1/web/{channel}/sessions   resident   read_limit
POST   /v1/web/{channel}/messages   resident   message_limit
POST   /v1/web/{channel}/handover   resident   handover_limit
GET    /v1/web/{channel}/events     resident   read_limit
GET    /v1/web/{channel}/poll       resident   read_limit
GET    /v1/web/{channel}/plain      anyone     page_limit
POST   /v1/web/{channel}/plain      anyone     page_limit
POST   /v1/sms/{channel}/inbound    provider   webhook_limit
POST   /v1/sms/{channel}/status     provider   webhook_limit
POST   /v1/agency/events            anyone     page_limit
GET    /v1/pictures/{token}         anyone     page_limit
GET    /healthz                     anyone     page_limit
GET    /readyz                      anyone     page_limit
GET    /metrics                     operator   page_limit
GET    /openapi.json                anyone     page_limit
GET    /                            anyone     page_limit
GET    /assets/{name}               anyone     page_limit
"""


def test_the_public_routes_are_exactly_these():
    served = {
        (route.method, re.sub(r"\{(\w+):[^}]*\}", r"{\1}", route.path), route.caller, route.limit) for route in ROUTES
    }
    assert served == {tuple(line.split()) for line in EXPECTED.strip().splitlines()}
    assert len(ROUTES) == len(served)


def test_every_limit_of_a_route_is_a_setting():
    assert {route.limit for route in ROUTES} <= {field.name for field in fields(Settings)}
