"""Several Rasa servers on one database and one Redis: a conversation is never changed by two of them."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.fakes.servers import Postgres, Server

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / "nlu" / ".venv" / "bin" / "python"


@pytest.mark.rasa
def test_a_turn_that_comes_second_is_refused_and_nothing_of_it_is_kept(
    postgres: Postgres, redis_server: Server
) -> None:
    shared = {
        "TRACKER_STORE_URL": postgres.fresh().replace("+asyncpg", ""),
        "REDIS_URL": f"redis://127.0.0.1:{redis_server.port}/0",
        "PYTHONPATH": str(ROOT),
    }
    played = subprocess.run(
        [PYTHON, "-W", "ignore", Path(__file__).with_name("two_servers.py")],
        env=os.environ | shared, cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert played.returncode == 0, played.stderr
    told = json.loads(played.stdout.splitlines()[-1])
    assert told == {"only one at a time": True, "free afterwards": True, "refused": True, "kept": ["first", "third"]}
