"""Reports as an adviser sends them back: written by the program, filled by openpyxl as a person would."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from ctg_tui.domain.assessment import Assessment
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.report import xlsx
from ctg_tui.services.report import of_submission
from tests.received import an_assessment, submission, write
from tests.spreadsheet.drawn_workbook import Book, by_hand_as_ods

POLICIES = ("famille", "education", "social")


def report_of(folder: Path, assessment: Assessment | None = None) -> tuple[Path, bytes]:
    """Return the file of a submission and the workbook of its report."""
    (path,) = write(folder / "recus", [submission(assessment or an_assessment())])
    return path, xlsx.render(of_submission(path, Catalogue()))


def opened(content: bytes, *, values: bool = False) -> Workbook:
    """Return a workbook with its formulas or, with `values`, the values stored beside them."""
    return load_workbook(BytesIO(content), data_only=values)


def saved(book: Workbook, path: Path) -> Path:
    book.save(path)
    return path


def as_ods(book: Workbook) -> bytes:
    """Return the workbook, opened for its values, as LibreOffice saves it in its own format."""
    drawn = Book()
    for sheet in book.worksheets:
        page = drawn.sheet(sheet.title)
        every: Any = enumerate(sheet.iter_rows(values_only=True))
        for row, values in every:
            for column, value in enumerate(values):
                page.put(row, column, value.date() if isinstance(value, datetime) else value)
    return by_hand_as_ods(drawn)
