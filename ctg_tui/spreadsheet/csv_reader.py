"""A .csv as plain facts: UTF-8, UTF-16 or the code page of French Windows, whatever separates the values."""

from __future__ import annotations

import csv
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from io import StringIO
from typing import Final

from ctg_tui.domain.text import clean
from ctg_tui.spreadsheet import refusals
from ctg_tui.spreadsheet.cells import Position, Sheet, SheetCell
from ctg_tui.spreadsheet.package import MAX_CELLS, MAX_ELEMENTS, MAX_TEXT

_SEPARATORS: Final = ";\t,"


def read(content: bytes, name: str) -> tuple[Sheet, ...]:
    """Return the one sheet of a file. Raises InvalidDocument when it is no text, or over the limits."""
    text = _decoded(content)
    if "\0" in text:
        raise refusals.damaged(name)
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


def _decoded(content: bytes) -> str:
    """Return the text of a file; Excel's « Texte Unicode » is UTF-16."""
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
