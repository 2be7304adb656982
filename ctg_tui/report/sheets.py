"""What workbooks share: reproducible bytes, texts never as formulas, sheets written row after row."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ctg_tui.domain.assessment import Answer, NotConcerned, answer_text
from ctg_tui.domain.text import harmless
from ctg_tui.formats import text_digest
from ctg_tui.wording.french import NBSP, day

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

MOST_IN_CELL: Final = 16_000
"""Characters of one cell: a spreadsheet holds 32,767 units of UTF-16, and an emoji takes two."""
LETTER: Final = 0.52
"""The mean width of a letter of Arial, in heights of the letters."""
PER_CENT: Final = f'0"{NBSP}"%'
WHOLE_NUMBER: Final = '[>=1000]0"\N{NARROW NO-BREAK SPACE}"000;0'
"""A number up to 999 999 as French writes it, whatever the language of the spreadsheet."""
DAY: Final = "[$-40C]d mmmm yyyy"

_A4: Final = 9
_HIGHEST: Final = 409
"""Points of the highest row that a spreadsheet has."""
_LONGEST_FOOTER: Final = 115
"""Characters: Excel takes 255 units, and the sheets have the same text in full."""

_LOOK: Final = {"font_name": "Arial", "font_size": 10, "valign": "vcenter", "text_wrap": True}
_BLUE: Final = "#DCE9F7"
_WORDS: Final[Mapping[str, Mapping[str, Any]]] = {
    "title": {"bold": True, "font_size": 14},
    "ruled": {"bottom": 1, "bottom_color": "#B3BAC2"},
    "head": {"bold": True, "bottom": 2, "bg_color": "#F1F3F5", "font_size": 9},
    "total": {"bold": True, "top": 2},
    "bold": {"bold": True},
    "low": {"valign": "bottom"},
    "small": {"font_size": 9},
    "big": {"font_size": 11},
    "quiet": {"font_color": "#4A535E"},
    "ground": {"bg_color": _BLUE},
    "blue": {"border": 1, "border_color": "#8FA9C4", "bg_color": _BLUE, "locked": False},
    "mark": {"font_size": 8, "font_color": "#4A535E", "valign": "top", "text_wrap": False},
    "centre": {"align": "center"},
    "left": {"align": "left"},
    "right": {"align": "right"},
    "indent": {"indent": 1},
    "whole": {"text_wrap": False},
    "text": {"num_format": "@"},
}
"""The words of which a look is made; what is `blue` is filled in by the adviser."""

Content = str | int | float | date | None


class Box(NamedTuple):
    """A cell to write: its look in words, the columns it goes over, its format of numbers."""

    content: Content
    look: str = ""
    span: int = 1
    number_format: str = ""

    @property
    def text(self) -> str | None:
        """The text of the cell, None for what is no text."""
        return self.content[:MOST_IN_CELL] if isinstance(self.content, str) else None


def make_workbook(title: str, created_at: datetime, fill: Callable[[Book], None]) -> bytes:
    """Return the bytes of the workbook that `fill` writes; the same content differs only by `created_at`."""
    import xlsxwriter  # slow to import: only when a workbook is made

    content = io.BytesIO()
    options: dict[str, Any] = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_format_properties": {"font_name": "Arial", "font_size": 10},  # the measure of columns
    }
    with xlsxwriter.Workbook(content, options) as workbook:
        created = created_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        workbook.set_properties({"title": harmless(title), "created": created})
        fill(Book(workbook))
    return content.getvalue()


class Book:
    """A workbook being written, with the digests of the texts of its sheets."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._looks: dict[tuple[str, str], Format] = {}
        self.texts: set[str] = set()

    def sheet(self, name: str, pixels: Sequence[int], printed: int | None = None) -> Sheet:
        """Add a sheet with columns of these widths, of which the first `printed` are on paper."""
        return Sheet(self, self._workbook.add_worksheet(name), pixels, printed or len(pixels))

    def look(self, words: str, number_format: str = "") -> Format:
        """Return the format of a look."""
        if (words, number_format) not in self._looks:
            changed = {"num_format": number_format} if number_format else {}
            self._looks[words, number_format] = self._workbook.add_format(properties(words) | changed)
        return self._looks[words, number_format]


