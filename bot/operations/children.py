"""Child processes that never outlive us: each in its own group, ended by the system if we are killed."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

LONGEST_LINE = 1024 * 1024
"""Of a child's output, in bytes."""
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


async def spawn(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> asyncio.subprocess.Process:
    """Start a child whose output is piped to us. Raises OSError where the program cannot be started.

    Its own session keeps the terminal's Ctrl-C away from it: we decide in which order children stop.
    """
    return await asyncio.create_subprocess_exec(
        *command,
        env=dict(environment),
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=LONGEST_LINE,
        start_new_session=True,
        preexec_fn=die_with_parent() if sys.platform == "linux" else None,
    )


async def end(process: asyncio.subprocess.Process, grace: float) -> None:
    """Ask the child and its own children to stop; after `grace` seconds kill them."""
    if process.returncode is None:
        _signal_group(process, signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), grace)
    kill(process)
    await process.wait()


def kill(process: asyncio.subprocess.Process) -> None:
    """End the child's whole group at once."""
    _signal_group(process, signal.SIGKILL)


def _signal_group(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def die_with_parent() -> Callable[[], None]:
    """What the child runs before its program: Linux kills it when we die, even by kill -9."""
    parent, prctl = os.getpid(), ctypes.CDLL(None).prctl

    def arrange() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # we died before the arrangement held
            os._exit(1)

    return arrange
