"""What a row of a table holds: its label, its texts, its percentages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ctg_tui.grids.matching import letters
from ctg_tui.spreadsheet.cells import SheetCell
from ctg_tui.spreadsheet.headings import Columns, IndicatorColumns
from ctg_tui.spreadsheet.notes import parse_step
from ctg_tui.spreadsheet.titles import LONGEST_TITLE

_PER_CENT: Final = re.compile(r"\d{1,3}(?:,\d+)?\s?%")

_LONGEST_NUMBER: Final = 3
"""Letters of what numbers a line: « 1.3 »."""


def is_per_cent(text: str) -> bool:
    return _PER_CENT.fullmatch(text) is not None


def lead_of(cells: Mapping[int, SheetCell]) -> str:
    """Return the first text of a row that is no number before it."""
    return next((cell.text for cell in cells.values() if len(letters(cell.text)) > _LONGEST_NUMBER), "")


def text_of(cells: Mapping[int, SheetCell], column: int | None) -> str:
    return cells[column].text if column is not None and column in cells else ""


def within(cells: Mapping[int, SheetCell], first: int, after: int) -> dict[int, SheetCell]:
    return {column: cell for column, cell in cells.items() if first <= column < after}


def label_of(
    cells: Mapping[int, SheetCell], columns: Columns | None, indicators: IndicatorColumns | None
) -> tuple[str, int]:
    """Return the text of a line and its column: under its heading, else the longest before the answers."""
    if indicators is not None:
        heading: int | None = indicators.labels
        taken, first = {indicators.number, indicators.comments}, indicators.number
    else:
        assert columns is not None
        heading = columns.labels
        taken, first = {*columns.noted, columns.comments}, min(columns.noted)
    if heading is not None and heading in cells and len(cells[heading].text) > 5:
        return cells[heading].text, heading
    free = [column for column in cells if column not in taken and column < first]
    best = max(free, key=lambda column: len(cells[column].text), default=0)
    return (cells[best].text, best) if best else ("", 0)


def has_answers(cells: Mapping[int, SheetCell], columns: Columns) -> bool:
    return any(cells[column].text for column in columns.noted if column in cells)


def has_note(cells: Mapping[int, SheetCell], columns: Columns) -> bool:
    return any(parse_step(text_of(cells, column)) is not None for column in columns.noted)


def figures_of(
    cells: Mapping[int, SheetCell], columns: Columns, label: str
) -> dict[str, tuple[int, str]] | None:
    """Return the percentages of a line that has nothing but them under the policies."""
    figures = {
        policy: (span[0], cells[span[0]].text)
        for policy, span in columns.policies.items()
        if span[0] in cells and cells[span[0]].text
    }
    all_are = bool(figures) and all(is_per_cent(text) for _, text in figures.values())
    return figures if all_are and len(label) < LONGEST_TITLE else None
