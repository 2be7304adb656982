"""A consolidation as a workbook: a sheet per table, the first one says what it is."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.consolidation import Consolidation, Table
from ctg_tui.report.workbook import make_workbook, print_set_up, write_text
from ctg_tui.wording import consolidation as wording

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

_FIRST_SHEET: Final = "À savoir"
_LONGEST_CELL: Final = 16_000
_WIDE: Final = frozenset({"intitule", "message", "texte", "fichiers"})


def render(content: Consolidation, created_at: datetime) -> bytes:
    """Return the bytes of the workbook; the same content and date give the same bytes."""
    return make_workbook(content.title, created_at, lambda workbook: _fill(workbook, content))


def _fill(workbook: Workbook, content: Consolidation) -> None:
    title = workbook.add_format({"bold": True, "font_size": 14})
    head = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    first = workbook.add_worksheet(_FIRST_SHEET)
    first.set_column(0, 0, 24)
    first.set_column(1, 1, 90)
    write_text(first, 0, 0, content.title, title)
    write_text(first, 1, 1, content.banner, wrapped)
    for number, (name, fact) in enumerate(content.facts, 3):
        write_text(first, number, 0, wording.FACTS[name])
        write_text(first, number, 1, fact, wrapped)
    print_set_up(first, content.title)
    for table in content.tables:
        sheet = workbook.add_worksheet(table.name.replace("_", " ").capitalize())
        write_text(sheet, 0, 0, table.title, title)
        write_text(sheet, 1, 0, " ".join(part for part in (content.banner, table.note) if part))
        for at, column in enumerate(table.columns):
            sheet.set_column(at, at, _width(table, at))
            write_text(sheet, 3, at, column.heading, head)
        for row, values in enumerate(table.rows, 4):
            for at, value in enumerate(values):
                if isinstance(value, int):
                    sheet.write_number(row, at, value)
                elif value is not None:
                    write_text(sheet, row, at, value[:_LONGEST_CELL], wrapped)
        sheet.freeze_panes(4, 0)
        print_set_up(sheet, content.title, (3, 3))


def _width(table: Table, at: int) -> int:
    column = table.columns[at]
    return 12 if column.is_number else 60 if column.name in _WIDE else 26
