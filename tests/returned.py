"""Our workbook as an adviser sends it back: written by the program, filled by openpyxl as a person would."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.spreadsheet.returned_workbook import ReturnedReport, SentFile, read_returned
from ctg_tui.submission import examine

POLICIES = {"famille": "Famille", "education": "Éducation", "social": "Social"}
WHOLE = "Sur l’ensemble"


def opened(content: bytes) -> Workbook:
    return load_workbook(BytesIO(content))


def saved(book: Workbook, path: Path, at: datetime | None = None) -> Path:
    """Save a workbook as if at `at`, now without it."""
    content = BytesIO()
    book.save(content)
    made = content.getvalue()
    path.write_bytes(made if at is None else dated(made, at))
    return path


def dated(content: bytes, at: datetime) -> bytes:
    """Return a workbook whose properties say that it was saved at `at`, a moment in UTC."""
    changed = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            body = source.read(name)
            if name == "docProps/core.xml":
                moment = f"{at:%Y-%m-%dT%H:%M:%SZ}".encode()
                body = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + moment, body)
            target.writestr(name, body)
    return changed.getvalue()


class Filler:
    """Fills the blue cells of a workbook, found by what a person reads beside and above them.

    A line is `1.3`, `1.i2` or `WHOLE`; a policy is its id.
    """

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.grid = book["Grille"]
        self.meeting = book["Entretien"] if "Entretien" in book.sheetnames else None

    def row(self, line: str) -> int:
        """Return the row of a line in « Grille »."""
        if ".i" in line:  # below the heading of the indicators of its mission
            mission, _, rank = line.partition(".i")
            heads = [int(cell.row) for cell in self.grid["A"] if cell.value == "Indicateurs"]
            top = next(row for row in heads if row > self.row(f"{mission}.1"))
            return top + int(rank)
        column = "B" if line == WHOLE else "A"
        (row,) = [cell.row for cell in self.grid[column] if str(cell.value).split("\xa0")[0] == line]
        return int(row)

    def column(self, heading: str) -> int:
        """Return the column of a heading of « Grille »: `Note Famille`, `Commentaire`, `Repère`."""
        return _column(self.grid, "Activité", heading)

    def put(self, line: str, heading: str, value: Any) -> str:
        """Write a value in « Grille » on a line and under a heading; return its address."""
        cell = self.grid.cell(self.row(line), self.column(heading))
        cell.value = value
        return f"Grille!{cell.coordinate}"

    def note(self, line: str, policy: str, value: Any) -> str:
        """Propose a note; return its address."""
        return self.put(line, f"Note {POLICIES[policy]}", value)

    def remark(self, line: str, text: Any) -> str:
        """Write a remark or a question; return its address."""
        return self.put(line, "Votre remarque ou question", text)

    def type_over(self, line: str, policy: str, note: int) -> int:
        """Put another note in place of a self-note, as `note` or one beside it; return which one."""
        place = self.grid.cell(self.row(line), self.column(POLICIES[policy]))
        place.value = note if place.value != note else (note + 1) % 4
        return int(place.value)

    def sign(self, name: str | None) -> str:
        """Write who answers at the top of « Grille »; return the address."""
        (label,) = [cell for row in self.grid.iter_rows() for cell in row if cell.value == "Votre nom\xa0:"]
        cell = self.grid.cell(label.row, self.column("Votre remarque ou question"))
        cell.value = name
        return f"Grille!{cell.coordinate}"

    def met(self, day: date | time | str) -> str:
        """Write the day of the meeting in « Entretien »; return the address."""
        assert self.meeting is not None
        (row,) = [cell.row for cell in self.meeting["A"] if cell.value == "Date de l’entretien"]
        self.meeting.cell(row, 2).value = day
        return f"Entretien!B{row}"

    def agree(self, line: str, note: Any = None, text: str | None = None, *, rank: int = 0) -> str:
        """Write what was agreed on in « Entretien », on the `rank`th of the points called `1.3 Famille`.

        Return the address of the words.
        """
        assert self.meeting is not None
        heads = [cell for cell in self.meeting["A"] if cell.value == "Ligne"]
        shown = [cell for cell in self.meeting["A"] if cell.row > heads[0].row and cell.value]
        cell = [cell for cell in shown if str(cell.value).replace("\xa0", " ").startswith(line)][rank]
        if note is not None:
            self.meeting.cell(cell.row, _column(self.meeting, "Ligne", "Note convenue")).value = note
        place = self.meeting.cell(cell.row, _column(self.meeting, "Ligne", "Convenu"))
        place.value = text
        return f"Entretien!{place.coordinate}"

    def plan(self, line: str | None, what: str, who: str = "", when: str = "", *, rank: int = 0) -> None:
        """Write who does what in the `rank`th blue row of « Entretien »."""
        assert self.meeting is not None
        sheet = self.meeting
        every = (cell for row in sheet.iter_rows() for cell in row)
        blue = [int(cell.row or 0) for cell in every if str(cell.value).startswith("action-")]
        for heading, value in {"Ligne": line, "Quoi": what, "Qui": who, "Pour quand": when}.items():
            sheet.cell(blue[rank], _column(sheet, "Quoi", heading)).value = value or None


def _column(sheet: Any, beside: str, heading: str) -> int:
    """Return the column of a heading in the row of headings that has `beside` too."""
    for row in sheet.iter_rows():
        names = {" ".join(str(cell.value).split()): int(cell.column) for cell in row}
        if beside in names and heading in names:
            return names[heading]
    raise LookupError(heading)


def answered(
    report: bytes,
    path: Path,
    notes: Mapping[tuple[str, str], Any] | None = None,
    remarks: Mapping[str, str] | None = None,
    *,
    author: str | None = None,
    at: datetime | None = None,
) -> Path:
    """Return the workbook `report` filled and saved at `path`: `{("1.3", "famille"): 1}`, `{"1.3": "…"}`.

    `author` signs it, its addressee without; `at` is when it was saved.
    """
    filler = Filler(opened(report))
    for (line, policy), value in (notes or {}).items():
        filler.note(line, policy, value)
    for line, text in (remarks or {}).items():
        filler.remark(line, text)
    if author is not None:
        filler.sign(author)
    return saved(filler.book, path, at)


def read(path: Path) -> ReturnedReport:
    """Return what the workbook at `path` says, with the shipped grids."""

    def sent(content: bytes) -> SentFile:
        received = examine(content, Catalogue(), path)
        return SentFile(received.sending, received.grid, received.assessment)

    found = read_returned(path.read_bytes(), path.name, sent)
    assert found is not None
    return found
