"""What workbooks share: reproducible bytes, texts never as formulas, sheets row after row, « Données »."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ctg_tui.domain.assessment import Answer, Cell, NotConcerned, answer_text
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import Tally
from ctg_tui.domain.text import canonical_json, harmless
from ctg_tui.domain.thread import Point
from ctg_tui.formats import (
    ADDRESSEE,
    ASSESSMENT,
    CONTROL,
    FILE,
    GRID,
    HEADINGS,
    MEETING,
    MOMENT,
    POINTS,
    SENDING,
    TERRITORY,
    TEXTS,
    control,
    text_digest,
)
from ctg_tui.report import wording
from ctg_tui.report.content import ReportContent
from ctg_tui.wording.french import DASH, NBSP, day

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

A4: Final = 9
_TAKEN_FOR_A_PICTURE: Final = {"G", "["}
"""After `&&`, XlsxWriter reads these as the code of a picture (`&G`, `&[Picture]`) and drops the footer."""

_FOOTER_UNITS: Final = 200
"""Excel takes 255, marks included; the sheets have the same text in full."""


def make_workbook(
    title: str, created_at: datetime, fill: Callable[[Workbook], None], font: Mapping[str, Any] | None = None
) -> bytes:
    """Return the bytes of the workbook that `fill` writes; the same content differs only by `created_at`.

    `font` is that of all its cells, by which spreadsheets measure columns; Calibri without it.
    """
    import xlsxwriter  # slow to import: only when a workbook is made

    content = io.BytesIO()
    options: dict[str, Any] = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    if font is not None:
        options["default_format_properties"] = dict(font)  # XlsxWriter adds to what it is given
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


def print_set_up(
    sheet: Worksheet,
    footer: str,
    repeated_rows: tuple[int, int] | None = None,
    *,
    is_portrait: bool = False,
) -> None:
    """Set A4, one page wide, with `footer` and the page number on each page."""
    if is_portrait:
        sheet.set_portrait()
    else:
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
        width = 2 if unicodedata.east_asian_width(text[position]) in _WIDE else 1
        used += width
        if text[position] == "\n" or used > columns:
            line, used = line + 1, 0 if text[position] == "\n" else width
        if line > lines:
            return position + 1 if text[position] == "\n" else max(position, start + 1)
    return len(text)


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


def wrapped_lines(text: str, pixels: int, size: float) -> int:
    """Return in how many lines a cell of that width shows a text in letters of `size` points."""
    room = (pixels - 10) * 0.75 / size
    lines = 0
    for paragraph in text.split("\n"):
        lines, used = lines + 1, 0.0
        for word in paragraph.split(" "):
            width = text_width(word)
            if used and used + 0.28 + width > room:
                lines, used = lines + 1, 0.0
            used += width + (0.28 if used else 0.0)
            lines, used = lines + int(used // room), used % room
    return lines


PER_CENT = f'0"{NBSP}"%'
PROPOSED_PER_CENT = f'"°{NBSP}"0"{NBSP}"%;"°{NBSP}"-0"{NBSP}"%;"°{NBSP}"0"{NBSP}"%;"°{NBSP}"@'
"""The same with the mark of proposed lines, before the dash too."""
WHOLE_NUMBER = '[>=1000]0"\N{NARROW NO-BREAK SPACE}"000;0'
"""A number up to 999 999 as French writes it, whatever the language of the spreadsheet."""
DAY = "[$-40C]d mmmm yyyy"

MISSING = "#N/A"
"""A value that a chart leaves out."""


_BOX: Final[Mapping[str, Any]] = {"border": 1, "border_color": "#7D8792", "valign": "top", "text_wrap": True}
_HEAD: Final[Mapping[str, Any]] = {**_BOX, "bold": True, "bg_color": "#EEF1F4"}
_TOTAL: Final[Mapping[str, Any]] = {**_BOX, "bold": True, "top": 2}

_BLUE: Final = "#DCE9F7"
_QUIET: Final = "#4A535E"
_TEXT_SIZE: Final = 11

ARIAL: Final[Mapping[str, Any]] = {"font_name": "Arial", "font_size": 10}
_BANNER: Final[Mapping[str, Any]] = {
    **ARIAL,
    "valign": "vcenter",
    "text_wrap": True,
}
_RULED: Final[Mapping[str, Any]] = {**_BANNER, "bottom": 1, "bottom_color": "#B3BAC2"}
_RULED_HEAD: Final[Mapping[str, Any]] = {
    **_BANNER,
    "bold": True,
    "font_size": 9,
    "bottom": 2,
    "bg_color": "#F1F3F5",
}
_BLUE_CELL: Final[Mapping[str, Any]] = {
    **_BANNER,
    "border": 1,
    "border_color": "#8FA9C4",
    "bg_color": _BLUE,
    "locked": False,
}

LOOKS: Final[Mapping[str, Mapping[str, Any]]] = {
    "title": {"bold": True, "font_size": 15},
    "subtitle": {"bold": True, "font_size": 12},
    "plain": {"valign": "top"},
    "quiet": {"font_color": _QUIET, "valign": "top"},
    "name": {"bold": True, "valign": "top"},
    "head": _HEAD,
    "head centred": {**_HEAD, "align": "center"},
    "text": _BOX,
    "number": {**_BOX, "align": "center", "num_format": WHOLE_NUMBER},
    "per cent": {**_BOX, "align": "center", "num_format": PER_CENT},
    "proposed per cent": {**_BOX, "align": "center", "num_format": PROPOSED_PER_CENT},
    "day": {**_BOX, "num_format": DAY, "align": "left"},
    "total": _TOTAL,
    "total per cent": {**_TOTAL, "align": "center", "num_format": PER_CENT},
    "total proposed per cent": {**_TOTAL, "align": "center", "num_format": PROPOSED_PER_CENT},
    "mark": {"font_color": _QUIET, "font_size": 8, "valign": "top"},
    "banner title": {**_BANNER, "bold": True, "font_size": 14},
    "banner": _BANNER,
    "banner small": {**_BANNER, "font_size": 9, "font_color": _QUIET},
    "banner blue": {**_BANNER, "bold": True, "bg_color": _BLUE},
    "banner blue right": {**_BANNER, "bold": True, "bg_color": _BLUE, "align": "right"},
    "ruled head": _RULED_HEAD,
    "ruled head indented": {**_RULED_HEAD, "indent": 1},
    "ruled head centred": {**_RULED_HEAD, "align": "center"},
    "blue head": {**_RULED_HEAD, "bg_color": _BLUE, "indent": 1},
    "blue head centred": {**_RULED_HEAD, "bg_color": _BLUE, "align": "center"},
    "ruled mission": {**_RULED, "bold": True, "valign": "bottom", "text_wrap": False},
    "ruled number": {**_RULED, "bold": True, "align": "left"},
    "ruled label": {**_RULED, "font_size": 9},
    "ruled text": {**_RULED, "indent": 1},
    "ruled thread": {**_RULED, "font_size": 9, "indent": 1},
    "ruled note": {**_RULED, "bold": True, "font_size": 11, "align": "center"},
    "ruled count": {**_RULED, "bold": True, "align": "center", "num_format": WHOLE_NUMBER},
    "blue note": {**_BLUE_CELL, "font_size": 11, "align": "center"},
    "blue text": {**_BLUE_CELL, "indent": 1, "num_format": "@"},
    "blue day": {**_BLUE_CELL, "indent": 1, "num_format": DAY, "align": "left"},
    "ruled day": {**_RULED, "indent": 1, "num_format": DAY, "align": "left"},
}

_GOING_ON: Final[Mapping[str, str]] = {
    "blue note": "ruled text",
    "blue text": "ruled text",
}
"""The looks of the rows in which a long text goes on: nothing is filled in there."""
_ENTERED: Final = frozenset({"blue text"})


Content = str | int | float | date | None


class Column(NamedTuple):
    """A cell to write: its content, its format, and the number of columns it is merged over.

    `continued` stands in its place in each row in which a long text of its line goes on. `number_format`
    takes the place of that of its look.
    """

    content: Content
    look: str = "text"
    span: int = 1
    continued: Content = None
    number_format: str = ""


class Looks:
    """The formats of a workbook, made when first used, and the digests of the texts of its sheets."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[str, str], Format] = {}
        self.texts: set[str] = set()

    def __getitem__(self, name: str) -> Format:
        return self.of(name)

    def of(self, name: str, number_format: str = "") -> Format:
        """Return the format of a name, with another format of numbers where one is given."""
        if (name, number_format) not in self._made:
            changed = {"num_format": number_format} if number_format else {}
            self._made[name, number_format] = self._workbook.add_format({**LOOKS[name], **changed})
        return self._made[name, number_format]


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
                self._text(0, part, self.looks[look])
                self.row += 1

    def named(self, name: str, text: str) -> None:
        """Write a name and its value beside, in several rows if needed."""
        self._text(0, name, self.looks["name"])
        for paragraph in text.split("\n"):
            for part in pieces(paragraph, self._room(1, len(self.widths) - 1), 1):
                self._text(1, part, self.looks["plain"])
                self.row += 1

    def cells(self, columns: Sequence[Column]) -> None:
        """Write a row of a table from the first column, and the rows below that a long text needs."""
        starts = [sum(column.span for column in columns[:rank]) for rank in range(len(columns))]
        texts = [self._parts(column, start) for column, start in zip(columns, starts, strict=True)]
        for rank in range(max(len(parts) for parts in texts)):
            shown = []
            for column, start, parts in zip(columns, starts, texts, strict=True):
                look = _GOING_ON.get(column.look, column.look) if rank else column.look
                content = parts[rank] if rank < len(parts) else column.continued
                shown.append(column._replace(content=content, look=look))
                self._cell(start, shown[-1], content)
            self._fit(shown)
            self.row += 1

    def _fit(self, columns: Sequence[Column]) -> None:
        """Make the row as high as it needs to be: spreadsheets do it by themselves, merged cells apart."""

    def record(self, contents: Sequence[Content], look: str = "plain") -> None:
        """Write one row of data, its texts whole: for programs rather than for print."""
        for column, content in enumerate(contents):
            if content is not None:
                self._cell(column, Column(content, look), content)
        self.row += 1

    def print_set_up(
        self, footer: str, repeated_rows: tuple[int, int] | None = None, *, is_portrait: bool = True
    ) -> None:
        print_set_up(self.worksheet, footer, repeated_rows, is_portrait=is_portrait)

    def limit_print(self) -> None:
        """Keep the columns that are not printed out of the page, once every row is written."""
        if self.printed < len(self.widths):
            self.worksheet.print_area(0, 0, max(self.row - 1, 0), self.printed - 1)

    def _parts(self, column: Column, start: int) -> Sequence[Content]:
        if not isinstance(column.content, str) or column.look in _ENTERED:  # what is entered is one cell
            return (column.content,)
        return pieces(column.content, self._room(start, column.span))

    def _room(self, start: int, span: int) -> int:
        return sum(self.widths[start : start + span])

    def _text(self, column: int, text: str, look: Format) -> None:
        self.looks.texts.add(text_digest(text))
        write_text(self.worksheet, self.row, column, text, look)

    def _cell(self, start: int, column: Column, content: Content) -> None:
        look = self.looks.of(column.look, column.number_format)
        if column.span > 1:
            self.worksheet.merge_range(self.row, start, self.row, start + column.span - 1, "", look)
        match content:
            case None:
                self.worksheet.write_blank(self.row, start, None, look)
            case str():
                self._text(start, content, look)
            case int() | float():
                self.worksheet.write_number(self.row, start, content, look)
            case date():
                self.looks.texts |= {text_digest(f"{content:%d/%m/%Y}"), text_digest(day(content))}
                self.worksheet.write_datetime(self.row, start, content, look)


