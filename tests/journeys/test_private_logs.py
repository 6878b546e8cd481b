"""What people write stays out of the logs: a whole conversation, then a look into every log there is."""

import os
from pathlib import Path

import aiohttp
import pytest

from bench.resident import Event, Resident
from tests.stack import running_stack

pytestmark = pytest.mark.rasa
STREET = "4821 Quillback Street"
TOLD = (
    f"there is a pothole at {STREET}, my bike broke there",
    "zanzibar@example.com",
    "call me at 555-867-5309, my name is Wilhelmina Oxenford",
    "necesito pagar mi multa xylophonia por favor",
    "what is the gobbledygook qwertzuiop",
    "/restart gatecrasher",
)
NEVER_LOGGED = (
    "quillback", "zanzibar", "867-5309", "oxenford", "xylophonia", "multa", "gobbledygook", "gatecrasher",
    "my bike",
)  # fmt: skip


async def test_no_log_holds_what_a_person_wrote_chose_or_where_they_are(tmp_path: Path) -> None:
    with running_stack(tmp_path, LOG_LEVEL="DEBUG") as stack:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as http:
            resident = await Resident(http, stack.url).open()
            answer = await resident.ask(TOLD[0])
            answer = await _press(resident, answer, "Yes, that is it")
            for words in TOLD[1:]:
                answer = await resident.ask(words)
            stack.kill("actions")  # errors on the way must be as silent
            await resident.ask(f"pothole at {STREET} again, says Oxenford")
            await resident.close()
    logs = {path.name: path.read_text("utf-8").lower() for path in (tmp_path / "log").iterdir()}
    assert {"gateway.log", "rasa.log", "actions.log"} <= set(logs)
    assert "request" in logs["gateway.log"]
    leaks = {(name, word) for name, text in logs.items() for word in NEVER_LOGGED if word in text}
    assert not leaks
    assert not [word for word in NEVER_LOGGED if word in "\n".join(stack.lines).lower()]
    assert os.stat(tmp_path / "secrets.env").st_mode & 0o077 == 0


async def _press(resident: Resident, answer: Event, title: str) -> Event:
    tokens = {button["title"]: button["token"] for button in answer["buttons"]}
    return await resident.ask("", token=tokens[title])
