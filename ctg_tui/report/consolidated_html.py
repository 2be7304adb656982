"""A consolidation as a page to print: its tables, but for the longest ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ctg_tui.domain.consolidation import Column, Consolidation, Table, Value
from ctg_tui.report.elements import Element, element
from ctg_tui.report.html.page import CONTENT, whole_page
from ctg_tui.report.html.parts import (
    cell,
    column_header,
    definitions,
    paragraph,
    row,
    row_header,
    section,
    table,
)
from ctg_tui.wording import consolidation as wording
from ctg_tui.wording.french import DASH

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


def render(content: Consolidation) -> str:
    """Return the whole page, to be written as UTF-8. The same content gives the same text."""
    software = dict(content.facts).get("logiciel", "ctg-tui")
    facts = ((wording.FACTS[name], value) for name, value in content.facts)
    header = element(
        "header",
        element("h1", content.title),
        paragraph(content.banner, class_="provisoire"),
        definitions(facts, class_="faits"),
    )
    elsewhere = paragraph(wording.ELSEWHERE, class_="explication")
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
        return paragraph(wording.EMPTY)
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
