"""A sheet being written, row after row; a text too long for one row goes on in the rows below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ctg_tui.report.workbook import pieces, print_set_up, write_text
from ctg_tui.report.xlsx import formulas

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_BOX: Final[Mapping[str, Any]] = {"border": 1, "border_color": "#7D8792", "valign": "top", "text_wrap": True}
_HEAD: Final[Mapping[str, Any]] = {**_BOX, "bold": True, "bg_color": "#EEF1F4"}
_TOTAL: Final[Mapping[str, Any]] = {**_BOX, "bold": True, "top": 2}

_BLUE: Final = "#DCE9F7"
_BLUE_HEAD: Final = "#B8D3EE"
_ENTRY: Final[Mapping[str, Any]] = {**_BOX, "bg_color": _BLUE, "locked": False}
"""What the adviser fills in: unlocked, unlike the rest of a protected sheet."""

_TEXT_SIZE: Final = 11

LOOKS: Final[Mapping[str, Mapping[str, Any]]] = {
    "title": {"bold": True, "font_size": 15},
    "subtitle": {"bold": True, "font_size": 12},
    "plain": {"valign": "top"},
    "wrapped": {"valign": "top", "text_wrap": True},
    "quiet": {"font_color": "#4A535E", "valign": "top"},
    "name": {"bold": True, "valign": "top"},
    "head": _HEAD,
    "head centred": {**_HEAD, "align": "center"},
    "text": _BOX,
    "centred": {**_BOX, "align": "center"},
    "note": {**_BOX, "align": "center", "num_format": "0"},
    "note to try": {**_BOX, "align": "center", "num_format": "0", "locked": False},
    "number": {**_BOX, "align": "center", "num_format": formulas.WHOLE_NUMBER},
    "per cent": {**_BOX, "align": "center", "num_format": formulas.PER_CENT},
    "proposed per cent": {**_BOX, "align": "center", "num_format": formulas.PROPOSED_PER_CENT},
    "day": {**_BOX, "num_format": formulas.DAY, "align": "left"},
    "total": _TOTAL,
    "total per cent": {**_TOTAL, "align": "center", "num_format": formulas.PER_CENT},
    "total proposed per cent": {**_TOTAL, "align": "center", "num_format": formulas.PROPOSED_PER_CENT},
    "total number": {**_TOTAL, "align": "center", "num_format": formulas.WHOLE_NUMBER},
    "missing": {"font_color": "#7D8792"},
    "entry head": {**_HEAD, "bg_color": _BLUE_HEAD},
    "entry head centred": {**_HEAD, "bg_color": _BLUE_HEAD, "align": "center"},
    "entry": {**_ENTRY, "num_format": "@"},
    "entry centred": {**_ENTRY, "num_format": "@", "align": "center"},
    "entry note": {**_ENTRY, "align": "center", "num_format": "0"},
    "entry day": {**_ENTRY, "align": "left", "num_format": formulas.DAY},
    "mark": {"font_color": "#4A535E", "font_size": 8, "valign": "top"},
}

_GOING_ON: Final[Mapping[str, str]] = {
    "note": "centred",
    "note to try": "centred",
    "entry": "text",
    "entry centred": "centred",
    "entry note": "centred",
}
"""The looks of the rows in which a long text goes on: nothing is filled in there."""


class Formula(NamedTuple):
    """A formula and the value it has now, for readers that do not compute."""

    text: str
    value: int | float | str


Content = str | int | date | Formula | None


class Column(NamedTuple):
    """A cell to write: its content, its format, and the number of columns it is merged over.

    `continued` stands in its place in each row in which a long text of its line goes on.
    """

    content: Content
    look: str = "text"
    span: int = 1
    continued: Content = None


class Looks:
    """The formats of a workbook, by name, made when first used."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[str, Format] = {}

    def __getitem__(self, name: str) -> Format:
        if name not in self._made:
            self._made[name] = self._workbook.add_format(dict(LOOKS[name]))
        return self._made[name]


