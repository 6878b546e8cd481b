"""`assistant doctor` on texting: what is on, what is off and why, what waits for staff."""

import asyncio
from dataclasses import replace
from pathlib import Path

from bot.operations.finding import Finding
from bot.operations.text_checks import examine_texting
from bot.settings import Settings
from tests.fakes.texting import CREDENTIALS, Texting


async def told(settings: Settings, environment: dict[str, str]) -> dict[str, str]:
    """State of each finding by its words."""
    found: list[Finding] = await asyncio.to_thread(lambda: list(examine_texting(settings, environment)))
    return {finding.words: finding.state for finding in found}


async def test_what_is_off_says_why_and_names_the_phone_on_the_desk(tmp_path: Path) -> None:
    findings = await told(replace(Settings(), data_dir=tmp_path), {})
    assert list(findings.values()) == ["note", "note"]
    off, desk = findings
    assert "TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_NUMBERS not set" in off and "127.0.0.1:8095" in desk


async def test_a_real_account_needs_https(tmp_path: Path) -> None:
    settings = replace(Settings(), data_dir=tmp_path, public_url="http://chat.example.gov")
    assert "mend" in (await told(settings, CREDENTIALS)).values()
    settings = replace(settings, public_url="https://chat.example.gov")
    assert list((await told(settings, CREDENTIALS)).values()) == ["ok"]


async def test_pauses_parked_texts_and_who_has_stopped_are_told(city: Texting) -> None:
    await city.text("STOP", number="+13125550111")
    await city.text("STOP", number="+13125550112")
    await city.text("START", number="+13125550112")
    city.twilio.troubles.append("429")
    await city.text("hello")
    await city.until(lambda rows: [row.error for row in rows] == ["20429"])
    await city.hurry(status="parked")
    words = "\n".join(await told(city.settings, CREDENTIALS))
    assert "Sending from city pauses for" in words and "Twilio said 20429" in words
    assert "Nobody knows if 1 text(s) were sent" in words and "assistant sms retry all" in words
    assert "1 phone(s) asked for no more texts" in words
