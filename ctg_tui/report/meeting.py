"""The sheet « Entretien »: a page to print, and the record of the meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ctg_tui.chart.figures import Figures, in_words
from ctg_tui.domain.assessment import answer_text
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import Scores, Tally, figure_rows
from ctg_tui.domain.text import harmless
from ctg_tui.domain.thread import Point
from ctg_tui.formats import action_mark, going_on, point_mark
from ctg_tui.report import wording
from ctg_tui.report import workbook as figures
from ctg_tui.report.content import ReportContent
from ctg_tui.report.workbook import Column, RuledSheet, Sheet
from ctg_tui.wording import results
from ctg_tui.wording import workbook as words
from ctg_tui.wording.french import DASH, NBSP, percentage
from ctg_tui.wording.lines import TOTAL, basis, figure_name, line_number, marked
from ctg_tui.wording.thread import STATES, place_of

if TYPE_CHECKING:
    from xlsxwriter.chart import Chart

TITLE: Final = "Entretien avec la Caf"
MET: Final = "Personnes rencontrées"
LINE_HEIGHT: Final = 15
"""Points of a line of text."""
_DESCRIPTION_LENGTH: Final = 2_000


# The figures of the first sheet.


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


# The sheet: points in discussion with what is agreed on, then actions. What is blue comes back.

PIXELS: Final = (150, 284, 66, 72, 158, 90)
PRINTED: Final = 5
"""All but the marks, by which the rows are known when the workbook comes back."""
_ACTION_ROWS: Final = 3
_ROW: Final = 16.0
_BLUE_ROW: Final = 26.0
"""The least height of a row to write in, in points."""
_ONLY_NOTES: Final = {
    "validate": "list",
    "source": ["0", "1", "2", "3", "NC"],
    "dropdown": False,
    "error_title": "Note inconnue",
    "error_message": "Une note de 0 à 3, ou NC. Videz la case si rien n’est convenu.",
}


def write_meeting(sheet: RuledSheet, content: ReportContent, grid: Grid, scores: Scores) -> dict[str, Point]:
    """Write when, who, the figures, the points in discussion and the actions.

    Return the points by the mark of their row; none in a report that was not sent, where nothing is blue.
    """
    sheet.lowest = _ROW
    _banner(sheet, TITLE, "banner title")
    _banner(sheet, wording.whose(content), "banner small")
    _about(sheet, content)
    _banner(sheet, _figures(content, grid, scores), "banner")
    points = _points(sheet, content, grid)
    _actions(sheet, content, grid)
    if content.is_sent:
        sheet.worksheet.set_column(PRINTED, PRINTED, None, None, {"hidden": True})
    sheet.print_set_up(wording.whose(content))
    sheet.limit_print()
    return points


def _banner(sheet: RuledSheet, text: str, look: str) -> None:
    sheet.cells([Column(text, look, PRINTED)])


def _about(sheet: RuledSheet, content: ReportContent) -> None:
    """Write the day of the meeting, and who is met."""
    span = PRINTED - 1
    on_day = wording.meeting_of(content.assessment)
    day = Column(on_day[0] if on_day else None, "blue day" if content.is_sent else "ruled day", span)
    sheet.cells([Column(words.MEETING_DATE, "ruled label"), day])
    people = content.assessment.identity.coordinators
    met = "\n".join(wording.person(person, content.grid) for person in people)
    sheet.cells([Column(MET, "ruled label"), Column(met or DASH, "ruled text", span)])


def _figures(content: ReportContent, grid: Grid, scores: Scores) -> str:
    """Return `Famille 76 % (62 %) · Ensemble 67 % (51 %), entre parenthèses 2026`."""
    total = next(row for row in figure_rows(grid, scores) if row.mission is None)
    names = (*(policy.label for policy in grid.policies), TOTAL)
    tallies = (*total.tallies, total.whole)
    shown = [f"{name} {marked(tally, total.is_proposed)}" for name, tally in zip(names, tallies, strict=True)]
    past = None if content.previous is None else content.previous.scores
    if past is None or content.previous is None or (total.is_proposed and past.proposed is None):
        return " · ".join(shown)
    before = past.side(total.is_proposed)
    former = (*(before.policies.get(policy.id, Tally()) for policy in grid.policies), before.whole)
    both = [f"{now} ({percentage(tally)})" for now, tally in zip(shown, former, strict=True)]
    return f"{' · '.join(both)}, entre parenthèses {content.previous.past.year}"


def _points(sheet: RuledSheet, content: ReportContent, grid: Grid) -> dict[str, Point]:
    """Write a row for each point in discussion, then the settled ones in a line."""
    by_mark: dict[str, Point] = {}
    sheet.skip()
    _banner(sheet, "Points en discussion", "ruled mission")
    if not content.discussed:
        _banner(sheet, "Aucun point n’est en discussion.", "banner small")
    blue = "blue" if content.is_sent else "ruled"
    for rank, point in enumerate(content.discussed):
        if not rank:
            names = (words.MEETING_LINE, words.THREAD, words.STATE)
            heads = [Column(name, "ruled head") for name in names]
            heads += [Column(words.AGREED_NOTE, f"{blue} head centred"), Column(words.AGREED, f"{blue} head")]
            sheet.cells([*heads, *_mark(content, words.MARK)])
        sheet.lowest = _BLUE_ROW
        line, said = _line(content, grid, point), _said(point, grid)
        mark = point_mark(content.about, point.key, line, said)
        by_mark[mark] = point
        has_note = content.is_sent and point.policy is not None
        if has_note:
            sheet.worksheet.data_validation(sheet.row, 3, sheet.row, 3, _ONLY_NOTES)
        note = Column(None, "blue note" if has_note else "ruled text")
        sheet.cells(
            [
                Column(line, "ruled label"),
                Column(said, "ruled thread"),
                Column(STATES[point.state], "ruled text"),
                note,
                Column(None, f"{blue} text"),
                *_mark(content, mark),
            ]
        )
    sheet.lowest = _ROW
    if settled := wording.settled_in_a_line(content):
        _banner(sheet, settled, "banner small")
    return by_mark if content.is_sent else {}


def _mark(content: ReportContent, mark: str) -> list[Column]:
    return [Column(mark, "mark", continued=going_on(mark))] if content.is_sent else []


def _line(content: ReportContent, grid: Grid, point: Point) -> str:
    """Return the place of a point, what recalls its line, and the note of its cell."""
    place, line = place_of(grid, point), point.line or ""
    known = grid.activities.get(line) or grid.indicators.get(line)
    present = None if point.cell is None else content.assessment.answers.get(point.cell)
    return "\n".join(
        [
            place,
            *([wording.recalled(known.label)] if known else []),
            *([f"note actuelle{NBSP}: {answer_text(present)}"] if present is not None else []),
        ]
    )


def _said(point: Point, grid: Grid) -> str:
    return "\n".join(one.whole for one in wording.told((point,), grid))


def _actions(sheet: RuledSheet, content: ReportContent, grid: Grid) -> None:
    """Write who does what: what is planned, then blue rows for what is agreed on."""
    sheet.skip()
    _banner(sheet, "Qui fait quoi, pour quand", "ruled mission")
    planned = [entry for mission in grid.missions for entry in content.planned(mission)]
    if not (planned or content.is_sent):
        _banner(sheet, wording.NO_ACTION, "banner small")
        return
    spans = (1, 1, 2, 1)
    names = (words.MEETING_LINE, words.WHAT, words.WHEN, words.WHO)
    heads = [Column(name, "ruled head", span) for name, span in zip(names, spans, strict=True)]
    sheet.cells([*heads, *_mark(content, words.MARK)])
    for line, action in planned:
        due = Column(action.due or "date à fixer", "ruled day", 2)
        number, what, who = line_number(grid, line.id), action.what, action.who
        sheet.cells(
            [Column(number, "ruled label"), Column(what, "ruled text"), due, Column(who, "ruled text")]
        )
    sheet.lowest = _BLUE_ROW
    for rank in range(1, _ACTION_ROWS + 1 if content.is_sent else 1):
        blue = [Column(None, "blue text", span) for span in spans]
        sheet.cells([*blue, *_mark(content, action_mark(content.about, rank))])


def lines_of(text: str, width: int) -> int:
    """Return about how many lines of that many characters a text takes."""
    return sum(-(-max(len(line), 1) // (width - 1)) for line in text.split("\n"))
