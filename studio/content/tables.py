"""Tables in files, .csv and .xlsx, in which no cell can be taken for a formula."""

import csv
import re
import zipfile
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import IllegalCharacterError, InvalidFileException

_FORMULA = re.compile(r"'*[=+\-@\t\r]")  # what a spreadsheet would run


def write_table(file: Path, table: list[list[str]]) -> None:
    """Write it as .csv or .xlsx; no cell can be taken for a formula."""
    safe = [["'" + cell if _FORMULA.match(cell) else cell for cell in row] for row in table]
    if file.suffix == ".csv":
        with file.open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows(safe)
        return
    book = Workbook()
    for row in safe:
        try:
            book.worksheets[0].append(row)
        except IllegalCharacterError as error:
            raise ValueError(f"“{row[0]}” holds a character that .xlsx cannot. Export to .csv.") from error
    book.save(file)


def read_table(file: Path) -> list[list[str]]:
    """Read such a file."""
    try:
        if file.suffix == ".csv":
            with file.open(encoding="utf-8-sig", newline="") as stream:
                rows = [list(row) for row in csv.reader(stream)]
        else:
            sheet = load_workbook(file, read_only=True).worksheets[0]
            rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    except (csv.Error, UnicodeDecodeError, zipfile.BadZipFile, InvalidFileException, KeyError) as error:
        raise ValueError(f"{file} cannot be read as a table. Save it as .xlsx or as CSV in UTF-8.") from error
    return [[cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell for cell in row] for row in rows]