class Sheet:
    """One sheet. `row` is the next row to write, from 0. `widths` are in characters.

    The first `printed` columns, all of them by default, are those of the printed page.
    """

    def __init__(
        self, worksheet: Worksheet, looks: Looks, widths: Sequence[int], printed: int | None = None
    ) -> None:
        self.worksheet = worksheet
        self.looks = looks
        self.widths = tuple(widths)
        self.printed = len(self.widths) if printed is None else printed
        self.row = 0
        for column, width in enumerate(self.widths):
            worksheet.set_column(column, column, width)

    @property
    def name(self) -> str:
        return str(self.worksheet.get_name())

    def skip(self) -> None:
        self.row += 1

    def line(self, text: str, look: str = "plain") -> None:
        """Write a text over the width of the page, in several rows if needed: merged cells do not grow."""
        room = sum(self.widths[: self.printed]) * _TEXT_SIZE // LOOKS[look].get("font_size", _TEXT_SIZE)
        for paragraph in text.split("\n"):
            for part in pieces(paragraph, room, 1):
                write_text(self.worksheet, self.row, 0, part, self.looks[look])
                self.row += 1

    def named(self, name: str, text: str, beside: Formula | None = None) -> None:
        """Write a name and its value beside, in several rows if needed; then a formula."""
        write_text(self.worksheet, self.row, 0, name, self.looks["name"])
        if beside is not None:
            self._cell(2, Column(beside, "name"), beside)
        for paragraph in text.split("\n"):
            for part in pieces(paragraph, self._room(1, len(self.widths) - 1), 1):
                write_text(self.worksheet, self.row, 1, part, self.looks["plain"])
                self.row += 1

    def cells(self, columns: Sequence[Column]) -> None:
        """Write a row of a table from the first column, and the rows below that a long text needs."""
        starts = [sum(column.span for column in columns[:rank]) for rank in range(len(columns))]
        texts = [self._parts(column, start) for column, start in zip(columns, starts, strict=True)]
        for rank in range(max(len(parts) for parts in texts)):
            for column, start, parts in zip(columns, starts, texts, strict=True):
                look = _GOING_ON.get(column.look, column.look) if rank else column.look
                content = parts[rank] if rank < len(parts) else column.continued
                self._cell(start, column._replace(look=look), content)
            self.row += 1

    def record(self, contents: Sequence[Content], look: str = "plain") -> None:
        """Write one row of data, its texts whole: for programs rather than for print."""
        for column, content in enumerate(contents):
            if content is not None:
                self._cell(column, Column(content, look), content)
        self.row += 1

    def asked(self, *columns: Column) -> None:
        """Write one row of cells, one column each, its texts whole: what is entered stays in one cell."""
        for place, column in enumerate(columns):
            self._cell(place, column, column.content)
        self.row += 1

    def print_set_up(self, footer: str, repeated_rows: tuple[int, int] | None = None) -> None:
        print_set_up(self.worksheet, footer, repeated_rows)

    def limit_print(self) -> None:
        """Keep the columns that are not printed out of the page, once every row is written."""
        if self.printed < len(self.widths):
            self.worksheet.print_area(0, 0, max(self.row - 1, 0), self.printed - 1)

    def _parts(self, column: Column, start: int) -> Sequence[Content]:
        if not isinstance(column.content, str):
            return (column.content,)
        return pieces(column.content, self._room(start, column.span))

    def _room(self, start: int, span: int) -> int:
        return sum(self.widths[start : start + span])

    def _cell(self, start: int, column: Column, content: Content) -> None:
        look = self.looks[column.look]
        if column.span > 1:
            self.worksheet.merge_range(self.row, start, self.row, start + column.span - 1, "", look)
        match content:
            case None:
                self.worksheet.write_blank(self.row, start, None, look)
            case str():
                write_text(self.worksheet, self.row, start, content, look)
            case Formula(text, value):
                self.worksheet.write_formula(self.row, start, text, look, value)
            case int():
                self.worksheet.write_number(self.row, start, content, look)
            case date():
                self.worksheet.write_datetime(self.row, start, content, look)
