"""Makes both Python environments from their lock files, then hands over to the `assistant` command.

Runs under any Python 3.8 or newer with nothing installed: `python3 bootstrap.py [--dev] [COMMAND ...]`.
Without a command it only prepares. When nothing has changed it costs a tenth of a second and no network.
"""

# ruff: noqa: S310, S603, S606 (it runs programs and reads PyPI: that is its whole purpose)
from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
UV_VERSION = "0.13.9"  # fetched when the machine has none
UV_OLDEST = (0, 5)  # the oldest that reads our lock files and dependency groups
PYPI_UV = "https://pypi.org/simple/uv/"
NLU_SIZE_GB = 3
# What another Python's set-up may have left in the environment and would lead ours astray.
MISLEADING = (
    "CONDA_PREFIX", "PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPATH", "PYENV_VERSION", "UV_PROJECT",
    "UV_PROJECT_ENVIRONMENT", "UV_PYTHON", "UV_SYSTEM_PYTHON", "UV_WORKING_DIRECTORY", "VIRTUAL_ENV",
)  # fmt: skip
NO_PYTHON_310 = """\
No Python 3.10 was found or could be fetched, and the language environment (Rasa) runs on nothing else.
Any one of these mends it; then run the same command again:
  - install python3.10 (with your system's packages, pyenv install 3.10, or conda create -n py310 python=3.10)
  - name one that you have: PYTHON310=/path/to/python3.10 make run
  - allow downloads from github.com, so that uv can fetch one"""


class SetupError(Exception):
    """Set-up cannot go on; the text tells a person what happened and what to do."""


def main(arguments: list[str]) -> None:
    """Prepare, then become the `assistant` command given in `arguments` (if any)."""
    dev = "--dev" in arguments[:1]
    command = arguments[1:] if dev else arguments
    if os.name != "posix":
        raise SetupError("This runs on Linux and macOS. On Windows, use it inside WSL (wsl --install).")
    environment = {name: value for name, value in os.environ.items() if name not in MISLEADING}
    prepare_app(environment, dev)
    prepare_nlu(environment)
    if command:
        os.chdir(str(ROOT))
        assistant = str(ROOT / ".venv/bin/assistant")
        os.execve(assistant, [assistant, *command], environment)


# --- the two environments -------------------------------------------------------------------------------------------


def prepare_app(environment: dict[str, str], dev: bool) -> None:
    """Make `.venv` (the app, Python 3.11 or newer) unless it already is what the lock file says."""
    venv = ROOT / ".venv"
    if is_fresh(ROOT) and (has_dev(venv) or not dev):
        return
    groups = ["--dev"] if dev or has_dev(venv) else ["--no-dev"]
    this_python = [sys.executable] if (3, 11) <= sys.version_info[:2] <= (3, 14) else [">=3.11,<3.15"]
    python = [] if runs(venv / "bin/python", "import sys; assert sys.version_info >= (3, 11)") else this_python
    sync("the app environment", ROOT, python, groups, environment)
    write_stamp(ROOT)


def prepare_nlu(environment: dict[str, str]) -> None:
    """Make `nlu/.venv` (Rasa, Python 3.10) unless it already is what the lock file says."""
    project = ROOT / "nlu"
    if is_fresh(project):
        return
    free = shutil.disk_usage(str(project)).free / 1e9
    if not (project / ".venv").exists() and free < NLU_SIZE_GB:
        raise SetupError(f"The language environment needs {NLU_SIZE_GB} GB of disk; {free:.1f} GB are free. Free some.")
    python = [] if is_python_310(project / ".venv/bin/python") else [find_python_310(environment)]
    sync("the language environment (Rasa, large: one to several minutes)", project, python, [], environment)
    write_stamp(project)


def sync(what: str, project: Path, python: list[str], groups: list[str], environment: dict[str, str]) -> None:
    """Install exactly what the project's lock file says into its `.venv`."""
    command = [find_uv(environment), "sync", "--frozen", "--project", str(project), *groups]
    command += ["--python", python[0]] if python else []
    if run_with_progress(f"Making {what}", command, environment):
        raise SetupError(
            f"Could not make {what.split(' (')[0]}: the lines above say why. Without a network only what was fetched "
            "before can be installed. Once it is mended, run the same command again: it goes on where it stopped."
        )


