"""A .csv as plain facts: UTF-8 or the code page of French Windows, whatever separates the values."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Final

from ctg_tui.domain.text import clean
from ctg_tui.spreadsheet import refusals
from ctg_tui.spreadsheet.cells import Position, Sheet, SheetCell
from ctg_tui.spreadsheet.package import MAX_CELLS, MAX_ELEMENTS, MAX_TEXT

_SEPARATORS: Final = ";\t,"


def read(content: bytes, name: str) -> tuple[Sheet, ...]:
    """Return the one sheet of a file. Raises InvalidDocument when it is no text, or over the limits."""
    if b"\0" in content:
        raise refusals.damaged(name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if sum(map(text.count, (*_SEPARATORS, "\n", "\r"))) > MAX_ELEMENTS:
        raise refusals.too_large(name)
    sheet = Sheet("Feuille")
    # The separator of most lines: commas stand in comments too, semicolons and tabs hardly ever do.
    separator = max(_SEPARATORS, key=lambda mark: sum(mark in line for line in text.splitlines()))
    csv.field_size_limit(10 * MAX_TEXT)
    try:
        for row, values in enumerate(csv.reader(StringIO(text, newline=""), delimiter=separator), 1):
            for column, value in enumerate(values, 1):
                tidy = clean(value, multiline=True).strip()
                if tidy:
                    sheet.cells[Position(row, column)] = SheetCell(tidy)
            if len(sheet.cells) > MAX_CELLS:
                raise refusals.too_large(name)
    except csv.Error as error:
        raise refusals.damaged(name) from error
    return (sheet,)
