"""Reading a .csv: UTF-8 or the code page of French Windows, with any usual separator."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Final

from ctg_tui.domain.text import clean
from ctg_tui.spreadsheet import refusals
from ctg_tui.spreadsheet.cells import Position, Sheet, SheetCell
from ctg_tui.spreadsheet.package import MAX_CELLS, MAX_TEXT

_SEPARATORS: Final = ";\t,"


def read(content: bytes, name: str) -> tuple[Sheet, ...]:
    """Return the one sheet of a file. Raises InvalidDocument for a binary file, or over the limits."""
    if b"\0" in content:
        raise refusals.damaged(name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    sheet = Sheet("Feuille")
    # The one on most lines: comments also hold commas, but hardly ever semicolons or tabs.
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
