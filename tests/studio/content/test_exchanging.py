"""Texts go out to translators in a table and come back."""

from pathlib import Path

import pytest

from studio.cli import main
from studio.content.tables import read_table, write_table

ANSWERS = """responses:
  utter_fee:  # asked often
  - metadata: {language: en}
    text: "It costs {fee}."
    buttons:
    - {title: "=More", payload: "/more"}
  - metadata: {language: es}
    text: "Cuesta {fee}."
"""


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_table_goes_out_and_comes_back(tmp_path: Path, suffix: str, capsys: pytest.CaptureFixture[str]) -> None:
    root = tmp_path / "city"
    answers = root / "data" / "topics" / "fees" / "answers.yml"
    answers.parent.mkdir(parents=True)
    answers.write_text(ANSWERS)
    table = tmp_path / f"texts{suffix}"
    assert main(["content", "export", str(table), str(root)]) == 0
    assert main(["content", "import", str(table), str(root), "--yes"]) == 0
    assert answers.read_text() == ANSWERS

    rows = read_table(table)
    spanish = rows[0].index("es")
    assert any("=More" in row for row in rows)
    rows[1][spanish] = "El costo es {fee}."
    write_table(table, rows)
    assert main(["content", "import", str(table), str(root), "--json"]) == 0
    assert answers.read_text() == ANSWERS  # shown only
    assert main(["content", "import", str(table), str(root), "--yes"]) == 0
    assert answers.read_text() == ANSWERS.replace("Cuesta {fee}.", "El costo es {fee}.")

    rows[1][spanish] = "Vale {fee}."  # changed in the file since that export
    rows.append(["gone", *[""] * (len(rows[0]) - 1)])
    write_table(table, rows)
    capsys.readouterr()
    assert main(["content", "import", str(table), str(root), "--yes"]) == 1
    said = capsys.readouterr().err
    assert "changed here since" in said and "Vale {fee}." in said and "“gone”" in said
    assert "El costo es {fee}." in answers.read_text()


def test_a_lost_blank_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data" / "topics").mkdir(parents=True)
    answers = tmp_path / "data" / "topics" / "answers.yml"
    answers.write_text(ANSWERS)
    table = tmp_path / "texts.csv"
    main(["content", "export", str(table), str(tmp_path)])
    table.write_text(table.read_text().replace("Cuesta {fee}", "Cuesta {precio}"))
    assert main(["content", "import", str(table), str(tmp_path), "--yes"]) == 1
    said = capsys.readouterr().err
    assert "Row 2" in said and "{fee} is missing" in said and "{precio} is not" in said
    assert answers.read_text() == ANSWERS
    assert main(["content", "import", str(tmp_path / "none.csv"), str(tmp_path)]) == 2
