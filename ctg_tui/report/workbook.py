"""The parts that every workbook shares: made in memory, reproducible bytes, texts never read as formulas."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.text import harmless

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

A4: Final = 9
_TAKEN_FOR_A_PICTURE: Final = {"G", "["}
"""After `&&`, XlsxWriter reads these as the code of a picture (`&G`, `&[Picture]`) and drops the footer."""

_FOOTER_UNITS: Final = 200
"""Excel takes 255, marks included; the sheets have the same text in full."""


def make_workbook(title: str, created_at: datetime, fill: Callable[[Workbook], None]) -> bytes:
    """Return the bytes of the workbook that `fill` writes; the same content differs only by `created_at`."""
    import xlsxwriter  # slow to import: only when a workbook is made

    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
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


def print_set_up(sheet: Worksheet, footer: str, repeated_rows: tuple[int, int] | None = None) -> None:
    """Set A4 landscape, one page wide, with `footer` and the page number on each page."""
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    shown = ""
    text = harmless(footer)
    for character, following in zip(text, [*text[1:], ""], strict=True):
        if character != "&":
            shown += character
        elif following in _TAKEN_FOR_A_PICTURE:
            shown += "&&&8"  # repeat the size, to part the sign from what follows
        else:
            shown += "&&"
        if _units(shown) >= _FOOTER_UNITS:
            break
    # The space keeps a leading digit from being read as a part of the size.
    sheet.set_footer(f"&L&8 {shown}&R&8&P / &N")
    if repeated_rows is not None:
        sheet.repeat_rows(*repeated_rows)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def pieces(text: str, columns: int, lines: int = 24) -> tuple[str, ...]:
    """Split `text` into parts that each fit `lines` lines of `columns` characters; joined, they are `text`.

    A row is at most 409 points high: text beyond it would be neither seen nor printed.
    """
    return tuple(_pieces(harmless(text, multiline=True), columns, lines)) or ("",)


def _pieces(text: str, columns: int, lines: int) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = _fitting(text, start, columns, lines)
        if end < len(text):
            space = max(text.rfind(" ", start, end), text.rfind("\n", start, end)) + 1
            end = space if space - start > (end - start) // 2 else end
        yield text[start:end]
        start = end


def _fitting(text: str, start: int, columns: int, lines: int) -> int:
    """Return the end of the part that begins at `start` and fits."""
    line, used = 1, 0
    for position in range(start, len(text)):
        used += 1
        if text[position] == "\n" or used > columns:
            line, used = line + 1, int(text[position] != "\n")
        if line > lines:
            return position + 1 if text[position] == "\n" else max(position, start + 1)
    return len(text)
