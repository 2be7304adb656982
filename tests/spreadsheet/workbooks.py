"""A workbook as a Caf makes it, of the lines of a grid, with answers in every spelling."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Cell, Rating
from ctg_tui.domain.grid import Grid, Mission

SPELLINGS: Mapping[Answer, tuple[Any, ...]] = {
    Rating.NO: (0, "0", "0 – Non", "0,0"),
    Rating.PARTLY: (1, "1", "1 - Partiellement", "1,0"),
    Rating.MOSTLY: (2, 2.0, "2 – Majoritairement", "2.0", "2"),
    Rating.FULLY: (3, "3", "3 Oui", "3 : totalement"),
    NOT_CONCERNED: ("NC", "nc", "N.C.", "n/c", "Non concerné", "Non concernée "),
}
COLUMNS: Final = {"famille": 2, "education": 3, "social": 4}
"""The column of each policy; 1 has the lines, 5 the comments."""
_ANSWERS: tuple[Answer | None, ...] = (*Rating, NOT_CONCERNED, None)


def answers_of(grid: Grid) -> dict[Cell, Answer]:
    """Return answers over a grid in which every answer and every blank stands, the same each time."""
    chosen = {cell: _ANSWERS[(7 * rank + rank // 5) % 6] for rank, cell in enumerate(grid.cells)}
    return {cell: answer for cell, answer in chosen.items() if answer is not None}


@dataclass
class Layout:
    """What a workbook has besides the lines and their answers; `relabel` gives the words of a line."""

    sheet_per_mission: bool = False
    relabel: Callable[[str], str] = str
    comment: str = "Commentaire de {}"
    has_numbers: bool = True


def make_workbook(grid: Grid, answers: Mapping[Cell, Answer], layout: Layout) -> Workbook:
    """Return a workbook of every line of `grid`, filled with `answers` in every spelling in turn."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Grille"
    sheet["A1"] = "EVALUATION DE LA FONCTION DE CHARGE DE COOPERATION CTG"
    _write_heading(sheet)
    row, used = 6, 0
    for mission in grid.missions:
        if layout.sheet_per_mission and mission.number > 1:
            sheet, row = book.create_sheet(f"Mission {mission.number}"), 6
            _write_heading(sheet)
        sheet.cell(row, 1, f"Mission {mission.number} : {mission.title}")
        for activity in mission.activities:
            row += 1
            sheet.cell(row, 1, layout.relabel(activity.label))
            for policy, column in COLUMNS.items():
                answer = answers.get(Cell(activity.id, policy))
                if answer is not None:
                    sheet.cell(row, column, SPELLINGS[answer][used % len(SPELLINGS[answer])])
                    used += 1
            sheet.cell(row, 5, layout.comment.format(activity.id) or None)
        row = _write_indicators(sheet, row + 1, mission, layout)
    sheet.cell(row + 1, 1, "MODE OPERATOIRE")
    sheet.cell(row + 2, 1, "Pour chaque activité une note de 0 à 3 est donnée.")
    return book


def _write_heading(sheet: Worksheet) -> None:
    for place, text in (("A4", "Missions"), ("B4", "Politiques concernées"), ("E4", "Commentaires")):
        sheet[place] = text
    sheet.merge_cells("B4:D4")
    for place, text in (("B5", "Famille"), ("C5", "Educatio n"), ("D5", "SOCIAL ")):
        sheet[place] = text


def _write_indicators(sheet: Worksheet, row: int, mission: Mission, layout: Layout) -> int:
    if not mission.indicators:
        return row
    for column, text in ((1, "Indicateurs"), (3, "Nombre"), (5, "Commentaires")):
        sheet.cell(row, column, text)
    for rank, indicator in enumerate(mission.indicators):
        sheet.cell(row + 1 + rank, 1, indicator.label)
        if layout.has_numbers and not indicator.is_heading:
            sheet.cell(row + 1 + rank, 3, rank + 3)
    return row + len(mission.indicators) + 2


def saved(book: Workbook) -> bytes:
    """Return the bytes of a workbook."""
    file = BytesIO()
    book.save(file)
    return file.getvalue()
