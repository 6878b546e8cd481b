"""The `assistant` command as a person types it, in a folder of its own."""

import asyncio
import os
import socket
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import audit
from bot.errors import SettingError
from bot.operations import content, programs, training
from bot.operations.keys import GENERATED, with_secrets
from bot.operations.run import AlreadyRuns, addresses, only_one
from bot.settings import ROOT, Settings
from bot.store import open_store


def assistant(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name not in GENERATED}
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", *arguments],
        env={**clean, "ASSISTANT_DATA": str(tmp_path / "var"), **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_settings_are_listed_and_secrets_hidden(tmp_path: Path) -> None:
    done = assistant(tmp_path, "settings", RASA_SECRET="open sesame", ASSISTANT_PORT="8123")
    assert done.returncode == 0
    assert "open sesame" not in done.stdout
    lines = done.stdout.splitlines()
    assert any(line.startswith("RASA_SECRET") and "hidden" in line for line in lines)
    assert any(line.startswith("ASSISTANT_PORT") and "8123" in line and "changed" in line for line in lines)


def test_a_wrong_setting_is_one_sentence_and_no_traceback(tmp_path: Path) -> None:
    done = assistant(tmp_path, "doctor", ASSISTANT_PORT="eighty")
    assert done.returncode == 1
    assert done.stderr.strip() == "ASSISTANT_PORT is 'eighty', but it is a whole number."


def test_a_missing_city_profile_stops_the_start_with_the_remedy(tmp_path: Path) -> None:
    done = assistant(tmp_path, "run", CITY_FILE=str(tmp_path / "nowhere.yml"))
    assert done.returncode == 1
    assert "nowhere.yml is missing" in done.stderr and "Traceback" not in done.stderr


def test_a_taken_port_stops_the_start_before_anything_runs(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as holder:
        port = holder.getsockname()[1]
        done = assistant(tmp_path, "run", ASSISTANT_PORT=str(port))
    assert done.returncode == 1
    sentence = f"Port {port} (gateway) is taken by another program: stop that one, or choose another port with "
    assert sentence + f"ASSISTANT_PORT={port + 1} before the command." in done.stderr
    assert "Starting" not in done.stdout


def test_chat_says_how_to_start_when_nothing_runs(tmp_path: Path) -> None:
    done = assistant(tmp_path, "chat", "--url", "http://127.0.0.1:1")
    assert done.returncode == 1
    assert "`make run`" in done.stderr and "Traceback" not in done.stderr


async def test_a_script_may_choose_a_button_of_the_answer_it_waits_for(tmp_path: Path) -> None:
    posted: list[dict[str, str]] = []

    async def begin(_: web.Request) -> web.Response:
        return web.json_response({"session": "s", "secret": "x"}, status=201)

    async def post(request: web.Request) -> web.Response:
        posted.append(await request.json())
        return web.json_response({"number": len(posted) * 2 - 1}, status=202)

    async def poll(request: web.Request) -> web.Response:
        number, after = len(posted) * 2, int(request.query["after"])
        answer = {"number": number, "type": "message", "from": "assistant", "text": f"Answer {number}"}
        buttons = [{"title": "Report a problem", "token": f"token {number}"}]
        return web.json_response({"events": [{**answer, "buttons": buttons}] if number > after else []})

    async def end(_: web.Request) -> web.Response:
        return web.Response(status=204)

    app = web.Application()
    base = "/v1/web/city"
    app.add_routes([web.post(f"{base}/sessions", begin), web.post(f"{base}/messages", post)])
    app.add_routes([web.get(f"{base}/poll", poll), web.delete(f"{base}/sessions", end)])
    async with TestServer(app) as server:
        command = (sys.executable, "-m", "bot.cli", "chat", "--url", str(server.make_url("/")))
        pipe = asyncio.subprocess.PIPE
        environment = {**os.environ, "ASSISTANT_DATA": str(tmp_path)}
        script = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe)
        said, _ = await asyncio.wait_for(script.communicate(b"hello\n1\n"), 60)
    assert [(one.get("text"), one.get("token")) for one in posted] == [("hello", None), (None, "token 2")]
    assert "Answer 2" in said.decode() and "Answer 4" in said.decode()


def test_doctor_names_what_does_not_run_and_changes_nothing(tmp_path: Path) -> None:
    done = assistant(tmp_path, "doctor", ASSISTANT_PORT="1", RASA_URL="http://127.0.0.1:2")
    assert "gateway does not run" in done.stdout or "gateway's port" in done.stdout
    assert not (tmp_path / "var").exists()


def test_doctor_warns_of_secrets_that_others_can_read(tmp_path: Path) -> None:
    with_secrets({}, tmp_path / "var", make=True)
    path = tmp_path / "var/secrets.env"
    path.chmod(0o644)
    assert f"MEND Others on this machine can read the secrets: run `chmod 600 {path}`." in (
        assistant(tmp_path, "doctor").stdout
    )


async def test_doctor_tells_a_changed_audit_log(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    path = tmp_path / "var/assistant.db"
    store = await open_store(f"sqlite:///{path}")
    for name in ("utter_greet", "utter_bye"):
        await audit.write(store, "Ada", "answer.off", name, clock=lambda: 1.0)
    await store.close()
    assert "ok   The audit log is whole (2 entries)." in assistant(tmp_path, "doctor").stdout
    with closing(sqlite3.connect(path)) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE audit SET who = 'Bo' WHERE number = 1")
        database.commit()
    told = assistant(tmp_path, "doctor").stdout
    assert "MEND The audit log was tampered with. Entry 1 is not what was written then." in told


def test_secrets_are_made_once_for_their_owner_alone(tmp_path: Path) -> None:
    first = with_secrets({}, tmp_path, make=True)
    assert set(GENERATED) <= set(first) and all(len(first[name]) > 30 for name in GENERATED)
    assert stat.S_IMODE((tmp_path / "secrets.env").stat().st_mode) == 0o600
    assert with_secrets({}, tmp_path, make=True) == first


def test_a_secret_from_the_environment_wins_and_is_not_written(tmp_path: Path) -> None:
    assert with_secrets({"RASA_SECRET": "mine"}, tmp_path, make=True)["RASA_SECRET"] == "mine"
    assert "RASA_SECRET" not in (tmp_path / "secrets.env").read_text()


def test_a_data_folder_that_cannot_be_used_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where the folder should be")
    with pytest.raises(SettingError, match="choose another folder with ASSISTANT_DATA"):
        with_secrets({}, tmp_path / "var", make=True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("command", ["run", "train", "doctor"])
def test_a_read_only_data_folder_is_one_sentence(tmp_path: Path, command: str) -> None:
    with_secrets({}, tmp_path / "var", make=True)
    (tmp_path / "var").chmod(0o500)
    done = assistant(tmp_path, command)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert f"{tmp_path / 'var'} cannot be written." in done.stdout + done.stderr


def test_doctor_tells_a_store_that_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var/assistant.db").write_bytes(b"this is no database" * 100)
    assert "is damaged (file is not a database)" in assistant(tmp_path, "doctor").stdout


def test_a_second_start_on_the_same_data_is_refused(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(AlreadyRuns, match=f"process {os.getpid()}"), only_one(tmp_path):
        pass
    with only_one(tmp_path):
        pass


def test_an_agency_elsewhere_is_not_started_here(tmp_path: Path) -> None:
    file = tmp_path / "agencies.yml"
    file.write_text("requests: {kind: open311, url: 'https://311.example.gov/open311/v2'}")
    settings = Settings.from_env({"AGENCIES_FILE": str(file)})
    assert [program.name for program in programs.app_programs(settings, {})] == ["actions", "studio", "gateway"]
    assert "agency" not in [place.name for place in programs.places(settings, {})]


def test_the_studio_starts_unless_it_is_turned_off_and_the_start_tells_where_the_first_account_is_made(
    tmp_path: Path,
) -> None:
    settings = Settings.from_env({"ASSISTANT_DATA": str(tmp_path), "STUDIO_PORT": "18085"})
    studio = next(program for program in programs.app_programs(settings, {}) if program.name == "studio")
    assert studio.health == "http://127.0.0.1:18085/healthz"
    assert "studio" in [place.name for place in programs.places(settings, {})]
    assert "  Studio:     http://127.0.0.1:18085\n" in addresses(settings, {}, 1.0)
    (tmp_path / "studio-first-account").write_text("once")
    assert "http://127.0.0.1:18085/begin/once  (makes the first account)" in addresses(settings, {}, 1.0)
    off = Settings.from_env({"ASSISTANT_DATA": str(tmp_path), "STUDIO_PORT": "0"})
    assert "studio" not in [program.name for program in programs.app_programs(off, {})]
    assert "studio" not in [place.name for place in programs.places(off, {})]
    assert "Studio:" not in addresses(off, {}, 1.0)


def test_addresses_without_their_path_reach_our_own_parts() -> None:
    settings = Settings.from_env({"ACTIONS_URL": "http://127.0.0.1:6055"})
    told = programs.child_environment(settings, {}, ROOT, content.city(settings.city_file))
    assert told["ACTIONS_URL"] == "http://127.0.0.1:6055/webhook"


class TestTraining:
    """With a stand-in for Rasa, as a real program."""

    @pytest.fixture
    def project(self, tmp_path: Path) -> Path:
        (tmp_path / "nlu/.venv/bin").mkdir(parents=True)
        return tmp_path

    @staticmethod
    def rasa_that(project: Path, *lines: str) -> None:
        script = project / "nlu/.venv/bin/python"
        script.write_text("\n".join(["#!/bin/sh", *lines, ""]))
        script.chmod(0o755)

    async def test_what_rasa_said_last_is_told_and_all_of_it_is_logged(self, project: Path) -> None:
        self.rasa_that(project, "echo reading", "echo 'The model is up to date.'")
        said: list[str] = []
        assert not await training.train(project, project / "log", {}, said.append)
        assert said == ["  training The model is up to date."]
        assert (project / "log/train.log").read_text() == "reading\nThe model is up to date.\n"

    async def test_a_new_model_is_told_from_an_unchanged_one(self, project: Path) -> None:
        self.rasa_that(project, "echo 'Trained in 80 s.'")
        assert await training.train(project, project / "log", {}, print)

    async def test_a_failed_training_says_why_and_where_to_read_on(self, project: Path) -> None:
        self.rasa_that(project, "echo 'questions.en.yml: line 3 is wrong'", "exit 1")
        with pytest.raises(training.TrainingError, match=r"questions.en.yml: line 3 is wrong.*train.log"):
            await training.train(project, project / "log", {}, print)

    async def test_of_a_traceback_only_the_error_is_told(self, project: Path) -> None:
        last = [
            "  File importer.py, line 42",
            "nlu.content.Unreadable: data/a.yml cannot be read: found",
            "  no end",
            "^",
        ]
        self.rasa_that(project, *(f"echo '{line}'" for line in last), "exit 1")
        with pytest.raises(training.TrainingError, match=r"failed: data/a\.yml cannot be read: found no end \^\. The"):
            await training.train(project, project / "log", {}, print)

    async def test_a_training_that_is_given_up_leaves_no_process(self, project: Path) -> None:
        os.mkfifo(project / "pid")
        self.rasa_that(project, "echo $$ > pid", "exec tail -f /dev/null")
        task = asyncio.create_task(training.train(project, project / "log", {"PATH": os.environ["PATH"]}, print))
        pid = int(await asyncio.to_thread((project / "pid").read_text))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)

    async def test_a_missing_language_environment_names_the_command(self, tmp_path: Path) -> None:
        with pytest.raises(training.TrainingError, match="make setup"):
            await training.train(tmp_path, tmp_path / "log", {}, print)