def properties(look: str) -> dict[str, Any]:
    """Return the properties of a look, the last words before the first ones."""
    made: dict[str, Any] = dict(_LOOK)
    for word in look.split():
        made |= _WORDS[word]
    return made


class Sheet:
    """One sheet; `row` is the next row to write, from 0. Rows are as high as their texts, for Arial.

    A cell beyond the last column is not written.
    """

    def __init__(self, book: Book, worksheet: Worksheet, pixels: Sequence[int], printed: int) -> None:
        self.book, self.worksheet = book, worksheet
        self.pixels, self.printed = tuple(pixels), printed
        self.row = 0
        worksheet.hide_gridlines(2)
        for column, width in enumerate(pixels):
            worksheet.set_column_pixels(column, column, width)

    def banner(self, text: str, look: str = "", lowest: float = 15.0) -> None:
        """Write a text over the width of the page."""
        self.write([Box(text, look, self.printed)], lowest)

    def write(self, boxes: Iterable[Box], lowest: float = 15.0) -> None:
        """Write a row from the first column, at least `lowest` points high."""
        column, height = 0, lowest
        for box in boxes:
            if column < len(self.pixels):
                self._write(column, box)
                height = max(height, self._height(column, box))
            column += box.span
        self.worksheet.set_row(self.row, min(height, _HIGHEST))
        self.row += 1

    def finish(self, footer: str, repeated_row: int | None = None, *, is_portrait: bool = False) -> None:
        """Set A4, one page wide, once every row is written: columns that are not printed stay out of it."""
        worksheet = self.worksheet
        worksheet.set_portrait() if is_portrait else worksheet.set_landscape()
        worksheet.set_paper(_A4)
        worksheet.fit_to_pages(1, 0)
        worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        # « & » would be an order.
        shown = " et ".join(part.strip() for part in harmless(footer).split("&"))[:_LONGEST_FOOTER]
        worksheet.set_footer(f"&L&8 {shown}&R&8&P / &N")
        if repeated_row is not None:
            worksheet.repeat_rows(repeated_row)
        if self.printed < len(self.pixels):
            worksheet.set_column(self.printed, self.printed, None, None, {"hidden": True})
            worksheet.print_area(0, 0, max(self.row - 1, 0), self.printed - 1)

    def _height(self, column: int, box: Box) -> float:
        """Return the points that a text takes, a little more than less."""
        if not box.text or not (look := properties(box.look))["text_wrap"]:
            return 0
        width = sum(self.pixels[column : column + box.span]) - 10 * look.get("indent", 0) - 10
        letters = max(int(width * 0.75 / look["font_size"] / LETTER), 1)
        lines = sum(len(wrap(part, letters)) or 1 for part in box.text.split("\n"))
        return float(lines * look["font_size"] * 1.27 + 7)

    def _write(self, column: int, box: Box) -> None:
        look, content = self.book.look(box.look, box.number_format), box.content
        if box.text is not None:
            self.book.texts.add(text_digest(box.text))
        if box.span > 1:
            self.worksheet.merge_range(self.row, column, self.row, column + box.span - 1, "", look)
        match content:
            case None | "":
                self.worksheet.write_blank(self.row, column, None, look)
            case str():
                shown = harmless(content[:MOST_IN_CELL], multiline=True)
                # XlsxWriter writes `<r>…</r>` as rich-string markup, unescaped: three runs avoid that.
                runs = ("<", "r", shown[2:], look) if shown.startswith("<r>") else ()
                write = self.worksheet.write_rich_string if runs else self.worksheet.write_string
                write(self.row, column, *(runs or (shown, look)))
            case int() | float():
                self.worksheet.write_number(self.row, column, content, look)
            case date():
                self.book.texts |= {text_digest(f"{content:%d/%m/%Y}"), text_digest(day(content))}
                self.worksheet.write_datetime(self.row, column, content, look)


def note(answer: Answer | None) -> int | str | None:
    """Return a note as a number, to be summed; NC as text; None without an answer."""
    if answer is None:
        return None
    return answer_text(answer) if isinstance(answer, NotConcerned) else int(answer)
