"""1,000 random changes of our content and of hand-made files: how many change just what they should, and how fast."""

import argparse
import random
from collections import Counter
from pathlib import Path
from statistics import quantiles
from time import perf_counter

from studio.content.editing.tree import parse
from tests.studio.content.random_edits import HAND_MADE, REFUSED, RIGHT, change, dressed, files, outcome

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    pick = random.Random(chosen.seed)
    ours = [path for path in files(ROOT) if path.parent != HAND_MADE]
    hand_made = sorted(HAND_MADE.glob("*.yml"))
    good: Counter[str] = Counter()
    bad: list[str] = []
    refused = 0
    times: list[float] = []
    for number in range(chosen.edits):
        path = pick.choice(hand_made if number % 3 == 0 else ours)
        text = dressed(pick, path.read_bytes().decode())
        tree = parse(text)
        if tree is None:
            continue
        made = change(pick, tree.data())
        began = perf_counter()
        came = outcome(text, made)
        times.append(perf_counter() - began)
        if came == RIGHT:
            good[made.kind] += 1
        elif came == REFUSED:
            refused += 1
        else:
            bad.append(f"{path.relative_to(ROOT)}: {made.kind}: {came}")
    cuts = quantiles(times, n=20)
    print(f"right: {sum(good.values())} of {len(times)}  {dict(good)}; {refused} {REFUSED}")
    print(f"time of an edit with its checks: median {cuts[9] * 1000:.0f} ms, p95 {cuts[18] * 1000:.0f} ms")
    print("\n".join(bad))


if __name__ == "__main__":
    main()
