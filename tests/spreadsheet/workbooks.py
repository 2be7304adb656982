"""Workbooks as a Caf makes them, kept as files: of the shipped grid's lines, of others, of two years."""

from __future__ import annotations

import shutil
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook, load_workbook

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Cell, Rating, parse_answer
from ctg_tui.domain.changes import Field, parse_cell_key
from ctg_tui.domain.grid import Grid
from ctg_tui.spreadsheet.understanding import Reading
from tests.outside.person import ROOT

FOLDER: Final = ROOT / "tests" / "data" / "tableurs"
KNOWN: Final = FOLDER / "connu.xlsx"
"""The shipped grid with its proposed lines, blank: the sheet « Grille », its first line in row 7."""
FILLED: Final = FOLDER / "connu-rempli.xlsx"
"""The same with `answers_of` it in every spelling, a comment a line, and numbers."""
OTHER: Final = FOLDER / "autre.xlsx"
"""A workbook whose lines no grid has, blank."""
OTHER_FILLED: Final = FOLDER / "autre-rempli.xlsx"
FIRST: Final = Cell("m1.a01", "famille")
"""What stands in Grille!B7."""

_ANSWERS: tuple[Answer | None, ...] = (*Rating, NOT_CONCERNED, None)


def answers_of(grid: Grid) -> dict[Cell, Answer]:
    """Return answers over a grid in which every answer and every blank stands, the same each time."""
    chosen = {cell: _ANSWERS[(7 * rank + rank // 5) % 6] for rank, cell in enumerate(grid.cells)}
    return {cell: answer for cell, answer in chosen.items() if answer is not None}


def book_of(source: Path, **values: Any) -> Workbook:
    """Return the workbook of a file with other values in cells of « Grille »: `B7=2`."""
    book = load_workbook(source)
    for address, value in values.items():
        book["Grille"][address] = value
    return book


def saved(book: Workbook) -> bytes:
    """Return the bytes of a workbook."""
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def put(path: Path, source: Path = KNOWN, **values: Any) -> Path:
    """Write the workbook `source` at `path`, with other values in some cells; return the path."""
    path.write_bytes(saved(book_of(source, **values)) if values else source.read_bytes())
    return path


def answers(reading: Reading) -> dict[Cell, Answer]:
    """Return the notes that were read for certain."""
    return {
        parse_cell_key(key): parse_answer(text)
        for (field, key), text in reading.certain.items()
        if field is Field.ANSWER
    }


def texts(reading: Reading, field: Field) -> dict[str, str]:
    """Return what was read for certain of a field, by line."""
    return {key: text for (one, key), text in reading.certain.items() if one is field}


# The workbook of a Caf, last year filled, and this year blank with one line added in second place.

NOTES: Final = {
    "Réunit les élus référents chaque trimestre": Rating.FULLY,
    "Tient à jour le diagnostic du territoire": Rating.NO,
    "Anime le comité technique parentalité": Rating.PARTLY,
    "Fait connaître les lieux d’accueil aux familles": Rating.MOSTLY,
    "Rend compte des actions financées": Rating.PARTLY,
}
"""The lines of last year, each with its note in the column « Famille »."""
ADDED: Final = "Recense les besoins en mode de garde"
COUNTED: Final = 3
"""The number of last year's one indicator."""


def write_two_years(folder: Path) -> tuple[Path, Path]:
    """Write both workbooks; return their paths, last year's first."""
    former, present = (Path(shutil.copy(FOLDER / f"grille {year}.xlsx", folder)) for year in (2026, 2027))
    return former, present
