"""A workbook read back by openpyxl, and its formulas computed by a small evaluator of the tests' own."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from math import floor
from typing import Any
from xml.etree import ElementTree

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

Value = int | float | str | None


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


def evaluate(workbook: Workbook, formula: str) -> Value:
    """Compute one of our formulas from the notes, as a spreadsheet does."""
    if formula.startswith("=IF(ISNUMBER("):
        return _present_note(workbook, formula)
    compared = re.fullmatch(r"=SUMPRODUCT\(\((.+)=\"(.+)\"\)\*\((.+)&\"\"<>(.+)&\"\"\)\)", formula)
    if compared is not None:
        policies, sent, now = (list(_values(workbook, compared[rank])) for rank in (1, 3, 4))
        rows_compared = zip(policies, sent, now, strict=True)
        return sum(
            policy == compared[2] and former != _present_note(workbook, str(current))
            for policy, former, current in rows_compared
        )
    changes = re.match(r'=IF\(SUM\(([^()]+)\)=0,"(aucune case changée depuis l’envoi)"', formula)
    if changes is not None:
        counts = [evaluate(workbook, str(value)) for value in _values(workbook, changes[1])]
        total = sum(count for count in counts if isinstance(count, int))
        cases = "case changée" if total == 1 else "cases changées"
        return f"{total}\N{NO-BREAK SPACE}{cases} depuis l’envoi" if total else changes[2]
    text = re.sub(r'COUNTIF\(([^()]+),"NC"\)', lambda m: str(_not_concerned(workbook, m[1])), formula)
    text = re.sub(r"\bCOUNT\(([^()]+)\)", lambda m: str(len(_numbers(workbook, m[1]))), text)
    text = re.sub(r"\bSUM\(([^()]+)\)", lambda m: str(sum(_numbers(workbook, m[1]))), text)
    choice = re.fullmatch(r'=IF\((\d+)=0,("—"|NA\(\)),(.*)\)', text)
    if choice is None:
        return _number(text.removeprefix("="))
    if choice[1] == "0":
        return "—" if choice[2] == '"—"' else "#N/A"
    return _number(choice[3])


def _present_note(workbook: Workbook, formula: str) -> Value:
    """Return the value of the cell that a formula of the sheet « Données » refers to."""
    (place,) = re.findall(r"=IF\(ISNUMBER\('([^']+)'!([A-Z]+\d+)\)", formula)
    value: Value = workbook[place[0]][place[1]].value
    return value


def _number(text: str) -> int | float:
    assert re.fullmatch(r"[\d+*/().INT-]+", text), text
    number: int | float = eval(text, {"__builtins__": {}, "INT": floor})
    return number


def _numbers(workbook: Workbook, references: str) -> list[int]:
    return [value for value in _values(workbook, references) if isinstance(value, int)]


def _not_concerned(workbook: Workbook, reference: str) -> int:
    return sum(value == "NC" for value in _values(workbook, reference))


def _values(workbook: Workbook, references: str) -> Iterator[Value]:
    for reference in re.findall(r"'([^']+)'!([A-Z]+\d+:[A-Z]+\d+)", references):
        for row in workbook[reference[0]][reference[1]]:
            for cell in row:
                yield cell.value
