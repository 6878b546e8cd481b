"""The OpenAPI description is sound, is the one that is served, and says what really happens."""

import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from ruamel.yaml import YAML

import channels
from channels.gateway import ROUTES
from tests.fakes.rasa import say

pytestmark = pytest.mark.asyncio(loop_scope="module")

DESCRIPTION = YAML(typ="safe").load((Path(channels.__file__).parent / "openapi.yml").read_text(encoding="utf-8"))


def schema(name):
    reference = f"urn:api#/components/schemas/{name}"
    return Draft202012Validator(
        {"$ref": reference}, registry=_registry(), format_checker=Draft202012Validator.FORMAT_CHECKER
    )


def _registry():
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT202012

    return Registry().with_resource("urn:api", Resource(DESCRIPTION, specification=DRAFT202012))


async def test_the_description_is_valid_openapi():
    OpenAPIV31SpecValidator(DESCRIPTION).validate()


async def test_the_description_is_served(gateway):
    assert await gateway.call("GET", "/openapi.json") == (200, DESCRIPTION)


async def test_the_description_names_every_route_and_no_other():
    described = {
        (method.upper(), path)
        for path, item in DESCRIPTION["paths"].items()
        for method in item
        if method != "parameters"
    }
    served = {(route.method, re.sub(r"\{(\w+):[^}]*\}", r"{\1}", route.path)) for route in ROUTES}
    assert served - described == {("GET", "/"), ("GET", "/assets/{name}")}
    assert described <= served


async def test_requests_and_answers_are_as_described(gateway):
    gateway.rasa.answer = lambda body: say(
        "Which one?", source="https://www.brightwater.example/x", buttons=[{"title": "This", "payload": "/this"}]
    )
    status, opened = await gateway.call("POST", "/v1/web/city/sessions", json={"lang": "es"})
    assert status == 201
    schema("NewSession").validate({"lang": "es"})
    schema("Session").validate(opened)
    resident = await gateway.resident()
    message = {"client_msg_id": "a", "text": "hello"}
    schema("NewMessage").validate(message)
    status, accepted = await resident.post(message)
    assert status == 202
    schema("Accepted").validate(accepted)
    events = await resident.events(2)
    schema("Events").validate({"events": events})
    assert events[1]["source"] and events[1]["buttons"] and events[1]["feedback"]
    press = {"client_msg_id": "b", "token": events[1]["buttons"][0]["token"]}
    schema("NewMessage").validate(press)
    assert (await resident.post(press))[0] == 202
    async with resident.stream() as stream:
        event = await stream.event()
        event.pop("id")
        schema("Event").validate(event)
    assert (await gateway.call("DELETE", "/v1/web/city/sessions", headers=resident.key)) == (204, {})
    schema("Health").validate((await gateway.call("GET", "/healthz"))[1])
    schema("Readiness").validate((await gateway.call("GET", "/readyz"))[1])


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": "hello"},
        {"client_msg_id": "a"},
        {"client_msg_id": "a b", "text": "hello"},
        {"client_msg_id": "a", "text": ""},
        {"client_msg_id": "a", "text": "x" * 2001},
        {"client_msg_id": "a", "text": 1},
        {"client_msg_id": "a", "text": "hello", "token": "x"},
        {"client_msg_id": "a", "text": "hello", "more": 1},
        {"client_msg_id": "a", "text": "hello", "lang": []},
    ],
)
async def test_what_the_description_forbids_is_refused_as_described(resident, body):
    assert not schema("NewMessage").is_valid(body)
    status, answer = await resident.post(body)
    assert status == 400
    schema("Error").validate(answer)
