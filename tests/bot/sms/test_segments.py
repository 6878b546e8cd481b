"""A text message costs what carriers charge, and is cut where they cut it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sms.segments import foreign, measure

VECTORS = Path(__file__).parents[3] / ".." / "shared" / "data" / "twilio" / "segments.json"


def vectors() -> list[Any]:
    if not VECTORS.exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason="shared/data/twilio/segments.json is not here"))]
    told = json.loads(VECTORS.read_text("utf-8"))
    return [
        pytest.param(case, id=case.get("id") or case["testDescription"])
        for case in told["upstream"] + told["oracle_cases"]
    ]


@pytest.mark.parametrize("case", vectors())
def test_the_vectors_of_twilio_s_own_calculator_hold(case: dict[str, Any]) -> None:
    segments = measure(case["body"])
    assert (segments.encoding, segments.count) == (case["encoding"], case["segments"])
    assert segments.units * (7 if segments.encoding == "GSM-7" else 16) == case["messageSize"]
    if "parts" in case:
        assert list(segments.parts) == case["parts"]


@given(st.text(max_size=500))
def test_nothing_is_lost_and_every_part_fits(text: str) -> None:
    segments = measure(text)
    assert "".join(segments.parts) == text
    room = {"GSM-7": 160, "UCS-2": 70} if segments.count == 1 else {"GSM-7": 153, "UCS-2": 67}
    for part in segments.parts:
        alone = (
            measure(part).units if segments.encoding == "GSM-7" else len(part.encode("utf-16-le", "surrogatepass")) // 2
        )
        assert alone <= room[segments.encoding]


def test_the_dear_characters_are_named_once() -> None:
    assert foreign("¿Está aquí? Sí, ahí está.") == ("á", "í")
    assert foreign("¿Mañana? {10 €}") == ()


def test_a_chain_of_joined_characters_longer_than_a_part_is_cut_all_the_same() -> None:
    segments = measure("a" + "\u0301" * 200)
    assert segments.count == 3
