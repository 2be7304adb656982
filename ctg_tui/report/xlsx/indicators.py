"""The indicators of every mission on a sheet of their own: its headings repeat on each printed page."""

from __future__ import annotations

from typing import Final

from ctg_tui.domain.grid import Grid
from ctg_tui.report import wording
from ctg_tui.report.content import ReportContent
from ctg_tui.report.xlsx.sheet import Column, Sheet
from ctg_tui.wording.french import DASH, NBSP
from ctg_tui.wording.provenance import MARK

NAME: Final = "Indicateurs"
WIDTHS: Final = (26, 60, 16, 14, 52)


def write_indicators(sheet: Sheet, content: ReportContent, grid: Grid) -> None:
    """Write a row for each indicator, in grid order."""
    sheet.line("Indicateurs", "title")
    sheet.line(wording.whose(content), "quiet")
    head = sheet.row
    names = (
        ("Mission", "head"),
        ("Indicateur", "head"),
        ("Type", "head centred"),
        ("Nombre", "head centred"),
    )
    sheet.cells([*(Column(name, look) for name, look in names), Column("Commentaires", "head")])
    sheet.worksheet.freeze_panes(sheet.row, 0)
    sheet.print_set_up(wording.whose(content), (head, head))
    for mission in grid.missions:
        for line in mission.indicators:
            number = content.assessment.numbers.get(line.id)
            mark = f"{MARK}{NBSP}" if line.is_proposed else ""
            shown = wording.indicator_number(line, content.assessment) if number is None else number
            sheet.cells(
                [
                    Column(f"{mission.number} {mission.short_title}"),
                    Column(f"{mark}{line.label}\n{DASH} {grid.provenance(line.source)}"),
                    Column(wording.indicator_type(grid, line), "centred"),
                    Column(shown, "number"),
                    Column(content.assessment.remarks.get(line.id)),
                ]
            )