def digest(project: Path) -> str:
    """What an environment depends on: the lock file, the project file, and where it lies (scripts hold full paths)."""
    content = [(project / name).read_bytes() for name in ("uv.lock", "pyproject.toml")]
    return hashlib.sha256(b"\0".join([str(project).encode(), *content])).hexdigest()


def write_stamp(project: Path) -> None:
    (project / ".venv/made-from").write_text(digest(project))


def is_fresh(project: Path) -> bool:
    stamp = project / ".venv/made-from"
    return stamp.exists() and (project / ".venv/bin/python").exists() and stamp.read_text() == digest(project)


def has_dev(venv: Path) -> bool:
    """Whether the tools for tests are installed; once there, they stay."""
    return (venv / "bin/pytest").exists()


# --- finding or fetching uv -----------------------------------------------------------------------------------------


def find_uv(environment: dict[str, str]) -> str:
    """A uv that really runs (a pyenv shim may only pretend to), fetched into `.uv/` if the machine has none."""
    private = ROOT / ".uv/bin/uv"
    candidates = [str(private), environment.get("UV", ""), *on_path("uv", environment)]
    for candidate in filter(None, candidates):
        if uv_version(candidate) >= UV_OLDEST:
            return candidate
    print(f"Fetching uv {UV_VERSION} (it installs Python packages) into .uv/ ...", flush=True)
    reasons = []
    for fetch in (fetch_uv_with_pip, fetch_uv_from_pypi):
        with tempfile.TemporaryDirectory(dir=str(ROOT), prefix=".uv-") as folder:
            try:
                fetch(Path(folder))
            except (OSError, ValueError, subprocess.SubprocessError) as error:
                reasons.append(str(getattr(error, "stderr", None) or error).strip().splitlines()[-1:])
                continue
            if uv_version(str(Path(folder, "bin/uv"))) >= UV_OLDEST:
                shutil.rmtree(str(ROOT / ".uv"), ignore_errors=True)
                shutil.copytree(folder, str(ROOT / ".uv"))
                return str(private)
    said = "; ".join(line for reason in reasons for line in reason)
    raise SetupError(
        f"Could not fetch uv from PyPI ({said}). Check the network, or install uv yourself "
        "(https://docs.astral.sh/uv/), then run the same command again."
    )


def uv_version(uv: str) -> tuple[int, ...]:
    """The version of this uv, or () if it does not run."""
    words = output([uv, "--version"]).split()
    return tuple(int(part) for part in words[1].split(".")[:2] if part.isdigit()) if words[:1] == ["uv"] else ()


def fetch_uv_with_pip(folder: Path) -> None:
    """By pip first: it knows a company's mirror and certificates."""
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
         "--only-binary", ":all:", "--target", str(folder), f"uv=={UV_VERSION}"],
        check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=600,
    )  # fmt: skip


