"""A consolidation as a page to print, and as a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.domain.consolidation import Column, Consolidation, Table, Value
from ctg_tui.report.html import page
from ctg_tui.report.workbook import Column as Cell
from ctg_tui.report.workbook import Looks, Sheet, make_workbook
from ctg_tui.wording import consolidation as words
from ctg_tui.wording.french import DASH, NBSP
from ctg_tui.wording.lines import MARK
from ctg_tui.wording.typed import typed_date

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook


def as_html(content: Consolidation) -> str:
    """Return the whole page, to be written as UTF-8. The same content gives the same text."""
    return page(
        "consolidation.html",
        content.title,
        dict(content.facts).get("logiciel", "ctg-tui"),
        places=(),
        footer=f"{content.title}.",
        content=content,
        facts=[(words.FACTS[name], value) for name, value in content.facts],
        tables=[_printed(table) for table in content.tables if table.is_printed and table.rows],
        words=words,
    )


class _Printed(NamedTuple):
    """A table of the page: the heading of the rows, the other columns, the rows that share a head."""

    table: Table
    heading: str
    columns: tuple[Column, ...]
    groups: tuple[tuple[str, list[tuple[str, ...]]], ...]


def _printed(table: Table) -> _Printed:
    columns = table.columns
    heads = [at for at, column in enumerate(columns) if column.is_head]
    shown = [at for at, column in enumerate(columns) if column.is_printed and not column.is_apart]
    heads = heads or shown[:1]
    others = [at for at in shown if at not in heads]
    groups = groupby(table.rows, lambda values: _SEPARATOR.join(_text(table, values, at) for at in heads))
    return _Printed(
        table,
        _SEPARATOR.join(columns[at].heading for at in heads),
        tuple(columns[at] for at in others),
        tuple(
            (head, [tuple(_text(table, values, at) for at in others) for values in rows])
            for head, rows in groups
        ),
    )


_SEPARATOR: Final = " · "


def _text(table: Table, values: tuple[Value, ...], at: int) -> str:
    """Return what a cell of the page says; what the proposed lines have stands in that of the Caf's."""
    own = values[at]
    if own is None:
        return DASH
    if table.columns[at].name in _DAYS:
        return typed_date(date.fromisoformat(str(own)))
    is_apart = at + 1 < len(values) and table.columns[at + 1].is_apart and values[at + 1] is not None
    return f"{own}{_SEPARATOR}{MARK}{NBSP}{values[at + 1]}" if is_apart else str(own)


_DAYS: Final = frozenset({"quand"})


# The workbook: a sheet per table; the first sheet explains it.

_FIRST_SHEET: Final = "À savoir"


def as_xlsx(content: Consolidation, created_at: datetime) -> bytes:
    """Return the bytes of the workbook; the same content and date give the same bytes."""
    return make_workbook(content.title, created_at, lambda workbook: _fill(workbook, content))


def _fill(workbook: Workbook, content: Consolidation) -> None:
    looks = Looks(workbook)
    first = Sheet(workbook.add_worksheet(_FIRST_SHEET), looks, (24, 90))
    first.line(content.title, "title")
    first.line(content.banner)
    first.skip()
    for name, fact in content.facts:
        first.named(words.FACTS[name], fact)
    first.skip()
    for one in content.tables:
        first.named(one.title, one.lines)
    first.print_set_up(content.title)
    for one in content.tables:
        worksheet = workbook.add_worksheet(one.name.replace("_", " ").capitalize())
        sheet = Sheet(worksheet, looks, tuple(map(_width, one.columns)))
        sheet.record([one.title], "title")
        sheet.record([f"{content.banner} {one.lines}"])
        sheet.skip()
        sheet.cells([Cell(column.heading, "head") for column in one.columns])
        worksheet.freeze_panes(sheet.row, 0)
        sheet.print_set_up(content.title, (sheet.row - 1, sheet.row - 1), is_portrait=False)
        for values in one.rows:
            sheet.cells([Cell(value, _LOOKS[type(value)]) for value in values])


_LOOKS: Final[Mapping[type, str]] = {int: "number", str: "text", type(None): "text"}


def _width(column: Column) -> int:
    return 12 if column.is_number else 60 if column.name in _WIDE else 26


_WIDE: Final = frozenset({"intitule", "message", "texte", "fichiers", "aide"})
