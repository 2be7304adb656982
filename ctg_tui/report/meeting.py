"""The sheet « Entretien »: a page to print, and the record of the meeting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ctg_tui.chart.figures import Figures, in_words
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import Scores, figure_rows
from ctg_tui.domain.text import harmless
from ctg_tui.report import wording
from ctg_tui.report import workbook as figures
from ctg_tui.report.content import ReportContent
from ctg_tui.report.workbook import Column, Sheet, pieces
from ctg_tui.wording import results
from ctg_tui.wording.french import DASH, NBSP
from ctg_tui.wording.lines import TOTAL, basis, figure_name

if TYPE_CHECKING:
    from xlsxwriter.chart import Chart

SHEET: Final = "Entretien"
TITLE: Final = "Entretien avec la Caf"
MET: Final = "Personnes rencontrées"
_LABEL, _NOTE, _TEXT = 34, 11, 30
_FEWEST_NOTE_COLUMNS: Final = 3
_CHART_ROWS: Final = 19
LINE_HEIGHT: Final = 15
"""Points of a line of text."""
_DESCRIPTION_LENGTH: Final = 2_000


def widths(grid: Grid) -> list[int]:
    """Return the widths of the columns: a name, the notes, what was said, what was answered."""
    return [_LABEL, *[_NOTE] * max(len(grid.policies), _FEWEST_NOTE_COLUMNS), _TEXT, _TEXT]


# The figures, here and on the first sheet.


def write_percentages(sheet: Sheet, content: ReportContent, grid: Grid, scores: Scores) -> None:
    """Write percentages by policy and together, then together in former years, the latest first."""
    years = content.years
    names = () if years is None else results.year_names(years)
    former = range(len(names) - 2, -1, -1)
    sheet.cells(
        [
            Column("Pourcentages de réalisation", "head"),
            *(Column(policy.label, "head centred") for policy in grid.policies),
            Column(TOTAL, "head centred"),
            *(Column(f"{TOTAL}{NBSP}{names[rank]}", "head centred") for rank in former),
        ]
    )
    for row in figure_rows(grid, scores):
        total = "total " if row.mission is None else ""
        look = figures.per_cent(row.is_proposed, total)
        past = () if years is None else years.of_row(row).tallies
        sheet.cells(
            [
                Column(figure_name(grid, row), "total" if total else "text"),
                *(figures.shown_percentage(tally, look) for tally in (*row.tallies, row.whole)),
                *(Column(results.year_figure(past[rank], row.is_proposed), look) for rank in former),
            ]
        )
    sheet.line(basis(grid), "quiet")


def insert_chart(sheet: Sheet, chart: Chart, drawn: Figures, column: int = 0) -> None:
    """Put a chart at the next row, with its figures in words; `row` stays where it is."""
    text = harmless(in_words(drawn))[:_DESCRIPTION_LENGTH]
    sheet.worksheet.insert_chart(sheet.row, column, chart, {"description": text, "y_offset": 4})


# The sheet.


def write_meeting(
    sheet: Sheet,
    content: ReportContent,
    grid: Grid,
    scores: Scores,
    charts: Sequence[tuple[Chart, Figures]],
) -> None:
    """Write who, when, the figures."""
    sheet.line(TITLE, "title")
    sheet.line(wording.whose(content), "quiet")
    _about(sheet, content)
    sheet.skip()
    write_percentages(sheet, content, grid, scores)
    for rank, (chart, drawn) in enumerate(charts):
        chart.set_size({"width": 640 if len(charts) == 1 else 400, "height": 20 * _CHART_ROWS - 10})
        insert_chart(sheet, chart, drawn, rank * (len(sheet.widths) - 2))
    sheet.row += _CHART_ROWS if charts else 0
    sheet.print_set_up(wording.whose(content))


def _about(sheet: Sheet, content: ReportContent) -> None:
    """Write the day of the meeting, and who is met."""
    span = len(sheet.widths) - 1
    people = content.assessment.identity.coordinators
    met = "\n".join(wording.person(person, content.grid) for person in people)
    for rank, part in enumerate(pieces(met or DASH, sum(sheet.widths[1:]), 1)):
        sheet.cells([Column(None if rank else MET, "head"), Column(part, "text", span)])


def lines_of(text: str, width: int) -> int:
    """Return about how many lines of that many characters a text takes."""
    return sum(-(-max(len(line), 1) // (width - 1)) for line in text.split("\n"))
