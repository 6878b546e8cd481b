"""Everything that `make test` promises: a browser, a trained model, style, types, and all tests.

Arguments go to pytest: `make test ONLY="tests/bot -k lanes"`. Without any, several parts run side by side; each one's
output follows when it has ended, with the reasons for what was skipped.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LOUD = "!" * 100
PARTS = (("studio",), ("nlu",), ("browser", "journeys"), ("actions",), ("channels",), ("bot",))
"""Folders that one pytest runs, the longest first: some share servers that take long to start."""


def main(pytest_arguments: Sequence[str]) -> int:
    """0 only if every check passed; each is run and reported even if an earlier one failed."""
    os.chdir(ROOT)
    checks: list[tuple[str, Callable[[], bool]]] = [
        ("browser", bring_browser),
        ("model", lambda: runs([str(BIN / "assistant"), "train"])),
        ("style (ruff)", lambda: runs([str(BIN / "ruff"), "check", "--quiet", "--output-format", "concise", "."])),
        ("types (mypy)", lambda: runs([str(BIN / "mypy"), "--no-error-summary"])),
    ]
    failed = [name for name, check in checks if not report(name, check)]
    tests_passed = runs(pytest(*pytest_arguments)) if pytest_arguments else in_parts()
    # A missing browser fails nothing here: its tests say themselves that they were skipped, and why.
    failed = [name for name in failed if name != "browser"] + ([] if tests_passed else ["tests"])
    if failed:
        print(f"\nNot passed: {', '.join(failed)}. See above.", flush=True)
    return 1 if failed else 0


def in_parts() -> bool:
    """All tests, one part more at a time than there are processors: most of them wait for servers now and then.

    A folder that nobody thought of is in the last part.
    """
    named = {name for part in PARTS for name in part}
    found = sorted(path.name for path in (ROOT / "tests").iterdir() if path.name.startswith("test_") or path.is_dir())
    others = tuple(name for name in found if name not in named | {"fakes", "__pycache__"})
    with ThreadPoolExecutor((os.cpu_count() or 1) + 1) as workers:
        return all([*workers.map(part_passes, (*PARTS, others))])


def part_passes(names: Sequence[str]) -> bool:
    """Run one part, then show what it said, in one piece."""
    started = time.monotonic()
    command = pytest(*(str(ROOT / "tests" / name) for name in names))
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, text=True)
    print(f"{done.stdout}\n== {' '.join(names)}: {time.monotonic() - started:.0f} s", flush=True)
    return done.returncode == 0


def pytest(*arguments: str) -> list[str]:
    """The command; without a cache, which the parts would write at once."""
    return [sys.executable, "-m", "pytest", "-rsxXfE", "--durations=10", "-p", "no:cacheprovider", *arguments]


def report(name: str, check: Callable[[], bool]) -> bool:
    """Run one check and print how it went and how long it took."""
    started = time.monotonic()
    passed = check()
    print(f"{'ok    ' if passed else 'FAILED'} {name}, {time.monotonic() - started:.0f} s", flush=True)
    return passed


def bring_browser() -> bool:
    """Have a Chromium: the machine's own, else Debian's by apt as root, else Playwright's; else say what is skipped."""
    if machine_browser() or playwright_browser():
        return True
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Debian's chromium for the browser tests ...", flush=True)
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
        if runs(["apt-get", "update", "-qq"], quiet) and runs(install, quiet, silent=True) and machine_browser():
            return True
    print("Fetching Playwright's own Chromium for the browser tests ...", flush=True)
    if runs([sys.executable, "-m", "playwright", "install", "chromium"], silent=True) and playwright_browser():
        return True
    print(f"{LOUD}\nNO BROWSER: all tests of the widget and the pages (marker `browser`) ARE SKIPPED.")
    print(f"Install chromium (as root: apt-get install chromium) and run this again.\n{LOUD}", flush=True)
    return False


def machine_browser() -> str | None:
    """A Chromium on PATH that really runs (Ubuntu's may be an empty stub)."""
    found = filter(None, map(shutil.which, BROWSERS))
    return next((path for path in found if runs([path, "--version"], silent=True)), None)


def playwright_browser() -> bool:
    """Whether Playwright has fetched its own Chromium before."""
    code = "from playwright.sync_api import sync_playwright as s, Error\nwith s() as p: p.chromium.launch().close()"
    return runs([sys.executable, "-c", code], silent=True)


def runs(command: Sequence[str], extra: dict[str, str] | None = None, *, silent: bool = False) -> bool:
    """Run it; True if it ended well. Its output is shown unless `silent`."""
    output = subprocess.DEVNULL if silent else None
    try:
        done = subprocess.run(command, env={**os.environ, **(extra or {})}, stdout=output, stderr=output, check=False)
    except OSError:
        return False
    return done.returncode == 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
