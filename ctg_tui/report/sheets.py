"""A mission laid out as the Caf's grid, what the adviser fills beside it, indicators and questions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ctg_tui.domain.assessment import Cell
from ctg_tui.domain.grid import Activity, Grid, Mission, Portion
from ctg_tui.domain.scores import FigureRow, Scores, figure_rows
from ctg_tui.formats import continued_mark, line_mark
from ctg_tui.report import wording
from ctg_tui.report import workbook as figures
from ctg_tui.report.content import ReportContent
from ctg_tui.report.workbook import (
    SINCE_SENT,
    Area,
    Areas,
    Column,
    DataRow,
    Formula,
    Sheet,
    changed,
    column_letters,
    parts,
)
from ctg_tui.wording import review as review_words
from ctg_tui.wording.french import DASH, NBSP
from ctg_tui.wording.lines import MARK, line_number, numbered, whose_lines

_NOTE_WIDTH: Final = 12
_REMARK_WIDTH: Final = 44
_AGENDA_WIDTH: Final = 12
_MARK_WIDTH: Final = 13
_NOTES: Final = ["0", "1", "2", "3", "NC"]


def review_widths(content: ReportContent, grid: Grid) -> list[int]:
    """Return the widths of the columns; none for what was not sent, which has no review."""
    if content.fingerprint is None:
        return []
    notes = [_NOTE_WIDTH] * len(grid.policies)
    return [*notes, _REMARK_WIDTH, _AGENDA_WIDTH, *notes, _MARK_WIDTH]


def review_headings(content: ReportContent, grid: Grid) -> tuple[list[Column], list[Column]]:
    """Return the two rows of headings: what is asked, then the policies."""
    if content.fingerprint is None:
        return [], []
    look = "entry head centred"
    policies = [Column(policy.label, look) for policy in grid.policies]
    above = [
        Column(review_words.NOTES, look, len(policies)),
        Column(review_words.REVIEW, look, 2),
        Column(review_words.AGREED, look, len(policies)),
        Column(review_words.MARK, "mark"),
    ]
    remark = [Column(review_words.REMARK, "entry head"), Column(review_words.AGENDA_HEADING, look)]
    return above, [*policies, *remark, *policies, Column(review_words.MARK_ADVICE, "mark")]


def review_cells(content: ReportContent, grid: Grid, line: str) -> list[Column]:
    """Return the cells of a line, blank, and the mark by which the line is known again wherever it goes."""
    if content.fingerprint is None:
        return []
    notes = [Column(None, "entry note")] * len(grid.policies)
    sent = content.fingerprint
    mark = Column(line_mark(sent, line), "mark", continued=continued_mark(sent, line))
    return [*notes, Column(None, "entry"), Column(None, "entry centred"), *notes, mark]


def check_entries(sheet: Sheet, content: ReportContent, grid: Grid) -> None:
    """Let only notes, and « oui », be entered in the next row."""
    if content.fingerprint is None:
        return
    number = len(grid.policies)
    first = number + 2
    only_notes(sheet, first, number, "sans avis")
    only_notes(sheet, first + number + 2, number, "pas de note convenue")
    sheet.worksheet.data_validation(
        sheet.row,
        first + number + 1,
        sheet.row,
        first + number + 1,
        {
            "validate": "list",
            "source": [review_words.YES],
            "error_title": "Oui, ou rien",
            "error_message": f"Écrivez «{NBSP}oui{NBSP}», ou videz la case.",
        },
    )


def only_notes(sheet: Sheet, first: int, number: int, blank: str) -> None:
    """Let only notes be entered in `number` columns of the next row; `blank` says what no note means."""
    sheet.worksheet.data_validation(
        sheet.row,
        first,
        sheet.row,
        first + number - 1,
        {
            "validate": "list",
            "source": _NOTES,
            "error_title": "Note inconnue",
            "error_message": f"Une note de 0 à 3, ou NC. Videz la case pour «{NBSP}{blank}{NBSP}».",
        },
    )


# The sheet on which the adviser says who answers, when the meeting is, and what is asked.

QUESTIONS: Final = review_words.QUESTIONS_SHEET
QUESTION_WIDTHS: Final = (24, 96, 18)
_QUESTIONS: Final = 20
"""Rows to fill; more can be added once the protection is lifted."""


def write_questions(sheet: Sheet, content: ReportContent) -> None:
    """Write how to answer, the addressee as the one who answers, and blank rows for questions."""
    sheet.line(QUESTIONS, "title")
    sheet.line(wording.whose(content), "quiet")
    for text in (review_words.HOW, review_words.HOW_NOTES, review_words.HOW_PROTECTED):
        sheet.line(text)
    sheet.skip()
    adviser = content.assessment.identity.adviser
    asked: tuple[tuple[str, str, str], ...] = (
        (review_words.AUTHOR, adviser.name, "entry"),
        (review_words.EMAIL, adviser.email, "entry"),
        (review_words.MEETING, "", "entry day"),
    )
    for name, text, look in asked:
        sheet.asked(Column(name, "entry head"), Column(parts(text)[0], look))
    sheet.skip()
    head = sheet.row
    sheet.cells(
        [
            Column("N°", "entry head"),
            Column(review_words.QUESTION, "entry head"),
            Column(review_words.QUESTION_LINE, "entry head"),
        ]
    )
    for rank in range(1, _QUESTIONS + 1):
        sheet.cells([Column(f"q{rank}"), Column(None, "entry"), Column(None, "entry")])
    sheet.line("La ligne s’écrit comme dans les feuilles des missions, par exemple 1.3.", "quiet")
    sheet.print_set_up(wording.whose(content), (head, head))


INDICATORS: Final = "Indicateurs"
INDICATOR_WIDTHS: Final = (26, 60, 16, 14, 52)


def write_indicators(sheet: Sheet, content: ReportContent, grid: Grid) -> None:
    """Write a row for each indicator, in grid order."""
    sheet.line("Indicateurs", "title")
    sheet.line(wording.whose(content), "quiet")
    head = sheet.row
    names = (
        ("Mission", "head"),
        ("Indicateur", "head"),
        ("Type", "head centred"),
        ("Nombre", "head centred"),
    )
    sheet.cells([*(Column(name, look) for name, look in names), Column("Commentaires", "head")])
    sheet.worksheet.freeze_panes(sheet.row, 0)
    sheet.print_set_up(wording.whose(content), (head, head))
    for mission in grid.missions:
        for line in mission.indicators:
            number = content.assessment.numbers.get(line.id)
            mark = f"{MARK}{NBSP}" if line.is_proposed else ""
            shown = wording.indicator_number(line, content.assessment) if number is None else number
            sheet.cells(
                [
                    Column(f"{mission.number} {mission.short_title}"),
                    Column(f"{mark}{line.label}\n{DASH} {grid.provenance(line.source)}"),
                    Column(wording.indicator_type(grid, line), "centred"),
                    Column(shown, "number"),
                    Column(content.assessment.remarks.get(line.id)),
                ]
            )


_LABEL_WIDTH: Final = 52
_COMMENT_WIDTH: Final = 52


def sheet_name(mission: Mission) -> str:
    return f"Mission {mission.number}"


def widths(grid: Grid) -> list[int]:
    """Return the widths of the printed columns."""
    return [_LABEL_WIDTH, *[_NOTE_WIDTH] * len(grid.policies), _COMMENT_WIDTH]


def write_mission(
    sheet: Sheet,
    content: ReportContent,
    grid: Grid,
    scores: Scores,
    mission: Mission,
    rows: list[DataRow],
) -> tuple[Areas, list[Area]]:
    """Write the sheet of a mission; return the area of each rubric's notes, and those of the change counts.

    Each answer is appended to `rows`, those of the sheet « Données ».

    The Caf's lines come first, then the proposed ones, each with their own percentages. The change counts
    count the cells changed since they were sent: there is none for a draft that was not sent.
    """
    sheet.line(wording.mission_title(mission), "title")
    sheet.line(wording.whose(content), "quiet")
    sheet.line(wording.scale_in_brief(grid), "quiet")
    source = wording.own_source(grid, mission)
    if source is not None:
        sheet.line(source, "quiet")
    head = sheet.row
    _headings(sheet, content, grid)
    sheet.worksheet.freeze_panes(sheet.row, 1)
    sheet.print_set_up(wording.whose(content), (head, head + 1))
    areas: dict[tuple[str, str, bool], Area] = {}
    changes = []
    for row in figure_rows(grid, scores):
        if row.portion is None or row.portion.mission.id != mission.id:
            continue
        first = len(rows)
        areas |= _portion(sheet, content, grid, row.portion, rows)
        _totals(sheet, grid, row, areas)
        if content.fingerprint is not None:
            changes.append(_changes(sheet, grid, first, len(rows) - 1))
    sheet.limit_print()
    return areas, changes


def _portion(
    sheet: Sheet, content: ReportContent, grid: Grid, portion: Portion, rows: list[DataRow]
) -> Areas:
    """Write the Caf's lines of a mission, or its proposed ones; return the area of the notes by rubric."""
    first = sheet.row
    lines = portion.activities
    for rank, line in enumerate(portion.mission.activities):
        if line.is_proposed is portion.is_proposed:
            rows += _data_rows(sheet, content, grid, line)
            _activity(sheet, content, grid, portion.mission, rank, line)
    return {
        (portion.mission.id, policy.id, portion.is_proposed): Area(
            sheet.name, first, column, sheet.row - 1, column, len(lines)
        )
        for column, policy in enumerate(grid.policies, 1)
    }


