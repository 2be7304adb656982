"""What the adviser fills: blue columns beside the grid, and the sheet on who answers and what is asked."""

from __future__ import annotations

from typing import Final

from ctg_tui.domain.grid import Grid
from ctg_tui.formats.documents import continued_mark, line_mark
from ctg_tui.report import wording
from ctg_tui.report.content import ReportContent
from ctg_tui.report.xlsx.data import parts
from ctg_tui.report.xlsx.sheet import Column, Sheet
from ctg_tui.wording import review
from ctg_tui.wording.french import NBSP

_NOTE_WIDTH: Final = 12
_REMARK_WIDTH: Final = 44
_AGENDA_WIDTH: Final = 12
_MARK_WIDTH: Final = 13
_NOTES: Final = ["0", "1", "2", "3", "NC"]


def widths(content: ReportContent, grid: Grid) -> list[int]:
    """Return the widths of the columns; none for what was not sent, which has no review."""
    if content.fingerprint is None:
        return []
    notes = [_NOTE_WIDTH] * len(grid.policies)
    return [*notes, _REMARK_WIDTH, _AGENDA_WIDTH, *notes, _MARK_WIDTH]


def headings(content: ReportContent, grid: Grid) -> tuple[list[Column], list[Column]]:
    """Return the two rows of headings: what is asked, then the policies."""
    if content.fingerprint is None:
        return [], []
    look = "entry head centred"
    policies = [Column(policy.label, look) for policy in grid.policies]
    above = [
        Column(review.NOTES, look, len(policies)),
        Column(review.REVIEW, look, 2),
        Column(review.AGREED, look, len(policies)),
        Column(review.MARK, "mark"),
    ]
    remark = [Column(review.REMARK, "entry head"), Column(review.AGENDA_HEADING, look)]
    return above, [*policies, *remark, *policies, Column(review.MARK_ADVICE, "mark")]


def of_line(content: ReportContent, grid: Grid, line: str) -> list[Column]:
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
            "source": [review.YES],
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

NAME: Final = review.QUESTIONS_SHEET
WIDTHS: Final = (24, 96, 18)
_QUESTIONS: Final = 20
"""Rows to fill; more can be added once the protection is lifted."""


def write_questions(sheet: Sheet, content: ReportContent) -> None:
    """Write how to answer, the addressee as the one who answers, and blank rows for questions."""
    sheet.line(NAME, "title")
    sheet.line(wording.whose(content), "quiet")
    for text in (review.HOW, review.HOW_NOTES, review.HOW_PROTECTED):
        sheet.line(text)
    sheet.skip()
    adviser = content.assessment.identity.adviser
    asked: tuple[tuple[str, str, str], ...] = (
        (review.AUTHOR, adviser.name, "entry"),
        (review.EMAIL, adviser.email, "entry"),
        (review.MEETING, "", "entry day"),
    )
    for name, text, look in asked:
        sheet.asked(Column(name, "entry head"), Column(parts(text)[0], look))
    sheet.skip()
    head = sheet.row
    sheet.cells(
        [
            Column("N°", "entry head"),
            Column(review.QUESTION, "entry head"),
            Column(review.QUESTION_LINE, "entry head"),
        ]
    )
    for rank in range(1, _QUESTIONS + 1):
        sheet.cells([Column(f"q{rank}"), Column(None, "entry"), Column(None, "entry")])
    sheet.line("La ligne s’écrit comme dans les feuilles des missions, par exemple 1.3.", "quiet")
    sheet.print_set_up(wording.whose(content), (head, head))
