"""How long the check of the content takes: ours, and 1,000 made-up topics (15 examples, 2 languages, 2 channels)."""

import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[1]
TOPICS, EXAMPLES = 1000, 15
_META = "{language: en, owner: parks, source: https://www.example.gov/parks, review_by: 2099-05-01}"


def main() -> None:
    """Print the table of docs/measurements.md."""
    print("| content | seconds, Python's start included |\n|---|---|")
    print(f"| ours | {_seconds(ROOT):.1f} |")
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder))
        print(f"| {TOPICS} topics | {_seconds(Path(folder)):.1f} |")


def _seconds(root: Path) -> float:
    start = perf_counter()
    command = [sys.executable, "-m", "studio", "content", "check", str(root)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stdout[-2000:] + done.stderr)
    return perf_counter() - start


def write(root: Path) -> None:
    """A project of 1,000 topics."""
    (root / "domain.yml").write_text('version: "3.1"\n')
    (root / "city.yml").write_text("name: Brightwater\nlanguages: [en, es]\n")
    for number in range(TOPICS):
        folder = root / "data" / "topics" / f"topic_{number}"
        folder.mkdir(parents=True)
        name = f"faq/topic_{number}"
        for language in ("en", "es"):
            lines = "".join(f"    - how do i get thing {number} in way {each} {language}\n" for each in range(EXAMPLES))
            head = (
                f'version: "3.1"\n\nnlu:\n- intent: {name}\n  metadata:\n    title: "Thing {number}"\n  examples: |\n'
            )
            (folder / f"questions.{language}.yml").write_text(head + lines)
        (folder / "answers.yml").write_text(f"responses:\n  utter_{name}:\n" + "".join(_wordings(number)))
    (root / "data" / "topics" / "topic_0" / "rules.yml").write_text(
        'version: "3.1"\n\nrules:\n- rule: answer\n  steps:\n  - intent: faq\n  - action: utter_faq\n'
    )


def _wordings(number: int) -> list[str]:
    text = f"Thing {number} is at City Hall. Bring your card. It takes a day and costs nothing."
    kinds = (_META, ""), ("{language: en}", "sms"), ("{language: es}", ""), ("{language: es}", "sms")
    return [
        f"  - metadata: {meta}\n" + (f"    channel: {channel}\n" if channel else "") + f'    text: "{text}"\n'
        for meta, channel in kinds
    ]


if __name__ == "__main__":
    main()
