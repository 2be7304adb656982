"""A workbook read back by openpyxl."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from xml.etree import ElementTree

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet


def read_workbook(content: bytes, *, values: bool = False) -> Workbook:
    """Return the workbook with its formulas or, with `values`, the values stored beside them."""
    return load_workbook(io.BytesIO(content), data_only=values)


def parts(content: bytes) -> dict[str, bytes]:
    """Return the files in the archive. Fails on one that is not well-formed XML."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    for name, body in files.items():
        assert name.endswith((".xml", ".rels")), name
        ElementTree.fromstring(body)
    return files


def rows(sheet: Worksheet) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def row_named(sheet: Worksheet, name: str) -> list[Any]:
    """Return the only row whose first cell is `name`."""
    (match,) = [row for row in rows(sheet) if row[0] == name]
    return match


def rows_from(sheet: Worksheet, name: str, number: int) -> list[list[Any]]:
    """Return `number` rows, the first of them the only one whose first cell is `name`."""
    every = rows(sheet)
    (start,) = [rank for rank, row in enumerate(every) if row[0] == name]
    return every[start : start + number]


def formulas(workbook: Workbook) -> dict[tuple[str, str], str]:
    """Return every formula, by sheet and cell."""
    return {
        (sheet.title, cell.coordinate): str(cell.value)
        for sheet in workbook.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }
