"""A workbook read back by openpyxl, and its formulas computed by a small evaluator of the tests' own."""

from __future__ import annotations

import io
import operator
import re
import zipfile
from collections.abc import Callable, Sequence
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


def computed(workbook: Workbook) -> dict[tuple[str, str], Value]:
    """Return what every formula gives, by sheet and cell."""
    calculator = Calculator(workbook)
    return {place: calculator.cell(*place) for place in formulas(workbook)}


_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"]|"")*")|(?P<number>\d+(?:\.\d+)?)"""
    r"""|(?P<place>(?:(?:'[^']+'|\w+)!)?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)"""
    r"""|(?P<name>[A-Z]+)(?=\()|(?P<sign><>|<=|>=|[-+*/&=<>(),]))"""
)
_LEVELS: tuple[tuple[str, ...], ...] = (("=", "<>", "<", ">", "<=", ">="), ("&",), ("+", "-"), ("*", "/"))
_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "=": lambda one, other: _same(one, other),
    "<>": lambda one, other: not _same(one, other),
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "&": lambda one, other: _as_text(one) + _as_text(other),
    "+": lambda one, other: _number(one) + _number(other),
    "-": lambda one, other: _number(one) - _number(other),
    "*": lambda one, other: _number(one) * _number(other),
    "/": lambda one, other: _number(one) / _number(other),
}


class _MissingError(ArithmeticError):
    """A value that is not there, as #N/A."""


class Calculator:
    """Computes the formulas of a workbook; a cell is computed once."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._cells: dict[tuple[str, str], Any] = {}
        self._calls: dict[str, Any] = {}

    def cell(self, sheet: str, place: str) -> Any:
        """Return what a cell shows: its formula computed."""
        key = sheet, place
        if key not in self._cells:
            cell = self._workbook[sheet][place]
            self._cells[key] = self.formula(str(cell.value), sheet) if cell.data_type == "f" else cell.value
        return self._cells[key]

    def formula(self, text: str, sheet: str) -> Any:
        try:
            tokens = list(_TOKEN.finditer(text.removeprefix("=")))
            assert "".join(match[0] for match in tokens) == text.removeprefix("="), text
            tree, end = self._parsed([(match.lastgroup or "", match[0].strip()) for match in tokens], 0, 0)
            assert end == len(tokens), text
            value = self._value(tree, sheet)
        except _MissingError:
            return "#N/A"
        return 0 if value is None else value  # a reference to an empty cell is shown as 0

    def _parsed(self, tokens: list[tuple[str, str]], at: int, level: int) -> tuple[Any, int]:
        """Return the tree of the expression that begins at a token, and the token after it."""
        if level == len(_LEVELS):
            return self._operand(tokens, at)
        left, at = self._parsed(tokens, at, level + 1)
        while at < len(tokens) and tokens[at] in [("sign", sign) for sign in _LEVELS[level]]:
            sign = tokens[at][1]
            right, at = self._parsed(tokens, at + 1, level + 1)
            left = (sign, left, right)
        return left, at

    def _operand(self, tokens: list[tuple[str, str]], at: int) -> tuple[Any, int]:
        kind, text = tokens[at]
        if kind == "text":
            return ("value", text[1:-1].replace('""', '"')), at + 1
        if kind == "number":
            return ("value", float(text) if "." in text else int(text)), at + 1
        if kind == "place":
            return ("place", text), at + 1
        if text == "-":
            tree, at = self._operand(tokens, at + 1)
            return ("-", ("value", 0), tree), at
        start, arguments = at, []
        at += kind == "name"
        assert tokens[at] == ("sign", "("), tokens[at]
        while tokens[at] != ("sign", ")"):
            if tokens[at + 1] == ("sign", ")"):
                at += 1
                break
            tree, at = self._parsed(tokens, at + 1, 0)
            arguments.append(tree)
        if kind != "name":
            return arguments[0], at + 1
        return ("call", text, arguments, "".join(token for _, token in tokens[start : at + 1])), at + 1

    def _value(self, tree: Any, sheet: str) -> Any:
        match tree:
            case ("value", value):
                return value
            case ("place", text):
                return self._at(text, sheet)
            case ("call", name, arguments, text):
                return self._called(name, arguments, text, sheet)
        sign, left, right = tree[0], self._value(tree[1], sheet), self._value(tree[2], sheet)
        return _SIGNS[sign](left, right)

    def _at(self, text: str, sheet: str) -> Any:
        """Return the value of a cell, or those of a block of cells as a list."""
        where, _, places = text.rpartition("!")
        where, places = where.strip("'") or sheet, places.replace("$", "")
        if ":" not in places:
            return self.cell(where, places)
        key = f"{where}!{places}"
        if key not in self._calls:
            block = self._workbook[where][places]
            self._calls[key] = [self.cell(where, cell.coordinate) for row in block for cell in row]
        return self._calls[key]

    def _called(self, name: str, arguments: list[Any], text: str, sheet: str) -> Any:
        if name == "IF":
            chosen = 1 if self._value(arguments[0], sheet) else 2
            return self._value(arguments[chosen], sheet)
        if name == "IFERROR":
            try:
                return self._value(arguments[0], sheet)
            except _MissingError:
                return self._value(arguments[1], sheet)
        key = f"{sheet}!{text}"
        if key not in self._calls:
            self._calls[key] = _FUNCTIONS[name](*(self._value(one, sheet) for one in arguments))
        return self._calls[key]


def _same(one: Any, other: Any) -> bool:
    """Compare as a spreadsheet: an empty cell equals a blank text, and zero; case does not count."""
    if one is None or other is None:
        return {one, other} <= {None, "", 0}
    return bool(str(one).casefold() == str(other).casefold() if isinstance(one, str) else one == other)


def _as_text(value: Any) -> str:
    return "" if value is None else str(value)


def _number(value: Any) -> Any:
    assert value is None or isinstance(value, int | float), value
    return value or 0


def _numbers(values: Sequence[Any]) -> list[Any]:
    flat = [one for value in values for one in (value if isinstance(value, list) else [value])]
    return [one for one in flat if isinstance(one, int | float)]


def _found(wanted: Any, cells: list[Any], _: int) -> int:
    if wanted not in cells:
        raise _MissingError
    return cells.index(wanted) + 1


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "LEN": lambda text: len(_as_text(text)),
    "LEFT": lambda text, number: _as_text(text)[:number],
    "MAX": lambda *values: max(_numbers(values), default=0),
    "COUNTA": lambda cells: sum(value is not None for value in cells),
    "INDEX": lambda cells, row: cells[row - 1],
    "MATCH": _found,
}
