"""A consolidation as a page to print, and as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.consolidation import Column, Consolidation, Table, Value
from ctg_tui.report.elements import (
    Element,
    cell,
    column_header,
    definitions,
    element,
    paragraph,
    row,
    row_header,
    section,
    table,
)
from ctg_tui.report.html import CONTENT, whole_page
from ctg_tui.report.workbook import make_workbook, print_set_up, write_text
from ctg_tui.wording import consolidation
from ctg_tui.wording.french import DASH

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
    software = dict(content.facts).get("logiciel", "ctg-tui")
    facts = ((consolidation.FACTS[name], value) for name, value in content.facts)
    header = element(
        "header",
        element("h1", content.title),
        paragraph(content.banner, class_="provisoire"),
        definitions(facts, class_="faits"),
    )
    elsewhere = paragraph(consolidation.ELSEWHERE, class_="explication")
    main = element("main", *_sections(content), elsewhere, id=CONTENT, tabindex="-1")
    footer = element("footer", paragraph(f"{content.title}. Fait avec {software}."))
    return whole_page(content.title, software, header, main, footer)


def _sections(content: Consolidation) -> Iterator[Element]:
    for one in content.tables:
        has_texts = any(column.name == "texte" for column in one.columns)
        is_shown = one.name not in _LEFT_OUT and not has_texts
        if is_shown and (one.rows or one.name not in _ONLY_WITH_ROWS):
            yield section(
                one.name.replace("_", "-"),
                one.title,
                _body(one),
                paragraph(one.note) if one.note else None,
            )


def _body(one: Table) -> Element:
    if not one.rows:
        return paragraph(consolidation.EMPTY)
    if one.name == "attendue":  # one name a row would take half a page
        return paragraph(f"{', '.join(str(values[0]) for values in one.rows)}.")
    return _table(one)


def _table(one: Table) -> Element:
    shown = [at for at, column in enumerate(one.columns) if column.name not in _COLUMNS_LEFT_OUT]
    head = row(*(column_header(one.columns[at].heading) for at in shown))
    return table(
        one.title,
        [head],
        [_row(one.columns, values, shown) for values in one.rows],
        class_="pile chiffres releve",
        caption_class="lu",
    )


def _row(columns: tuple[Column, ...], values: tuple[Value, ...], shown: list[int]) -> Element:
    first, *others = shown
    return row(
        row_header(_text(values[first])),
        *(
            cell(
                _text(values[at]),
                label=columns[at].heading,
                class_="nombre" if columns[at].is_number else None,
            )
            for at in others
        ),
    )


def _text(value: Value) -> str:
    return DASH if value is None else str(value)


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
