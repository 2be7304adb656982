"""A workbook read back by openpyxl."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from xml.etree import ElementTree

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet


def read_workbook(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


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


def formulas(workbook: Workbook) -> list[str]:
    """Return the place of every formula."""
    cells = (cell for sheet in workbook.worksheets for row in sheet.iter_rows() for cell in row)
    return [f"{cell.parent.title}!{cell.coordinate}" for cell in cells if cell.data_type == "f"]
