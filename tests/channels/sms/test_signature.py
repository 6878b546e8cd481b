"""Only Twilio, with one of the channel's tokens, gets through."""

import json
from pathlib import Path
from typing import Any

import pytest

from channels.sms.signature import body_hash, is_genuine, sign

VECTORS = Path(__file__).parents[3] / ".." / "shared" / "data" / "twilio" / "signatures.json"
URL = "https://chat.example.gov/v1/sms/city/inbound"
FORM = [("From", "+15550100"), ("Body", ""), ("MessageSid", "SM1"), ("Body2", " spaces stay ")]


def vectors() -> list[Any]:
    if not VECTORS.exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason="shared/data/twilio/signatures.json is not here"))]
    return [pytest.param(case, id=case["id"]) for case in json.loads(VECTORS.read_text("utf-8"))]


@pytest.mark.parametrize("case", vectors())
def test_the_vectors_of_twilio_s_own_libraries_hold(case: dict[str, Any]) -> None:
    params = None if case["params"] is None else [(name, value) for name, value in case["params"]]
    body = (case["body"] or "").encode()
    genuine = is_genuine(case["signature"], case["url"], [case["token"]], params=params, body=body)
    assert genuine is case["valid"]


def test_blank_values_and_spaces_are_part_of_what_is_signed() -> None:
    signature = sign(URL, "token", FORM)
    assert is_genuine(signature, URL, ["token"], params=FORM)
    assert not is_genuine(signature, URL, ["token"], params=[pair for pair in FORM if pair[1]])
    assert not is_genuine(signature, URL, ["token"], params=[(name, value.strip()) for name, value in FORM])


def test_during_a_rotation_both_tokens_are_good() -> None:
    assert is_genuine(sign(URL, "new", FORM), URL, ["old", "new"], params=FORM)
    assert not is_genuine(sign(URL, "lost", FORM), URL, ["old", "new"], params=FORM)
    assert not is_genuine(sign(URL, "", FORM), URL, [], params=FORM)


@pytest.mark.parametrize("signature", ["", "x", "ñ", "A" * 10_000])
def test_a_broken_signature_is_only_wrong(signature: str) -> None:
    assert not is_genuine(signature, URL, ["token"], params=FORM)


def test_a_body_that_is_no_form_needs_its_hash() -> None:
    body = b'{"a": 1}'
    url = f"{URL}?bodySHA256={body_hash(body)}"
    assert is_genuine(sign(url, "token"), url, ["token"], params=None, body=body)
    assert not is_genuine(sign(url, "token"), url, ["token"], params=None, body=b'{"a": 2}')
    assert not is_genuine(sign(URL, "token"), URL, ["token"], params=None, body=body)
