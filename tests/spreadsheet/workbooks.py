"""Workbooks as a Caf and the people around it make them, with what a reader must find in each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Cell, Rating
from ctg_tui.domain.grid import Grid

SPELLINGS: Mapping[Answer, tuple[Any, ...]] = {
    Rating.NO: (0, "0", "0 – Non", "0,0"),
    Rating.PARTLY: (1, "1", "1 - Partiellement", "1,0"),
    Rating.MOSTLY: (2, 2.0, "2 – Majoritairement", "2.0", "2"),
    Rating.FULLY: (3, "3", "3 Oui", "3 : totalement"),
    NOT_CONCERNED: ("NC", "nc", "N.C.", "n/c", "Non concerné", "Non concernée "),
}
_ANSWERS: tuple[Answer | None, ...] = (*Rating, NOT_CONCERNED, None)


def answers_of(grid: Grid) -> dict[Cell, Answer]:
    """Return answers over a grid in which every answer and every blank stands, the same each time."""
    chosen = {cell: _ANSWERS[(7 * rank + rank // 5) % 6] for rank, cell in enumerate(grid.cells)}
    return {cell: answer for cell, answer in chosen.items() if answer is not None}


@dataclass
class Layout:
    """How a workbook is laid out. Columns are from 1; `policies` gives the one of each policy."""

    labels: int = 1
    policies: Mapping[str, int] = field(default_factory=lambda: {"famille": 2, "education": 3, "social": 4})
    comments: int = 5
    heading: Mapping[str, str] = field(
        default_factory=lambda: {"famille": "Famille", "education": "Educatio n", "social": "SOCIAL "}
    )
    first_row: int = 4
    row_step: int = 1
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
    sheet.cell(1, 1, "EVALUATION DE LA FONCTION DE CHARGE DE COOPERATION CTG")
    row = layout.first_row
    used = 0
    for mission in grid.missions:
        if layout.sheet_per_mission and mission.number > 1:
            sheet = book.create_sheet(f"Mission {mission.number}")
            row = layout.first_row
        if mission.number == 1 or layout.sheet_per_mission:
            row = _write_heading(sheet, row, layout)
        sheet.cell(row, layout.labels, f"Mission {mission.number} : {mission.title}")
        row += layout.row_step
        for activity in mission.activities:
            sheet.cell(row, layout.labels, layout.relabel(activity.label))
            for policy, column in layout.policies.items():
                answer = answers.get(Cell(activity.id, policy))
                if answer is not None:
                    spellings = SPELLINGS[answer]
                    sheet.cell(row, column, spellings[used % len(spellings)])
                    used += 1
            sheet.cell(row, layout.comments, layout.comment.format(activity.id) or None)
            row += layout.row_step
        row = _write_indicators(sheet, row, mission.indicators, layout)
    sheet.cell(row + 1, layout.labels, "MODE OPERATOIRE")
    sheet.cell(row + 2, layout.labels, "Pour chaque activité une note de 0 à 3 est donnée.")
    return book


def _write_heading(sheet: Worksheet, row: int, layout: Layout) -> int:
    first, last = min(layout.policies.values()), max(layout.policies.values())
    sheet.cell(row, layout.labels, "Missions")
    sheet.cell(row, first, "Politiques concernées")
    sheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)
    sheet.cell(row, layout.comments, "Commentaires")
    for policy, column in layout.policies.items():
        sheet.cell(row + 1, column, layout.heading[policy])
    return row + 2


def _write_indicators(sheet: Worksheet, row: int, indicators: Any, layout: Layout) -> int:
    if not indicators:
        return row
    number = min(layout.policies.values()) + 1
    sheet.cell(row, layout.labels, "Indicateurs")
    sheet.cell(row, number, "Nombre")
    sheet.cell(row, layout.comments, "Commentaires")
    row += 1
    for rank, indicator in enumerate(indicators):
        sheet.cell(row, layout.labels, indicator.label)
        if layout.has_numbers and not indicator.is_heading:
            sheet.cell(row, number, rank + 3)
        row += 1
    return row + 1


def saved(book: Workbook) -> bytes:
    """Return the bytes of a workbook."""
    file = BytesIO()
    book.save(file)
    return file.getvalue()
