"""Reports as an adviser sends them back: written by the program, filled by openpyxl as a person would."""

from __future__ import annotations

from datetime import date, datetime
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


class Filler:
    """Fills the blue cells of a report, found by what a person reads beside and above them."""

    def __init__(self, book: Workbook) -> None:
        self.book = book

    def row(self, line: str) -> tuple[Any, int]:
        """Return the sheet and the row of the line `1.3`."""
        sheet = self.book[f"Mission {line[0]}"]
        (row,) = [cell.row for cell in sheet["A"] if str(cell.value).split()[:1] == [line]]
        return sheet, row

    def place(self, line: str, heading: str) -> str:
        """Return the cell of a line under a heading, `Remarque du CCD` or `Note du CCD/famille`."""
        sheet, row = self.row(line)
        group, _, policy = heading.partition("/")
        names = {str(cell.value): cell.column for top in sheet.iter_rows(max_row=row) for cell in top}
        return str(sheet.cell(row, names[group] + (POLICIES.index(policy) if policy else 0)).coordinate)

    def put(self, line: str, heading: str, value: Any) -> str:
        """Write a value; return its address."""
        sheet, _ = self.row(line)
        place = self.place(line, heading)
        sheet[place].value = value
        return f"{sheet.title}!{place}"

    def type_over(self, line: str, column: str, note: int) -> int:
        """Put another note in place of a self-note, as `note` or one beside it; return which one."""
        sheet, row = self.row(line)
        place = sheet[f"{column}{row}"]
        place.value = note if place.value != note else (note + 1) % 4
        return int(place.value)

    def beside(self, title: str, value: Any) -> None:
        sheet = self.book["Entretien"]
        (row,) = [cell.row for cell in sheet["A"] if cell.value == title]
        sheet.cell(row, 2).value = value

    def ask(self, number: int, text: str, line: str | float | None = None) -> None:
        sheet = self.book["Entretien"]
        (head,) = [cell.row for cell in sheet["A"] if cell.value == "Question"]
        sheet.cell(head + number, 1).value = text
        sheet.cell(head + number, 2).value = line


def fill_review(filler: Filler) -> None:
    """Write the same review as `AS_PARTS`."""
    filler.put("1.3", "Note du CCD/famille", 2)
    filler.put("1.3", "Note du CCD/education", "NC")
    filler.put("2.1", "Note du CCD/social", "0")
    filler.put("1.3", "Remarque du CCD", "À revoir.\nEnsemble : =1+1")
    filler.put("1.1", "À l’ordre du jour", "oui")
    filler.put("1.3", "Note convenue/famille", 1)
    filler.beside("Date de l’entretien", date(2027, 2, 11))
    filler.ask(1, "Quand = bientôt ?")
    filler.ask(3, "Qui suit ?", "1.3")


def returned(report: bytes, path: Path) -> Path:
    """Return the report with that review in it, saved at `path`."""
    book = opened(report)
    fill_review(Filler(book))
    return saved(book, path)


AS_PARTS = {
    "note:m1.a03/famille": "2",
    "note:m1.a03/education": "NC",
    "note:m2.a01/social": "0",
    "commentaire:m1.a03": "À revoir.\nEnsemble : =1+1",
    "ordre-du-jour:m1.a01": "1",
    "convenue:m1.a03/famille": "1",
    "entretien:": "2027-02-11",
    "question:/0001": "Quand = bientôt ?",
    "question:m1.a03/0002": "Qui suit ?",
}
"""The parts of the review that `fill_review` writes."""