def fetch_uv_from_pypi(folder: Path) -> None:
    """By hand where Python comes without pip (Debian): read PyPI's index (PEP 691), check the hash, unpack."""
    request = urllib.request.Request(PYPI_UV, headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        files = json.load(answer)["files"]
    # On Linux the musl build is linked statically and runs everywhere.
    system = "macosx" if sys.platform == "darwin" else "musllinux"
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    names = [f for f in files if f["filename"].startswith(f"uv-{UV_VERSION}-")]
    wheels = [f for f in names if system in f["filename"] and machine in f["filename"]]
    if not wheels:
        raise ValueError(f"PyPI has no uv for {system} on {machine}")
    with urllib.request.urlopen(wheels[0]["url"], timeout=600) as answer:
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != wheels[0]["hashes"]["sha256"]:
        raise ValueError("the downloaded uv does not match its published hash")
    wheel = folder / "uv.whl"
    wheel.write_bytes(content)
    (folder / "bin").mkdir()
    with zipfile.ZipFile(str(wheel)) as archive, open(str(folder / "bin/uv"), "wb") as program:
        program.write(archive.read(f"uv-{UV_VERSION}.data/scripts/uv"))
    (folder / "bin/uv").chmod(0o755)
    wheel.unlink()


# --- finding or fetching Python 3.10 --------------------------------------------------------------------------------


def find_python_310(environment: dict[str, str]) -> str:
    """A Python 3.10 that really runs: named, on PATH, in a pyenv or conda folder, uv's own, or fetched by uv."""
    named = environment.get("PYTHON310")
    if named and not is_python_310(Path(named)):
        raise SetupError(f"PYTHON310 is {named}, which is not a Python 3.10 that runs. Correct it or leave it out.")
    home = Path(environment.get("HOME", "/"))
    kept_by_tools = [  # each keeps its Pythons in a folder of their own, off PATH or behind a shim that may fail
        (Path(environment.get("PYENV_ROOT", "/nowhere")), "versions/3.10.*/bin/python3.10"),
        (home, ".pyenv/versions/3.10.*/bin/python3.10"),
        (home, ".asdf/installs/python/3.10.*/bin/python3.10"),
        (home, "*conda*/envs/*/bin/python3.10"),
    ]
    in_folders = [str(path) for folder, pattern in kept_by_tools for path in sorted(folder.glob(pattern))]
    candidates = [named, sys.executable, *on_path("python3.10", environment), *in_folders]
    for candidate in filter(None, candidates):
        if is_python_310(Path(candidate)):
            return candidate
    uv = find_uv(environment)
    own = output([uv, "python", "find", "--no-python-downloads", "--no-project", "3.10"], environment).strip()
    if own and is_python_310(Path(own)):
        return own
    fetch = [uv, "python", "install", "3.10"]
    if run_with_progress("Fetching Python 3.10 (none is on this machine)", fetch, environment):
        raise SetupError(NO_PYTHON_310)
    return "3.10"


def is_python_310(path: Path) -> bool:
    """Whether this runs, is 3.10 and has the parts that Rasa needs (a self-built one may lack some)."""
    return runs(path, "import sys, ssl, sqlite3, ctypes, bz2; assert sys.version_info[:2] == (3, 10)")


# --- running other programs -----------------------------------------------------------------------------------------


def on_path(name: str, environment: dict[str, str]) -> list[str]:
    """Every program of this name on PATH, in order: the first may be a shim that fails."""
    folders = environment.get("PATH", "").split(os.pathsep)
    found = [shutil.which(name, path=folder) for folder in folders if folder]
    return list(dict.fromkeys(path for path in found if path))


def output(command: list[str], environment: dict[str, str] | None = None) -> str:
    """What the command prints, or nothing if it fails."""
    try:
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, timeout=60,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout if done.returncode == 0 else ""


def runs(python: Path, code: str) -> bool:
    return python.exists() and output([str(python), "-c", code + "\nprint('yes')"]).strip() == "yes"


def run_with_progress(what: str, command: list[str], environment: dict[str, str]) -> int:
    """Run a long command: its own progress on a terminal, else a line now and then; returns its exit status."""
    live = sys.stderr.isatty()
    print(f"{what} ...", flush=True)
    start = time.monotonic()
    process = subprocess.Popen(command if live else [*command, "--quiet"], env=environment, cwd=str(ROOT))
    try:
        while True:
            try:
                status = process.wait(timeout=None if live else 20)
                break
            except subprocess.TimeoutExpired:
                print(f"  still at it after {time.monotonic() - start:.0f} s", flush=True)
    except BaseException:
        process.terminate()
        process.wait()
        raise
    if status == 0:
        print(f"  done in {time.monotonic() - start:.0f} s", flush=True)
    return status


def stop(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    try:
        main(sys.argv[1:])
    except SetupError as error:
        sys.exit(f"\n{error}")
    except KeyboardInterrupt:
        sys.exit("\nStopped while setting up. Nothing is broken: run the same command again to go on.")