def _headings(sheet: Sheet, content: ReportContent, grid: Grid) -> None:
    above, below = review_headings(content, grid)
    sheet.cells(
        [
            Column(review_words.MISSIONS, "head"),
            Column(review_words.SELF_NOTES, "head centred", len(grid.policies)),
            Column(review_words.COMMENTS, "head"),
            *above,
        ]
    )
    policies = (Column(policy.label, "head centred") for policy in grid.policies)
    sheet.cells([Column(review_words.ACTIVITIES, "head"), *policies, Column(None, "head"), *below])


def _data_rows(sheet: Sheet, content: ReportContent, grid: Grid, line: Activity) -> Iterator[DataRow]:
    """Yield the answers of the line that is written in the next row, its comment with the first of them."""
    answers = content.assessment.answers
    comment = content.assessment.comments.get(line.id)
    for column, policy in enumerate(grid.policies, 1):
        answer = answers.get(Cell(line.id, policy.id))
        place = f"'{sheet.name}'!{column_letters(column)}{sheet.row + 1}"
        yield DataRow(line.id, policy.id, answer, comment, place)
        comment = None


def _activity(
    sheet: Sheet, content: ReportContent, grid: Grid, mission: Mission, rank: int, line: Activity
) -> None:
    answers = content.assessment.answers
    notes = [figures.note(answers.get(Cell(line.id, policy.id))) for policy in grid.policies]
    only_notes(sheet, 1, len(grid.policies), "pas de note")
    check_entries(sheet, content, grid)
    look = "note" if content.is_sent else "note to try"
    number = line_number(grid, line.id)
    sheet.cells(
        [
            Column(f"{number} {_label(grid, mission, line)}"),
            *(Column(note, look) for note in notes),
            Column(content.assessment.comments.get(line.id)),
            *review_cells(content, grid, line.id),
        ]
    )


