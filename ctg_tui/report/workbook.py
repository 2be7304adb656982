"""What every workbook shares: made in memory, same bytes for the same content, text that stays text."""

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
"""After `&&`, XlsxWriter sees the code of a picture (`&G`, `&[Picture]`), has none, and drops the footer."""

_FOOTER_UNITS: Final = 200
"""A footer takes 255, marks included; it is a reminder of what the sheets say in full."""


def make_workbook(title: str, created_at: datetime, fill: Callable[[Workbook], None]) -> bytes:
    """The bytes of the workbook that `fill` writes. Two of the same content differ only by `created_at`."""
    import xlsxwriter  # costs as much as a frame: only when a workbook is made

    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as workbook:
        created = created_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        workbook.set_properties({"title": harmless(title), "created": created})
        fill(workbook)
    return content.getvalue()


def write_text(sheet: Worksheet, row: int, column: int, text: str, look: Format | None = None) -> None:
    """Write `text` in a cell, whatever it begins with. Raises ValueError when a cell cannot hold it all."""
    shown = harmless(text, multiline=True)
    if not shown:
        sheet.write_blank(row, column, None, look)
    elif shown.startswith("<r>") and shown.endswith("</r>"):
        # XlsxWriter takes such a text for its own markup and writes it as it is: three runs say it is not.
        looks = () if look is None else (look,)
        sheet.write_rich_string(row, column, "<", "r", shown[2:], *looks)
    elif sheet.write_string(row, column, shown, look) != 0:
        raise ValueError("a text is too long for a cell: split it with `pieces`")


def print_set_up(sheet: Worksheet, footer: str, repeated_rows: tuple[int, int] | None = None) -> None:
    """A4 landscape, as wide as the page; `footer` and the page number on each."""
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
            shown += "&&&8"  # the size once more, which changes nothing
        else:
            shown += "&&"
        if _units(shown) >= _FOOTER_UNITS:
            break
    # The space keeps a digit in front from being read as a part of the size.
    sheet.set_footer(f"&L&8 {shown}&R&8&P / &N")
    if repeated_rows is not None:
        sheet.repeat_rows(*repeated_rows)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def pieces(text: str, columns: int, lines: int = 24) -> tuple[str, ...]:
    """`text` in parts that each fit `lines` lines of `columns` characters; together they are `text`.

    A row is at most 409 points high: what goes beyond could be neither seen nor printed.
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
    """Where the last character that fits ends."""
    line, used = 1, 0
    for position in range(start, len(text)):
        used += 1
        if text[position] == "\n" or used > columns:
            line, used = line + 1, int(text[position] != "\n")
        if line > lines:
            return position + 1 if text[position] == "\n" else max(position, start + 1)
    return len(text)
