"""A consolidation as a page to print, and as a workbook."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.consolidation import Column, Consolidation, Table
from ctg_tui.report.html import page
from ctg_tui.report.workbook import make_workbook, print_set_up, write_text
from ctg_tui.wording import consolidation

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook


_LEFT_OUT: Final = frozenset({"repartition", "mission_de_chacun", "ligne"})
"""Tables of many rows: in the workbook and the database only."""
_ONLY_WITH_ROWS: Final = frozenset({"rejet", "conflit", "attendue", "evolution"})
_COLUMNS_LEFT_OUT: Final = frozenset(
    {
        *("annee", "moment", "revision", "nom_du_fichier", "commentaires", "maximum"),
        *("provenance", "message", "siren", "departement"),
    }
)
"""Columns that a printed page has no room for. The mark « ° » stands in the number of a proposed line."""


def as_html(content: Consolidation) -> str:
    """Return the whole page, to be written as UTF-8. The same content gives the same text."""
    return page(
        "consolidation.html",
        content.title,
        dict(content.facts).get("logiciel", "ctg-tui"),
        places=(),
        footer=f"{content.title}.",
        content=content,
        facts=[(consolidation.FACTS[name], value) for name, value in content.facts],
        tables=[(table, _shown_columns(table)) for table in content.tables if _is_shown(table)],
        words=consolidation,
    )


def _is_shown(table: Table) -> bool:
    is_left_out = table.name in _LEFT_OUT or any(column.name == "texte" for column in table.columns)
    return not is_left_out and bool(table.rows or table.name not in _ONLY_WITH_ROWS)


def _shown_columns(table: Table) -> list[tuple[int, Column]]:
    return [pair for pair in enumerate(table.columns) if pair[1].name not in _COLUMNS_LEFT_OUT]


# The workbook: a sheet per table; the first sheet explains it.

_FIRST_SHEET: Final = "À savoir"
_LONGEST_CELL: Final = 16_000
_WIDE: Final = frozenset({"intitule", "message", "texte", "fichiers"})


def as_xlsx(content: Consolidation, created_at: datetime) -> bytes:
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
        write_text(first, number, 0, consolidation.FACTS[name])
        write_text(first, number, 1, fact, wrapped)
    print_set_up(first, content.title)
    for one in content.tables:
        sheet = workbook.add_worksheet(one.name.replace("_", " ").capitalize())
        write_text(sheet, 0, 0, one.title, title)
        write_text(sheet, 1, 0, " ".join(part for part in (content.banner, one.note) if part))
        for at, column in enumerate(one.columns):
            sheet.set_column(at, at, _width(one, at))
            write_text(sheet, 3, at, column.heading, head)
        for at_row, values in enumerate(one.rows, 4):
            for at, value in enumerate(values):
                if isinstance(value, int):
                    sheet.write_number(at_row, at, value)
                elif value is not None:
                    write_text(sheet, at_row, at, value[:_LONGEST_CELL], wrapped)
        sheet.freeze_panes(4, 0)
        print_set_up(sheet, content.title, (3, 3))


def _width(table: Table, at: int) -> int:
    column = table.columns[at]
    return 12 if column.is_number else 60 if column.name in _WIDE else 26