def _label(grid: Grid, mission: Mission, line: Activity) -> str:
    mention = wording.mention(grid, mission, line)
    return line.label if mention is None else f"{line.label}\n{DASH} {mention}"


def _totals(sheet: Sheet, grid: Grid, row: FigureRow, areas: Areas) -> None:
    assert row.portion is not None  # the rows of totals are not of a mission
    mark = f"{NBSP}{MARK}" if row.is_proposed else ""
    look = figures.per_cent(row.is_proposed, "total ")
    *by_policy, together = figures.places(grid, areas, row)
    rubrics = list(zip(by_policy, row.tallies, strict=True))
    empty = Column(None)
    sheet.cells(
        [
            Column(f"Pourcentage de réalisation{mark}", "total"),
            *(figures.shown_percentage(area, tally, look) for area, tally in rubrics),
            Column(None, "total"),
        ]
    )
    counted = [figures.counts(area, tally) for area, tally in rubrics]
    for rank, name in enumerate(("Cases notées", "Cases NC", "Cases vides")):
        sheet.cells([Column(name), *(columns[rank] for columns in counted), empty])
    whole = figures.shown_percentage(together, row.whole, look, len(grid.policies))
    name = f"Ensemble de la mission {numbered(row.portion)} ({whose_lines(row.is_proposed)})"
    sheet.cells([Column(name, "total"), whole, Column(None, "total")])


def _changes(sheet: Sheet, grid: Grid, first: int, last: int) -> Area:
    """Count, under each column of notes, the cells that differ from those sent; return their area.

    `first` and `last` are the rows of data of the lines above.
    """
    row = sheet.row
    columns = figures.columns_of(first, last)
    counts = [Column(Formula(changed(policy.id, *columns), 0), "number") for policy in grid.policies]
    sheet.cells([Column(f"Cases changées{SINCE_SENT}"), *counts, Column(None)])
    return Area(sheet.name, row, 1, row, len(grid.policies), 0)
