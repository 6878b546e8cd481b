"""Everything that `make test` promises: a browser, a trained model, style, types, and all tests.

Arguments go to pytest: `make test ONLY="tests/bot -k lanes"`. Without any, everything runs side by side; each part's
output follows when it has ended, with the reasons for what was skipped.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DEBIANS = BROWSERS[0]
LOUD = "!" * 100
TRAINING = ("model", [str(BIN / "assistant"), "train"])
CHECKS = (
    ("style (ruff)", [str(BIN / "ruff"), "check", "--quiet", "--output-format", "concise", "."]),
    ("types (mypy)", [str(BIN / "mypy"), "--no-error-summary"]),
)
MEANWHILE = (("channels",), ("actions",))
"""What needs neither a model nor a browser, and runs while those are made."""
PARTS = (
    ("browser/test_newcomer.py",),
    ("journeys", "browser/test_journeys.py", "studio/rehearsal", "studio/web/trying"),
    ("studio/web",),
    ("nlu",),
    ("studio",),
    ("browser",),
    ("bot",),
    ("agency",),
)
"""What one pytest runs, the longest first: some share servers that take long to start. All else is in a last part."""


def main(pytest_arguments: Sequence[str]) -> int:
    """0 only if every check passed; each is run and reported even if an earlier one failed."""
    os.chdir(ROOT)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # each of a hundred programs would be compiled at each start
    failed = one_by_one(pytest_arguments) if pytest_arguments else side_by_side()
    if failed:
        print(f"\nNot passed: {', '.join(failed)}. See above.", flush=True)
    return 1 if failed else 0


def one_by_one(pytest_arguments: Sequence[str]) -> list[str]:
    """Chosen tests, whose output comes as it is written, after all that is needed. The names of what failed."""
    bring_browser()
    failed = [failure(name, command) for name, command in (TRAINING, *CHECKS)]
    return [*filter(None, failed), *([] if runs(pytest(*pytest_arguments)) else ["tests"])]


def side_by_side() -> list[str]:
    """Everything, one thing more at a time than there are processors: tests wait for servers now and then.

    The names of what failed. A missing browser is not among them: its tests say that they were skipped, and why.
    """
    print("Everything runs side by side; what each part says follows when it has ended.", flush=True)
    with ThreadPoolExecutor((os.cpu_count() or 1) + 1) as workers:
        trained, found = workers.submit(failure, *TRAINING), workers.submit(bring_browser)
        started = [workers.submit(failure, *each) for each in (*CHECKS, *map(part, MEANWHILE))]
        trained.result(), found.result()
        started += [workers.submit(failure, *each) for each in (*map(part, PARTS), the_rest())]
    return [*filter(None, (ended.result() for ended in (trained, *started)))]


def part(paths: Sequence[str]) -> tuple[str, list[str]]:
    """Its name and the command, which leaves out what is in a part of its own."""
    apart = [other for each in PARTS for other in each if any(other.startswith(f"{path}/") for path in paths)]
    return " ".join(paths), pytest(*(f"tests/{path}" for path in paths), *(f"--ignore=tests/{path}" for path in apart))


def the_rest() -> tuple[str, list[str]]:
    """All tests that nobody thought of above."""
    return "the rest", pytest("tests", *(f"--ignore=tests/{path}" for each in (*MEANWHILE, *PARTS) for path in each))


def pytest(*arguments: str) -> list[str]:
    """The command; without a cache, which the parts would write at once."""
    return [sys.executable, "-m", "pytest", "-rsxXfE", "--durations=10", "-p", "no:cacheprovider", *arguments]


def failure(name: str, command: Sequence[str]) -> str | None:
    """Run it, then show in one piece what it said, how it went and how long it took. The name if it failed."""
    started = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, text=True)
    well = done.returncode == 0
    print(f"{done.stdout}{'ok    ' if well else 'FAILED'} {name}, {time.monotonic() - started:.0f} s\n", flush=True)
    return None if well else name


def bring_browser() -> bool:
    """Have a Chromium: the machine's own, else Debian's by apt as root, else Playwright's; else say what is skipped."""
    if machine_browser() or playwright_browser():
        return True
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing Debian's {DEBIANS} for the browser tests ...", flush=True)
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", DEBIANS]
        if runs(["apt-get", "update", "-qq"], quiet) and runs(install, quiet, silent=True) and machine_browser():
            return True
    print("Fetching Playwright's own Chromium for the browser tests ...", flush=True)
    if runs([sys.executable, "-m", "playwright", "install", "chromium"], silent=True) and playwright_browser():
        return True
    print(f"{LOUD}\nNO BROWSER: all tests of the widget and the pages (marker `browser`) ARE SKIPPED.")
    print(f"Install chromium (as root: apt-get install {DEBIANS}) and run this again.\n{LOUD}", flush=True)
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
