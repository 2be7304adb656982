"""The XLSX report: the workbook that the adviser answers in, and its hidden sheet « Données »."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.assessment import Cell
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.text import canonical_json, harmless
from ctg_tui.domain.thread import Point
from ctg_tui.formats import (
    ADDRESSEE,
    ASSESSMENT,
    FILE,
    GRID,
    HEADINGS,
    MEETING,
    MOMENT,
    NAME,
    POINTS,
    SENDING,
    TERRITORY,
    TEXTS,
)
from ctg_tui.report import sheets, wording
from ctg_tui.report.content import ReportContent
from ctg_tui.report.workbook import ARIAL, Looks, Sheet, make_workbook, note
from ctg_tui.wording.workbook import GRID_SHEET, MEETING_SHEET

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_ALLOWED = {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True}


def render(content: ReportContent) -> bytes:
    """Return the whole workbook. The same content gives the same bytes."""
    return make_workbook(content.title, content.created_at, lambda workbook: _fill(workbook, content), ARIAL)


def _fill(workbook: Workbook, content: ReportContent) -> None:
    looks = Looks(workbook)

    def worksheet(name: str) -> Worksheet:
        made = workbook.add_worksheet(name)
        made.protect("", _ALLOWED)
        made.hide_gridlines(2)
        return made

    pixels = sheets.grid_pixels(content)
    printed = len(pixels) - 1 if content.is_sent else len(pixels)
    sheets.write_grid(Sheet(worksheet(GRID_SHEET), looks, pixels, printed), content)
    pixels = list(sheets.MEETING_PIXELS[: None if content.is_sent else -1])
    met = Sheet(worksheet(MEETING_SHEET), looks, pixels, len(sheets.MEETING_PIXELS) - 1)
    points = sheets.write_meeting(met, content)
    if content.grid is not None:
        data = Sheet(worksheet(NAME), looks, (90, 100, 60, 420), 4)
        write_data(data, content, content.grid, points, [*looks.texts])
        data.worksheet.hide()


# The sheet « Données »: every answer once, for programs, and for the workbook sent back.

_MOST_IN_CELL: Final = 16_000
"""Characters of one cell: a spreadsheet holds 32,767 units of UTF-16, and an emoji takes two."""


def parts(text: str | None) -> list[str | None]:
    """Return a text in as many parts as it takes cells: the first goes beside its note, the others last."""
    whole = text or ""
    return [
        whole[start : start + _MOST_IN_CELL] or None for start in range(0, len(whole) or 1, _MOST_IN_CELL)
    ]


_Points = Mapping[str, Sequence[Point]]


def write_data(
    sheet: Sheet,
    content: ReportContent,
    grid: Grid,
    points: _Points,
    texts: Iterable[str],
) -> None:
    """Write the answers, then the indicators, their number in the column of notes, then the grid.

    In a report that was sent, the last rows say what comes back is about: `points` are those of the sheet
    « Entretien » by their marks, `texts` the digests of all texts of the other sheets.
    """
    sheet.record(HEADINGS)
    sheet.worksheet.freeze_panes(1, 0)
    assessment = content.assessment

    def write(line: str, policy: str, value: int | str | None, text: str | None) -> None:
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
    for name, text in facts:
        for part in parts(text):
            sheet.record([name, None, None, part])


def _about_the_file(
    content: ReportContent, points: _Points, texts: Iterable[str]
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
        [mark, group[0].key, group[0].line, group[0].policy, _of_caf(group)] for mark, group in points.items()
    ]
    yield POINTS, canonical_json(said).decode()
    yield TEXTS, "".join(sorted(texts))


def _of_caf(points: Sequence[Point]) -> list[str]:
    """Return the ids of what the Caf said in the points of one row."""
    return list(dict.fromkeys(row.id for point in points for row in point.rows if row.is_caf))
