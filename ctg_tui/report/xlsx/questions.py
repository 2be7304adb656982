"""The sheet on which the adviser says who answers, when the meeting is, and what is asked."""

from __future__ import annotations

from typing import Final

from ctg_tui.report import wording
from ctg_tui.report.content import ReportContent
from ctg_tui.report.xlsx.data import parts
from ctg_tui.report.xlsx.sheet import Column, Sheet
from ctg_tui.wording import review as review_sheet

NAME: Final = review_sheet.QUESTIONS_SHEET
WIDTHS: Final = (24, 96, 18)
_QUESTIONS: Final = 20
"""Rows to fill; more can be added once the protection is lifted."""


def write_questions(sheet: Sheet, content: ReportContent) -> None:
    """Write how to answer, the addressee as the one who answers, and blank rows for questions."""
    sheet.line(NAME, "title")
    sheet.line(wording.whose(content), "quiet")
    for text in (review_sheet.HOW, review_sheet.HOW_NOTES, review_sheet.HOW_PROTECTED):
        sheet.line(text)
    sheet.skip()
    adviser = content.assessment.identity.adviser
    asked: tuple[tuple[str, str, str], ...] = (
        (review_sheet.AUTHOR, adviser.name, "entry"),
        (review_sheet.EMAIL, adviser.email, "entry"),
        (review_sheet.MEETING, "", "entry day"),
    )
    for name, text, look in asked:
        sheet.asked(Column(name, "entry head"), Column(parts(text)[0], look))
    sheet.skip()
    head = sheet.row
    sheet.cells(
        [
            Column("N°", "entry head"),
            Column(review_sheet.QUESTION, "entry head"),
            Column(review_sheet.QUESTION_LINE, "entry head"),
        ]
    )
    for rank in range(1, _QUESTIONS + 1):
        sheet.cells([Column(f"q{rank}"), Column(None, "entry"), Column(None, "entry")])
    sheet.line("La ligne s’écrit comme dans les feuilles des missions, par exemple 1.3.", "quiet")
    sheet.print_set_up(wording.whose(content), (head, head))
