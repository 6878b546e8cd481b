"""Whatever a directory does, the person hears an honest sentence in time; of two directories one may be down."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.actions.caller import Caller
from tests.actions.conftest import Server, free_port
from tests.fakes.agency import TROUBLES, TroubledAgency, passing_to

PROMISED = 5.0  # seconds to a sentence
ASK = ("action_find_service", "food box near Alder Street", "find_service")


async def started(environment: dict[str, str], agencies: Path) -> tuple[Server, Caller]:
    port = free_port()
    own = {**environment, "AGENCIES_FILE": str(agencies), "ACTIONS_PORT": str(port)}
    server = Server(["actions"], f"http://127.0.0.1:{port}/health", own)
    await asyncio.to_thread(server.start)
    return server, Caller(f"http://127.0.0.1:{port}")


@pytest.fixture
async def troubled(
    environment: dict[str, str], agency: Server, tmp_path: Path
) -> AsyncIterator[tuple[TroubledAgency, Caller, Caller]]:
    """A directory with troubles; a caller who has only this one, and one who has a second, healthy one."""
    healthy = f"http://127.0.0.1:{environment['AGENCY_PORT']}"
    async with TroubledAgency(passing_to(healthy)).running() as running:
        requests = f"requests: {{kind: open311, url: '{healthy}/open311/v2'}}\n"
        entry = f"{{kind: hsds, url: '{running.url}/hsds/v3'}}\n"
        (tmp_path / "one.yml").write_text(requests + f"county: {entry}")
        (tmp_path / "two.yml").write_text(
            requests + f"county: {entry}directory: {{kind: hsds, url: '{healthy}/hsds/v3'}}\n"
        )
        first, alone = await started(environment, tmp_path / "one.yml")
        second, both = await started(environment, tmp_path / "two.yml")
        yield running, alone, both
        running.trouble = ""
        await asyncio.to_thread(first.stop)
        await asyncio.to_thread(second.stop)


async def test_every_trouble_becomes_a_sentence_and_a_second_directory_goes_on(
    troubled: tuple[TroubledAgency, Caller, Caller],
) -> None:
    agency, alone, both = troubled
    for trouble in TROUBLES:
        agency.trouble = trouble
        for caller, expected in ((alone, {"utter_services_unavailable"}), (both, {"utter_services_found_more"})):
            began = time.monotonic()
            said = await asyncio.to_thread(caller.run, *ASK)
            assert set(said) == expected, (trouble, said)
            assert time.monotonic() - began < PROMISED, trouble


async def test_what_two_directories_know_is_told_once(troubled: tuple[TroubledAgency, Caller, Caller]) -> None:
    _, _, both = troubled
    await asyncio.to_thread(both.run, *ASK)
    assert both.words.count("Alder Street Food Box") == 1
    assert len({own for _, own, _ in both.slots["services"]["keys"]}) == len(both.slots["services"]["keys"])