class RuledSheet(Sheet):
    """A sheet whose widths are in pixels, and whose rows are as high as their texts, for Arial.

    `lowest` is the height of a row, in points, that a short text does not make higher.
    """

    def __init__(
        self, worksheet: Worksheet, looks: Looks, pixels: Sequence[int], printed: int | None = None
    ) -> None:
        super().__init__(worksheet, looks, [width // _PIXELS_OF_A_COLUMN for width in pixels], printed)
        self.pixels = tuple(pixels)
        self.lowest = 15.0
        for column, width in enumerate(pixels):
            worksheet.set_column_pixels(column, column, width)

    def _fit(self, columns: Sequence[Column]) -> None:
        height, start = self.lowest, 0
        for column in columns:
            look = LOOKS[column.look]
            if isinstance(column.content, str) and look.get("text_wrap"):
                size = look["font_size"]
                width = sum(self.pixels[start : start + column.span]) - 10 * look.get("indent", 0)
                height = max(height, wrapped_lines(column.content, width, size) * size * 1.27 + 6)
            start += column.span
        self.worksheet.set_row(self.row, min(height, _HIGHEST))


_PIXELS_OF_A_COLUMN: Final = 8
_HIGHEST: Final = 409
"""Points of the highest row that a spreadsheet has."""


def per_cent(is_proposed: bool, total: str = "") -> str:
    """Return the look of a percentage, with the mark for proposed lines."""
    return f"{total}{'proposed ' if is_proposed else ''}per cent"


def fraction(percentage: int | None) -> float | None:
    """Return a percentage as a cell holds it, a part of 1; None without one."""
    return None if percentage is None else percentage / 100


def shown_percentage(tally: Tally, look: str = "per cent", span: int = 1) -> Column:
    """Return a percentage, a dash where nothing is noted."""
    return Column(DASH if tally.percentage is None else tally.percentage / 100, look, span)


# The sheet « Données »: every answer once, for programs, and for the workbook sent back.

WIDTHS: Final = (12, 14, 8, 60)
_MOST_IN_CELL: Final = 16_000
"""Characters of one cell: a spreadsheet holds 32,767 units of UTF-16, and an emoji takes two."""


def note(answer: Answer | None) -> int | str | None:
    """Return a note as a number, to be summed; NC as text; None without an answer."""
    if answer is None:
        return None
    return answer_text(answer) if isinstance(answer, NotConcerned) else int(answer)


def parts(text: str | None) -> list[str | None]:
    """Return a text in as many parts as it takes cells: the first goes beside its note, the others last."""
    whole = text or ""
    return [
        whole[start : start + _MOST_IN_CELL] or None for start in range(0, len(whole) or 1, _MOST_IN_CELL)
    ]


def write_data(
    sheet: Sheet, content: ReportContent, grid: Grid, points: Mapping[str, Point], texts: Iterable[str]
) -> None:
    """Write the answers, then the indicators, their number in the column of notes, then the grid.

    In a report that was sent, the last rows say what comes back is about: `points` are those of the sheet
    « Entretien » by their marks, `texts` the digests of all texts of the other sheets.
    """
    sheet.record(HEADINGS, "name")
    sheet.worksheet.freeze_panes(1, 0)
    assessment = content.assessment
    keys: list[tuple[str, str, str]] = []

    def write(line: str, policy: str, value: int | str | None, text: str | None) -> None:
        keys.append((line, policy, "" if value is None else str(value)))
        sheet.record([line, policy or None, value, text])

    for line in grid.activities:
        comment = parts(assessment.comments.get(line))[0]
        for policy in grid.policies:
            write(line, policy.id, note(assessment.answers.get(Cell(line, policy.id))), comment)
            comment = None
    for line in grid.indicators:
        write(line, "", assessment.numbers.get(line), parts(assessment.remarks.get(line))[0])
    for line, text in (*assessment.comments.items(), *assessment.remarks.items()):
        for part in parts(text)[1:] if line in grid.mission_of else ():
            sheet.record([line, None, None, part])
    facts = [
        (GRID, f"{grid.id} {grid.fingerprint}"),
        *(_about_the_file(content, points, texts) if content.is_sent else ()),
    ]
    about = [(name, part or "") for name, text in facts for part in parts(text)]
    if content.is_sent:
        given = [key for key in keys if key[1] or key[2]]
        given += [(name, "", harmless(text, multiline=True).strip()) for name, text in about]
        about.append((CONTROL, control(given)))
    for name, text in about:
        sheet.record([name, None, None, text])


def _about_the_file(
    content: ReportContent, points: Mapping[str, Point], texts: Iterable[str]
) -> Iterator[tuple[str, str]]:
    """Yield what the reader needs to know of the file that this workbook is of."""
    assessment, sending = content.assessment, content.sending
    assert sending is not None  # of a report that was sent
    territory = assessment.identity.territory
    facts = {
        "nom": territory.name,
        "siren": territory.siren,
        "departement": territory.department,
        "identifiant": territory.known_id,
    }
    known = {name: text and harmless(text) for name, text in facts.items()}
    meeting = wording.meeting_of(assessment)
    yield FILE, content.about
    yield ASSESSMENT, assessment.uuid
    yield SENDING, str(sending.number)
    yield MOMENT, sending.created_at.astimezone(UTC).isoformat(timespec="seconds")
    yield ADDRESSEE, assessment.identity.adviser.name
    yield MEETING, "" if meeting is None else meeting[0].isoformat()
    yield TERRITORY, canonical_json(known).decode()  # as JSON: a space at the end of a name stays
    said = [
        [mark, point.key, point.line, point.policy, [row.id for row in point.rows if row.is_caf]]
        for mark, point in points.items()
    ]
    yield POINTS, canonical_json(said).decode()
    yield TEXTS, "".join(sorted(texts))
