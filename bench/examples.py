"""How accuracy grows with the examples of a question: `python bench/examples.py --data DIR [--plot FILE.svg]`.

DIR/<set> holds `train` and `valid` with `seq.in` and `label` each; of `train` a fixed mixed part is learned.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.nlu import Questions, percent, read, run  # noqa: E402
from bench.plots import Line, plot  # noqa: E402


def main() -> None:
    """Prints a table and draws it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sets", nargs="+", default=["BANKING77", "CLINC150", "HWU64"])
    parser.add_argument("--examples", type=int, nargs="+", default=[2, 5, 10, 20, 50])
    parser.add_argument("--asked", type=int, default=1000, help="questions of `valid`")
    parser.add_argument("--seed", type=int, default=0, help="which examples are learned")
    parser.add_argument("--plot", type=Path)
    arguments = parser.parse_args()
    lines = [Line(name, []) for name in arguments.sets]
    print("| set | examples | accuracy |\n|---|---|---|")
    for line in lines:
        whole, valid = (read(arguments.data / line.name / part) for part in ("train", "valid"))
        asked = random.Random(1).sample(range(len(valid.texts)), min(arguments.asked, len(valid.texts)))
        for count in arguments.examples:
            told = run({"stock": False, "train": few(whole, count, arguments.seed),
                        "texts": [valid.texts[one] for one in asked]})  # fmt: skip
            pairs = zip(told["answers"], asked, strict=True)
            accuracy = percent([answer["guesses"][0] == valid.labels[one] for answer, one in pairs])
            line.points.append((count, accuracy))
            print(f"| {line.name} | {count} | {accuracy} |", flush=True)
    if arguments.plot:
        plot(arguments.plot, "Right answers by number of examples a question", "examples", "%", lines)


def few(questions: Questions, count: int, seed: int) -> list[list[str]]:
    """So many examples of each label, always the same ones."""
    pairs = sorted(set(zip(questions.texts, questions.labels, strict=True)))
    random.Random(seed).shuffle(pairs)
    seen: Counter[str] = Counter()
    chosen = []
    for text, label in pairs:
        seen[label] += 1
        if seen[label] <= count:
            chosen.append([text, label, "en"])
    return chosen


if __name__ == "__main__":
    main()
