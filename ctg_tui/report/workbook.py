"""What workbooks share: reproducible bytes, texts never as formulas, sheets written row after row."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ctg_tui.domain.assessment import Answer, NotConcerned, answer_text
from ctg_tui.domain.text import harmless
from ctg_tui.formats import going_on, text_digest
from ctg_tui.wording.french import NBSP, day
from ctg_tui.wording.thread import Saying

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_A4: Final = 9
_LONGEST_FOOTER: Final = 115
"""Characters: Excel takes 255 units, and the sheets have the same text in full."""


def make_workbook(title: str, created_at: datetime, fill: Callable[[Workbook], None]) -> bytes:
    """Return the bytes of the workbook that `fill` writes; the same content differs only by `created_at`."""
    import xlsxwriter  # slow to import: only when a workbook is made

    content = io.BytesIO()
    options: dict[str, Any] = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_format_properties": dict(ARIAL),  # by which spreadsheets measure columns
    }
    with xlsxwriter.Workbook(content, options) as workbook:
        created = created_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        workbook.set_properties({"title": harmless(title), "created": created})
        fill(workbook)
    return content.getvalue()


def write_text(sheet: Worksheet, row: int, column: int, text: str, style: Format | None = None) -> None:
    """Write `text` in a cell, never as a formula. Raises ValueError when a cell cannot hold it all."""
    shown = harmless(text, multiline=True)
    if not shown:
        sheet.write_blank(row, column, None, style)
    elif shown.startswith("<r>") and shown.endswith("</r>"):
        # XlsxWriter writes such a text as rich-string markup, unescaped: three runs avoid that.
        styles = () if style is None else (style,)
        sheet.write_rich_string(row, column, "<", "r", shown[2:], *styles)
    elif sheet.write_string(row, column, shown, style) != 0:
        raise ValueError("a text is too long for a cell: split it with `pieces`")


def _footer(text: str) -> str:
    """Return the footer that shows `text`, in which « & » would be an order, and the number of the page."""
    shown = " et ".join(part.strip() for part in harmless(text).split("&"))[:_LONGEST_FOOTER]
    return f"&L&8 {shown}&R&8&P / &N"


_WIDE: Final = frozenset("WF")
"""The characters that take two columns: those of the Far East, emojis."""

_EMS: Final = {
    character: width
    for width, characters in {
        0.23: "'ijl",
        0.28: " !,./:;I[]ft|\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}",
        0.34: "-()r’`“”·",
        0.5: "Jcksvxyz",
        0.67: "&ABEFKPSTVXYZ",
        0.73: "CDHNRUw",
        0.79: "GOQ",
        0.84: "Mm",
        1.0: "%@W…—→œŒæÆ",
    }.items()
    for character in characters
}
"""How wide the characters of Arial are, in heights of the letters; the others take 0.56."""


def text_width(text: str) -> float:
    """Return about how wide a text of Arial is, in heights of the letters."""
    return sum(map(_em, text))


@lru_cache(maxsize=1_024)
def _em(character: str) -> float:
    if unicodedata.east_asian_width(character) in _WIDE:
        return 1.0
    return _EMS.get(unicodedata.normalize("NFD", character)[0], 0.56)


def lines_of(text: str, pixels: float, size: float) -> list[str]:
    """Return the lines in which a cell of that width shows a text in letters of `size` points.

    Joined, they are the text; each is cut after a space where there is one.
    """
    room = (pixels - 10) * 0.75 / size  # a printed page wraps earlier than the screen
    lines, start, space, used = [], 0, 0, 0.0
    for at, character in enumerate(text):
        if character in " \n":
            space = at + 1
        elif used + _em(character) > room and at > start:
            end = space if space > start else at
            lines.append(text[start:end])
            start, used = end, text_width(text[end:at])
        used += _em(character)
        if character == "\n":
            lines.append(text[start:space])
            start, used = space, 0.0
    return [*lines, text[start:]]


def pieces(text: str, pixels: float, size: float) -> tuple[str, ...]:
    """Split a text into parts that a row can show; joined, they are the text.

    A row is at most 409 points high: text beyond it would be neither seen nor printed.
    """
    lines = lines_of(harmless(text, multiline=True), pixels, size)
    parts = ("".join(lines[start : start + _LINES]) for start in range(0, len(lines), _LINES))
    return tuple(filter(None, parts)) or ("",)


PER_CENT: Final = f'0"{NBSP}"%'
WHOLE_NUMBER: Final = '[>=1000]0"\N{NARROW NO-BREAK SPACE}"000;0'
"""A number up to 999 999 as French writes it, whatever the language of the spreadsheet."""
DAY: Final = "[$-40C]d mmmm yyyy"

_BLUE: Final = "#DCE9F7"
QUIET: Final = "#4A535E"
RULE: Final[Mapping[str, Any]] = {"bottom": 1, "bottom_color": "#B3BAC2"}
HEADING: Final[Mapping[str, Any]] = {"bold": True, "bottom": 2, "bg_color": "#F1F3F5", "text_wrap": True}

ARIAL: Final[Mapping[str, Any]] = {"font_name": "Arial", "font_size": 10}
_PLAIN: Final[Mapping[str, Any]] = {**ARIAL, "valign": "vcenter", "text_wrap": True}
_DATA: Final[Mapping[str, Any]] = {**ARIAL, "font_size": 9, "valign": "vcenter"}
_RULED: Final[Mapping[str, Any]] = {**_PLAIN, **RULE}
_HEAD: Final[Mapping[str, Any]] = {**_PLAIN, **HEADING, "font_size": 9}
_BLUE_CELL: Final[Mapping[str, Any]] = {
    **_PLAIN,
    "border": 1,
    "border_color": "#8FA9C4",
    "bg_color": _BLUE,
    "locked": False,
}

LOOKS: Final[Mapping[str, Mapping[str, Any]]] = {
    "mark": {"font_color": QUIET, "font_size": 8, "valign": "top"},
    "title": {**_PLAIN, "bold": True, "font_size": 14},
    "plain": _PLAIN,
    "small": {**_PLAIN, "font_size": 9, "font_color": QUIET},
    "who": {**ARIAL, "bold": True, "font_size": 9},
    "what": {**ARIAL, "font_size": 9},
    "asked": {**_PLAIN, "bold": True, "bg_color": _BLUE},
    "asked right": {**_PLAIN, "bold": True, "bg_color": _BLUE, "align": "right"},
    "head": _HEAD,
    "head indented": {**_HEAD, "indent": 1},
    "head centred": {**_HEAD, "align": "center"},
    "head right": {**_HEAD, "align": "right", "indent": 1},
    "blue head": {**_HEAD, "bg_color": _BLUE, "indent": 1},
    "blue head centred": {**_HEAD, "bg_color": _BLUE, "align": "center"},
    "subtitle": {**_RULED, "bold": True, "valign": "bottom"},
    "subtitle centred": {**_RULED, "font_size": 9, "bold": True, "valign": "bottom", "align": "center"},
    "number": {**_RULED, "bold": True, "align": "left"},
    "label": {**_RULED, "font_size": 9},
    "text": {**_RULED, "indent": 1},
    "thread": {**_RULED, "font_size": 9, "indent": 1},
    "note": {**_RULED, "bold": True, "font_size": 11, "align": "center"},
    "count": {**_RULED, "bold": True, "align": "center", "num_format": WHOLE_NUMBER},
    "amount": {**_RULED, "text_wrap": False, "align": "right", "indent": 1},
    "total": {**_PLAIN, "bold": True, "top": 2, "indent": 1},
    "total amount": {**_PLAIN, "text_wrap": False, "bold": True, "top": 2, "align": "right", "indent": 1},
    "day": {**_RULED, "indent": 1, "num_format": DAY, "align": "left"},
    "blue note": {**_BLUE_CELL, "font_size": 11, "align": "center"},
    "blue text": {**_BLUE_CELL, "indent": 1, "num_format": "@"},
    "data": {**_DATA, "align": "left"},
    "data title": {**_DATA, "bold": True, "font_size": 13},
    "data subtitle": {**_DATA, "bold": True, "font_size": 10.5, "valign": "bottom"},
    "data quiet": {**_DATA, "font_color": QUIET},
    "data small": {**_DATA, "font_color": QUIET, "text_wrap": True},
    "data ruled": {**_DATA, **RULE},
    "data ruled wrapped": {**_DATA, **RULE, "text_wrap": True},
    "data centred": {**_DATA, **RULE, "align": "center"},
    "data strong": {**_DATA, **RULE, "align": "center", "bold": True},
    "data total": {**_DATA, "bold": True, "top": 2},
    "data total centred": {**_DATA, "bold": True, "top": 2, "align": "center"},
    "blue day": {**_BLUE_CELL, "indent": 1, "num_format": DAY, "align": "left"},
}

_HIGHEST: Final = 409
"""Points of the highest row that a spreadsheet has."""
_LINES: Final = 22
"""The lines of the highest row, in the largest letters of a text."""

Content = str | int | float | date | tuple[Saying, ...] | None


class _Cell(NamedTuple):
    """A cell to write, merged over `span` columns; `number_format` takes the place of that of its look."""

    column: int
    content: Content
    look: str
    span: int = 1
    number_format: str = ""

    @property
    def text(self) -> str | None:
        """The text of the cell, None for what is no text."""
        if isinstance(self.content, tuple):
            return "\n".join(saying.whole for saying in self.content)
        return self.content if isinstance(self.content, str) else None

    @property
    def going_on(self) -> _Cell:
        """What stands in the rows in which a long text goes on: nothing is filled in there."""
        content = going_on(self.text) if self.look == "mark" and self.text else None
        return self._replace(content=content, look=self.look.removeprefix("blue "))


class Looks:
    """The formats of a workbook, made when first used, and the digests of the texts of its sheets.

    Without `has_blue`, nothing is to be filled in: what would be blue looks as the rest.
    """

    def __init__(self, workbook: Workbook, *, has_blue: bool = False) -> None:
        self._workbook = workbook
        self._has_blue = has_blue
        self._made: dict[tuple[str, str], Format] = {}
        self.texts: set[str] = set()

    def of(self, name: str, number_format: str = "") -> Format:
        """Return the format of a name, with another format of numbers where one is given."""
        name = name if self._has_blue else name.removeprefix("blue ")
        if (name, number_format) not in self._made:
            changed = {"num_format": number_format} if number_format else {}
            self._made[name, number_format] = self._workbook.add_format({**LOOKS[name], **changed})
        return self._made[name, number_format]


class Sheet:
    """One sheet; `row` is the next row to write, from 0. Rows are as high as their texts, for Arial.

    A cell beyond the last of `pixels` is not written. The first `printed` columns are those of the page.
    A row with a short text is `lowest` points high, all rows together `points`.
    """

    def __init__(self, worksheet: Worksheet, looks: Looks, pixels: Sequence[int], printed: int) -> None:
        self.worksheet = worksheet
        self.looks = looks
        self.pixels = tuple(pixels)
        self.printed = printed
        self.row = 0
        self.points = 0.0
        self.lowest = 15.0
        for column, width in enumerate(pixels):
            worksheet.set_column_pixels(column, column, width)

    def skip(self) -> None:
        self.row += 1

    def banner(self, text: str, look: str = "plain") -> None:
        """Write a text over the width of the page."""
        self.write([text], [look], spans=[self.printed])

    def write(
        self,
        contents: Sequence[Content],
        looks: Sequence[str],
        *,
        spans: Sequence[int] = (),
        formats: Sequence[str] = (),
    ) -> None:
        """Write a row from the first column, each cell with its look, and below those that a long text needs.

        A cell may go over several columns, or have a format of numbers of its own.
        """
        cells, column = [], 0
        for rank, (content, look) in enumerate(zip(contents, looks, strict=True)):
            span = spans[rank] if rank < len(spans) else 1
            number_format = formats[rank] if rank < len(formats) else ""
            cells += [_Cell(column, content, look, span, number_format)] if column < len(self.pixels) else []
            column += span
        texts = [self._parts(cell) for cell in cells]
        for rank in range(max(map(len, texts))):
            height = self.lowest
            for cell, parts in zip(cells, texts, strict=True):
                shown = cell.going_on if rank else cell
                shown = shown._replace(content=parts[rank]) if rank < len(parts) else shown
                self._write(shown)
                height = max(height, self._height(shown))
            self.worksheet.set_row(self.row, min(height, _HIGHEST))
            self.points += min(height, _HIGHEST)
            self.row += 1

    def record(self, contents: Sequence[Content], look: str = "mark", formats: Sequence[str] = ()) -> None:
        """Write one row of data, its texts whole: for programs rather than for print."""
        for column, content in enumerate(contents):
            if content is not None:
                self._write(_Cell(column, content, look, number_format=formats[column] if formats else ""))
        self.row += 1

    def finish(self, footer: str, repeated_rows: tuple[int, int] | None, *, is_portrait: bool) -> None:
        """Set A4, one page wide, once every row is written: columns that are not printed stay out of it."""
        worksheet = self.worksheet
        if is_portrait:
            worksheet.set_portrait()
        else:
            worksheet.set_landscape()
        worksheet.set_paper(_A4)
        worksheet.fit_to_pages(1, 0)
        worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        worksheet.set_footer(_footer(footer))
        if repeated_rows is not None:
            worksheet.repeat_rows(*repeated_rows)
        if self.printed < len(self.pixels):
            worksheet.set_column(self.printed, self.printed, None, None, {"hidden": True})
            worksheet.print_area(0, 0, max(self.row - 1, 0), self.printed - 1)

    def _parts(self, cell: _Cell) -> Sequence[Content]:
        if cell.text is None or cell.look.startswith("blue "):  # what is entered is one cell
            return (cell.content,)
        parts = pieces(cell.text, *self._room(cell))
        return (cell.content,) if len(parts) == 1 else parts

    def _room(self, cell: _Cell) -> tuple[float, float]:
        """Return the width of a cell in pixels, and the size of its letters."""
        look = LOOKS[cell.look]
        width = sum(self.pixels[cell.column : cell.column + cell.span]) - 10 * look.get("indent", 0)
        return width, look["font_size"]

    def _height(self, cell: _Cell) -> float:
        if cell.text is None or not LOOKS[cell.look].get("text_wrap"):
            return 0
        width, size = self._room(cell)
        return len(lines_of(cell.text, width, size)) * size * 1.27 + 7

    def _write(self, cell: _Cell) -> None:
        look, content = self.looks.of(cell.look, cell.number_format), cell.content
        if cell.text is not None:
            self.looks.texts.add(text_digest(cell.text))
        if cell.span > 1:
            last = cell.column + cell.span - 1
            self.worksheet.merge_range(self.row, cell.column, self.row, last, "", look)
        match content:
            case None | ():
                self.worksheet.write_blank(self.row, cell.column, None, look)
            case str():
                write_text(self.worksheet, self.row, cell.column, content, look)
            case tuple():
                self._sayings(cell.column, content, look)
            case int() | float():
                self.worksheet.write_number(self.row, cell.column, content, look)
            case date():
                self.looks.texts |= {text_digest(f"{content:%d/%m/%Y}"), text_digest(day(content))}
                self.worksheet.write_datetime(self.row, cell.column, content, look)

    def _sayings(self, column: int, sayings: Sequence[Saying], look: Format) -> None:
        """Write what was said, the names in bold."""
        runs: list[Format | str] = []
        for rank, one in enumerate(sayings):
            name, said = (harmless(text, multiline=True) for text in (one.who, one.after))
            name = ("\n" if rank else "") + name
            runs += [self.looks.of("who"), name, self.looks.of("what"), said]
        self.worksheet.write_rich_string(self.row, column, *runs, look)


def note(answer: Answer | None) -> int | str | None:
    """Return a note as a number, to be summed; NC as text; None without an answer."""
    if answer is None:
        return None
    return answer_text(answer) if isinstance(answer, NotConcerned) else int(answer)
