"""What a thousand topics cost: training, one text, one turn, beside twenty topics of the same kind.

    python bench/scale.py [--topics 20 1000] [--examples 15] [--texts 300] [--turns] [--plot FILE.svg]

The topics are made up ("renew a parking permit", "appeal a water bill", ...), with one answer each. Training counts
from texts that were never read before. A text is read by `python -m nlu parse`; a turn goes through the whole of Rasa.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.plots import Line, plot  # noqa: E402

PYTHON = ROOT / "nlu" / ".venv" / "bin" / "python"
VERBS = "get renew appeal cancel pay replace transfer report check change".split()
KINDS = "parking water garden building food music street animal trash swimming".split()
THINGS = "permit bill license fee inspection class map refund record card".split()
FORMS = (
    "how do i {0} a {1} {2}", "where can i {0} my {1} {2}", "i want to {0} the {1} {2}", "{0} {1} {2}",
    "can i {0} a {1} {2} online", "what do i need to {0} a {1} {2}", "help me {0} my {1} {2} please",
    "who do i call to {0} a {1} {2}", "is it possible to {0} a {1} {2} today", "need to {0} {1} {2} asap",
    "my neighbor wants to {0} a {1} {2}", "which office lets me {0} the {1} {2}", "steps to {0} a {1} {2}",
    "i have to {0} my {1} {2} this week", "tell me how people {0} a {1} {2}", "when should i {0} a {1} {2}",
    "what form do i use to {0} my {1} {2}", "does it cost anything to {0} a {1} {2}",
)  # fmt: skip
ASKED = (
    "so how would somebody {0} the {1} {2}", "{1} {2}: can you {0} it", "looking to {0} one {1} {2} soon",
    "hi, my mother wants to {0} her {1} {2}", "what happens when i {0} a {1} {2}", "{0} my {1} {2}?", "{1} {2} {0}",
    "who can {0} the {1} {2} for us", "is there a way to {0} our {1} {2}", "i never learned how to {0} a {1} {2}",
    "we should {0} that {1} {2} before friday", "does anybody know how to {0} a {1} {2}", "the {1} {2}, i must {0} it",
    "could you please {0} my {1} {2}", "they told me to {0} the {1} {2} here", "how long until i can {0} a {1} {2}",
)  # fmt: skip


def main() -> None:
    """Prints a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--topics", type=int, nargs="+", default=[20, 1000])
    parser.add_argument("--examples", type=int, default=15)
    parser.add_argument("--texts", type=int, default=300, help="how many are timed")
    parser.add_argument("--turns", action="store_true", help="measure a whole server, too")
    parser.add_argument("--plot", type=Path, help="write milliseconds against topics to this file")
    arguments = parser.parse_args()
    middle, slow = [], []
    print("| topics | training, s | right, % | one text, p50 / p95, ms |\n|---|---|---|---|", flush=True)
    for topics in arguments.topics:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            write(root, topics, arguments.examples)
            trained = train(root)
            right, times = read(root, topics, arguments.texts)
            p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
            middle.append((topics, p50))
            slow.append((topics, p95))
            print(f"| {topics} | {trained:.0f} | {right:.1f} | {p50:.1f} / {p95:.1f} |", flush=True)
            if arguments.turns:
                turns = [sys.executable, str(ROOT / "bench" / "nlu_turns.py"), "--root", str(root), "--messages", "200"]
                subprocess.run(turns, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)
    if arguments.plot:
        lines = [Line("half of the texts", middle), Line("95 of 100", slow)]
        plot(arguments.plot, "Milliseconds to read a text, by number of topics", "topics", "ms", lines)


def combinations(topics: int) -> list[tuple[str, str, str]]:
    """What so many topics are about, in a fixed mixed order."""
    every = list(itertools.product(VERBS, KINDS, THINGS))
    random.Random(0).shuffle(every)
    return every[:topics]


def write(root: Path, topics: int, examples: int) -> None:
    """A project with so many topics."""
    for name in ("config.yml", "city.yml", "endpoints.yml", "credentials.yml"):
        shutil.copy(ROOT / name, root)
    shutil.copy(ROOT / "tests" / "nlu" / "project" / "domain.yml", root)
    hello = Path("data", "topics", "hello")
    shutil.copytree(ROOT / "tests" / "nlu" / "project" / hello, root / hello)
    for words in combinations(topics):
        name, folder = "faq/" + "_".join(words), root / "data" / "topics" / "_".join(words)
        folder.mkdir(parents=True)
        lines = "".join(f"    - {form.format(*words)}\n" for form in FORMS[:examples])
        questions = f'version: "3.1"\nnlu:\n- intent: {name}\n  metadata: {{title: "{words[2]}"}}\n  examples: |\n'
        (folder / "questions.en.yml").write_text(questions + lines)
        wording = f"  - text: It is done at City Hall.\n    metadata: {{language: en, owner: {words[1]}}}\n"
        (folder / "answers.yml").write_text(f"responses:\n  utter_{name}:\n{wording}")


def train(root: Path) -> float:
    """Seconds."""
    started = time.perf_counter()
    command = [str(PYTHON), "-m", "nlu", "train"]
    done = subprocess.run(command, cwd=root, env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stdout[-1000:] + done.stderr[-3000:])
    return time.perf_counter() - started


def read(root: Path, topics: int, count: int) -> tuple[float, list[float]]:
    """How many of new questions are understood, in percent, and the milliseconds that each took, in order."""
    every = [(form, words) for words in combinations(topics) for form in ASKED]
    chosen = random.Random(1).sample(every, min(count + 1, len(every)))  # none twice: a text read once is remembered
    command = [str(PYTHON), "-m", "nlu", "parse"]
    right, times = 0, []
    with subprocess.Popen(
        command, cwd=root, env=_environment(), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parser:
        assert parser.stdin and parser.stdout
        for form, words in chosen:  # the first waits for the start
            started = time.perf_counter()
            parser.stdin.write(json.dumps({"text": form.format(*words), "language": "en"}) + "\n")
            parser.stdin.flush()
            told = json.loads(parser.stdout.readline())
            times.append((time.perf_counter() - started) * 1000)
            best = next((one[0] for one in told["ranking"] if one[0] != "nlu_fallback"), "")
            right += best == "faq/" + "_".join(words)
    return 100 * right / len(times), sorted(times[1:])


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}


if __name__ == "__main__":
    main()
