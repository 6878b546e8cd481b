"""`assistant run`: from a prepared folder to a city page that answers, until Ctrl-C."""

import asyncio
import contextlib
import fcntl
import os
import signal
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.errors import AssistantError
from bot.operations import content, programs, training
from bot.operations.desk_phone import phone_address, simulated_twilio
from bot.operations.first_account import first_link
from bot.operations.keys import FILE
from bot.operations.supervisor import Say, Supervisor
from bot.published import city_file, live_folder
from bot.settings import Settings


class AlreadyRuns(AssistantError):
    """A second start on the same data folder."""


async def run(settings: Settings, environment: Mapping[str, str], root: Path, say: Say) -> None:
    """Start everything, keep it running, stop it in order. Raises AssistantError where it cannot start."""
    city = content.city(city_file(settings))  # a mistake in it is said now, not by four processes
    programs.check_folder(settings.data_dir)
    with only_one(settings.data_dir):
        programs.check_ports(programs.places(settings, environment))
        logs = settings.data_dir / "log"
        child = programs.child_environment(settings, environment, root, city)
        say("Starting. Ctrl-C stops everything.")
        started = time.monotonic()
        with contextlib.suppress(asyncio.CancelledError):
            async with Supervisor(root, logs, say) as supervisor:
                _stop_on_signals(supervisor, say)
                await _start(supervisor, settings, child, root, say)
                await supervisor.all_ready()
                say(addresses(settings, environment, time.monotonic() - started))
                await asyncio.Event().wait()
        say("Stopped.")


async def _start(supervisor: Supervisor, settings: Settings, child: Mapping[str, str], root: Path, say: Say) -> None:
    """Rasa takes longest, so it starts first, with the model there is; a newer one follows when it is trained."""
    rasa = programs.rasa_program(settings, child, root) if programs.rasa_is_here(settings) else None
    folder = live_folder(settings.published_dir) or root  # a newer version of this software may have to learn it anew
    trained_before = training.model(folder) is not None
    if rasa and trained_before:
        supervisor.start(rasa)
    for program in programs.app_programs(settings, child):
        supervisor.start(program)
    if rasa is None:
        return
    try:
        quiet, logs = programs.rasa_environment(child), settings.data_dir / "log"
        new = await training.train(root, logs, quiet, say, folder=folder)
    except training.TrainingError as error:
        if not trained_before:
            raise
        # A mistake in the content must not take a running city's assistant away after a restart.
        say(f"{error}\nGoing on with the model trained before this change.")
        return
    if not trained_before:
        supervisor.start(rasa)
    elif new:
        supervisor.renew(rasa.name, "new model")


def _stop_on_signals(supervisor: Supervisor, say: Say) -> None:
    """The first signal stops in order; the second kills."""
    task, asked = asyncio.current_task(), asyncio.Event()

    def stop() -> None:
        if asked.is_set():
            supervisor.kill_all()
            return
        asked.set()
        say("Stopping (once more to kill) ...")
        if task is not None:
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop)


def addresses(settings: Settings, environment: Mapping[str, str], seconds: float) -> str:
    """What a start tells the person at the terminal: who finds what where."""
    lines = [f"Ready in {seconds:.0f} s.", f"  Residents:  {programs.page_address(settings)}"]
    agency = [place for place in programs.places(settings, environment) if place.name == "agency"]
    if agency:
        staff = f"http://{agency[0].host}:{agency[0].port}/staff"
        lines.append(f"  Staff:      {staff}  (password: AGENCY_STAFF_PASSWORD in {settings.data_dir / FILE})")
    if settings.studio_port:
        lines.append(f"  Studio:     {_studio(settings)}")
    if simulated_twilio(settings, environment):
        lines.append(f"  Texting:    {phone_address(settings)}  (a simulated phone; no real text is sent)")
    lines.append(f"  Logs:       {settings.data_dir / 'log'}")
    return "\n".join(lines)


def _studio(settings: Settings) -> str:
    link = first_link(settings.studio_address, settings.data_dir)
    return f"{link}  (makes the first account)" if link else settings.studio_address


@contextlib.contextmanager
def only_one(data_dir: Path) -> Iterator[None]:
    """Hold the data folder for this process. Raises AlreadyRuns; the system lets go even after kill -9."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)  # what residents wrote is in it
    path = data_dir / "run.lock"
    with open(path, "a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = path.read_text("ascii").strip() or "unknown"
            raise AlreadyRuns(
                f"The assistant already runs with the data folder {data_dir} (process {holder}). Stop it there with "
                f"Ctrl-C or `kill {holder}`, or choose another folder with ASSISTANT_DATA."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
