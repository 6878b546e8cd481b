"""How well and how fast questions are understood, by the pipeline of config.yml, on any set of questions.

    python bench/nlu.py --train DIR --test DIR [--valid DIR] [--oos FILE] [--noise SEED] [--baseline diet] [--json]

A DIR holds `seq.in` (a question a line) and `label` (what it asks). The out-of-scope file is a JSON object whose lists
hold [text, "oos"] pairs; only lists with "test" in their name are asked, where there are such. The threshold that keeps
95 % of what is in scope is chosen on `--valid`, else on the folder `valid` beside `--train`, else on `--test`.
`cpu_ms` is the processor's time, which does not grow when the machine has other work.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.texting import texted  # noqa: E402

PYTHON = ROOT / "nlu" / ".venv" / "bin" / "python"
KEPT = 0.95  # of the questions in scope
RESAMPLES = 1000


@dataclass(frozen=True)
class Questions:
    """Texts and, one for one, what they ask."""

    texts: list[str]
    labels: list[str]


def main() -> None:
    """Trains, asks, and prints a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--test", type=Path, required=True)
    parser.add_argument("--valid", type=Path)
    parser.add_argument("--oos", type=Path)
    parser.add_argument("--noise", type=int, metavar="SEED", help="ask the test's questions as people text them")
    parser.add_argument("--baseline", choices=["diet"], help="measure stock Rasa on the same questions too")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    results = {"pipeline": measure(arguments, stock=False)}
    if arguments.baseline:
        results[arguments.baseline] = measure(arguments, stock=True)
    if arguments.json:
        print(json.dumps(results if arguments.baseline else results["pipeline"], indent=2))
        return
    print("| what | " + " | ".join(results) + " |\n|---|" + "---|" * len(results))
    for name in results["pipeline"]:
        print(f"| {name} | " + " | ".join(_shown(result.get(name)) for result in results.values()) + " |")


def measure(arguments: argparse.Namespace, stock: bool) -> dict[str, Any]:
    """All figures of one pipeline."""
    train, test = read(arguments.train), read(arguments.test)
    beside = arguments.train.parent / "valid"
    valid = read(arguments.valid or (beside if beside.is_dir() else arguments.test))
    if arguments.noise is not None:
        chance = random.Random(arguments.noise)
        test = Questions([texted(text, chance) for text in test.texts], test.labels)
    foreign = read_foreign(arguments.oos) if arguments.oos else []
    kept_aside = valid.texts if foreign else []
    examples = [[text, label, "en"] for text, label in zip(train.texts, train.labels, strict=True)]
    told = run({"stock": stock, "train": examples, "texts": test.texts + foreign + kept_aside})
    asked = told["answers"][: len(test.texts)]
    right = [one["guesses"][0] == label for one, label in zip(asked, test.labels, strict=True)]
    result = {
        "questions": len(right),
        "accuracy": percent(right),
        "accuracy_95": interval(right),
        "macro_f1": macro_f1([one["guesses"][0] for one in asked], test.labels),
        **{
            f"{clock}_{name}": round(quantile([one[clock] for one in told["answers"]], share), 2)
            for clock in ("ms", "cpu_ms")
            for name, share in (("p50", 0.5), ("p95", 0.95))
        },
        "training_seconds": round(told["training_seconds"], 1),
        "peak_memory_mb": round(told["memory_mb"]),
    }
    if foreign:
        inside = [one["known"] for one in asked]
        outside = [one["known"] for one in told["answers"][len(right) : len(right) + len(foreign)]]
        least = quantile([one["known"] for one in told["answers"][len(right) + len(foreign) :]], 1 - KEPT)
        result["out_of_scope_recall"] = percent([known < least for known in outside])
        result["in_scope_kept"] = percent([known >= least for known in inside])
        result["out_of_scope_auroc"] = round(auroc(inside, outside), 4)
    return result


def read(folder: Path) -> Questions:
    """The questions of a folder."""
    texts, labels = ((folder / name).read_text(encoding="utf-8").split("\n") for name in ("seq.in", "label"))
    pairs = [(text.strip(), label.strip()) for text, label in zip(texts, labels, strict=False) if label.strip()]
    return Questions([text for text, _ in pairs], [label for _, label in pairs])


def read_foreign(path: Path) -> list[str]:
    """The questions that nobody taught it."""
    lists = json.loads(path.read_text(encoding="utf-8"))
    chosen = [name for name in lists if "test" in name and "oos" in name] or [name for name in lists if "oos" in name]
    return [pair[0] for name in chosen or lists for pair in lists[name] if pair[1] == "oos"]


def run(order: dict[str, Any]) -> dict[str, Any]:
    """What bench/pipeline.py makes of it, in a process of its own in the nlu environment."""
    command = [str(PYTHON), "-W", "ignore", "-m", "bench.pipeline"]
    done = subprocess.run(command, input=json.dumps(order), capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise SystemExit(f"The pipeline failed:\n{done.stderr[-3000:]}")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def percent(right: list[bool]) -> float:
    """Share of what is true."""
    return round(100 * sum(right) / max(len(right), 1), 2)


def interval(right: list[bool]) -> list[float]:
    """Where 95 % of the resampled shares lie."""
    chance = random.Random(0)
    shares = sorted(percent(chance.choices(right, k=len(right))) for _ in range(RESAMPLES))
    return [shares[int(RESAMPLES * 0.025)], shares[int(RESAMPLES * 0.975)]]


def macro_f1(said: list[str], labels: list[str]) -> float:
    """Mean over the labels of the harmonic mean of precision and recall, in percent."""
    hits: dict[str, int] = defaultdict(int)
    for one, label in zip(said, labels, strict=True):
        hits[label] += one == label
    each = [2 * hits[label] / (said.count(label) + labels.count(label)) for label in sorted(set(labels))]
    return round(100 * sum(each) / len(each), 2)


def quantile(values: list[float], share: float) -> float:
    """The value below which that share lies."""
    return sorted(values)[int(len(values) * share)]


def auroc(inside: list[float], outside: list[float]) -> float:
    """How often a question in scope has a larger value than one out of scope."""
    ordered = sorted([(value, 1) for value in inside] + [(value, 0) for value in outside])
    ranks = sum(rank for rank, (_, own) in enumerate(ordered, 1) if own)
    return (ranks - len(inside) * (len(inside) + 1) / 2) / (len(inside) * len(outside))


def _shown(value: Any) -> str:
    return " to ".join(map(str, value)) if isinstance(value, list) else str(value)


if __name__ == "__main__":
    main()
