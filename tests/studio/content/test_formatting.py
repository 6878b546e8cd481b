"""One plain style for content files."""

from pathlib import Path

import pytest

from bot.settings import ROOT
from studio.cli import main
from studio.content.formatting import formatted


def test_only_the_style_changes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    untidy = "nlu:  # why\r\n- intent: a   \r\n\r\n\r\n\r\n  examples: |\r\n    - hi\r\n\r\n\r\n"
    tidy = "nlu:  # why\n- intent: a\n\n  examples: |\n    - hi\n"
    assert formatted(untidy) == formatted(tidy) == tidy
    file = tmp_path / "data" / "nlu.yml"
    file.parent.mkdir()
    file.write_bytes(untidy.encode())
    assert main(["content", "fmt", str(tmp_path), "--check"]) == 1
    assert file.read_bytes() == untidy.encode()
    assert main(["content", "fmt", str(tmp_path)]) == 0
    assert file.read_bytes() == tidy.encode()
    assert main(["content", "fmt", str(tmp_path), "--check"]) == 0


def test_spaces_that_mean_something_stay() -> None:
    text = "a: |\n  one  \n\n\n\n  two\n"
    assert formatted(text) == text


def test_our_files_settle_at_once() -> None:
    for file in sorted((ROOT / "data" / "topics").glob("f*/answers.yml")):
        once = formatted(file.read_text())
        assert formatted(once) == once and "\n\n\n" not in once
