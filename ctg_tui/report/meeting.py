"""The sheet « Entretien »: two pages to print, the record of the meeting, and what the adviser asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.chart.figures import Figures, in_words
from ctg_tui.domain.assessment import Answer, Cell, answer_text
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import Scores, figure_rows
from ctg_tui.domain.text import harmless
from ctg_tui.report import wording
from ctg_tui.report import workbook as figures
from ctg_tui.report.content import ReportContent
from ctg_tui.report.sheets import Entered, ReviewColumns, fitting, other_words
from ctg_tui.report.workbook import Column, DataRow, Formula, Sheet, column_letters, pieces
from ctg_tui.wording import results
from ctg_tui.wording import review as words
from ctg_tui.wording.french import DASH, NBSP, day
from ctg_tui.wording.lines import TOTAL, basis, figure_name, line_number

if TYPE_CHECKING:
    from xlsxwriter.chart import Chart

SHEET: Final = words.MEETING_SHEET
_LABEL, _NOTE, _TEXT = 34, 11, 30
_FEWEST_NOTE_COLUMNS: Final = 3
_FEWEST_ROWS: Final = 14
"""Rows for lines, at least: the Caf's own grid has 14."""
_MORE_ROWS: Final = 6
_FEWEST_QUESTIONS: Final = 12
_CHART_ROWS: Final = 19
LINE_HEIGHT: Final = 15
"""Points of a line of text."""
_FEWEST_LINES: Final = 4
"""Lines of a row for what will be said: spreadsheets do not make it higher when its formulas find more."""
_MOST_LINES: Final = 24
_DESCRIPTION_LENGTH: Final = 2_000


def widths(grid: Grid) -> list[int]:
    """Return the widths of the columns: a name, the notes, what was said, what was answered."""
    return [_LABEL, *[_NOTE] * max(len(grid.policies), _FEWEST_NOTE_COLUMNS), _TEXT, _TEXT]


# The lines in discussion, on a hidden sheet: by formula, so that what is entered comes to the printed page.

_HEADINGS: Final = (
    "Rang",
    "Ligne",
    "Auto-évaluation",
    words.NOTES,
    words.AGREED,
    words.REMARK,
    words.ANSWERS,
)


class Lines(NamedTuple):
    """The rows of a hidden sheet that has every line, and a rank on those of which something was said."""

    sheet: str
    first: int
    last: int
    said: tuple[tuple[str, ...], ...]
    """What the ranked rows hold when the file goes out, without their rank."""

    def column(self, rank: int) -> str:
        letters = column_letters(rank)
        return f"{self.sheet}!${letters}${self.first}:${letters}${self.last}"

    def value(self, rank: int, column: int) -> str:
        """Return what stands in a column of the row of that rank, from 1; empty without one."""
        return self.said[rank - 1][column - 1] if rank <= len(self.said) else ""

    def cell(self, rank: int, column: int, room: int) -> Formula:
        """Return the same as a formula; beyond `room` characters, `…` says that it goes on elsewhere.

        As a text: an empty cell would be shown as 0.
        """
        value = self.value(rank, column)
        text = f'INDEX({self.column(column)},MATCH({rank},{self.column(0)},0))&""'
        shown = f'IF(LEN({text})>{room},LEFT({text},{room - 1})&"…",{text})'
        return Formula(f'=IFERROR({shown},"")', value if len(value) <= room else f"{value[: room - 1]}…")


def write_lines(
    sheet: Sheet, content: ReportContent, grid: Grid, own: Entered, rows: Sequence[DataRow]
) -> Lines:
    """Write a row for each line, in the order of the sheets of the missions; `rows` are their answers."""
    review = ReviewColumns(content, grid, own)
    sheet.record(_HEADINGS, "name")
    first, said = sheet.row, []
    for line, answers in groupby(rows, key=lambda row: row.activity):
        cells = [*answers]
        place, number = cells[0].place, len(cells)
        notes, given, agreed = (
            [kept.get(Cell(line, row.policy)) for row in cells]
            for kept in (content.assessment.answers, own.notes, own.agreed)
        )
        agenda = words.AGENDA_BEFORE if line in own.agenda else ""
        label, beside = cells[0].label, review.first_answer(line)
        values = (_notes(given), _notes(agreed), agenda + own.remarks.get(line, ""), beside)
        is_said = any(values)
        if is_said:
            said.append((label, _notes(notes, DASH), *values))
        if not content.is_sent:  # nothing is to be entered
            sheet.record([len(said) if is_said else "", label, _notes(notes, DASH), *values])
            continue
        entered = f"COUNTA({place(review.notes)}:{place(review.agreed + number - 1).rpartition('!')[2]})"
        answered = "" if review.answers is None else f'+({place(review.answers)}<>"")'
        rank = f'=IF({entered}{answered}=0,"",MAX(A${first}:A{sheet.row})+1)'
        remark = f'=IF({place(review.agenda)}="","","{words.AGENDA_BEFORE}")&{place(review.remark)}'
        formulas = (
            Formula(rank, len(said) if is_said else ""),
            Formula(f"={place(0)}", label),
            _notes_now(place, 1, number, _notes(notes, DASH), DASH),
            _notes_now(place, review.notes, number, values[0]),
            _notes_now(place, review.agreed, number, values[1]),
            Formula(remark, values[2]),
            Formula(f'={place(review.answers)}&""', beside) if review.answers else beside,
        )
        sheet.record(formulas)
    return Lines(sheet.name, first + 1, sheet.row, tuple(said))


def _notes(notes: Sequence[Answer | None], nothing: str = "") -> str:
    """Return `1 · 2 · NC`, a dash for a blank among notes, `nothing` without any note."""
    if all(note is None for note in notes):
        return nothing
    return _BETWEEN.join(DASH if note is None else answer_text(note) for note in notes)


_BETWEEN: Final = " · "


def _notes_now(
    place: Callable[[int], str], first: int, number: int, value: str, nothing: str = ""
) -> Formula:
    """Return what `_notes` does as a formula over the cells of a row, from the column `first`."""
    cells = [place(first + rank) for rank in range(number)]
    joined = f'&"{_BETWEEN}"&'.join(f'IF({cell}="","{DASH}",{cell})' for cell in cells)
    return Formula(f'=IF(COUNTA({cells[0]}:{cells[-1].rpartition("!")[2]})=0,"{nothing}",{joined}&"")', value)


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
    own: Entered,
    lines: Lines,
    charts: Sequence[tuple[Chart, Figures]],
) -> None:
    """Write who, when, the figures, the lines in discussion, other words, then the questions."""
    sheet.line(words.MEETING_TITLE, "title")
    sheet.line(wording.whose(content), "quiet")
    if content.is_sent:
        sheet.line(words.HOW_MEETING, "quiet")
    _about(sheet, content, own)
    sheet.skip()
    write_percentages(sheet, content, grid, scores)
    for rank, (chart, drawn) in enumerate(charts):
        chart.set_size({"width": 640 if len(charts) == 1 else 400, "height": 20 * _CHART_ROWS - 10})
        insert_chart(sheet, chart, drawn, rank * (len(sheet.widths) - 2))
    sheet.row += _CHART_ROWS if charts else 0
    _lines(sheet, content, grid, lines)
    _whole_texts(sheet, grid, own)
    _others(sheet, own)
    _questions(sheet, content, own)
    sheet.print_set_up(wording.whose(content))


def _about(sheet: Sheet, content: ReportContent, own: Entered) -> None:
    """Write the day of the meeting, who answers, and who is met."""
    span = len(sheet.widths) - 1
    head, look = ("entry head", "entry") if content.is_sent else ("head", "text")
    when = (own.meeting, "entry day") if content.is_sent else (own.meeting and day(own.meeting), "text")
    sheet.cells([Column(words.MEETING, head), Column(*when, span)])
    for name, text in ((words.AUTHOR, own.author.name), (words.EMAIL, own.author.email)):
        sheet.cells([Column(name, head), Column(fitting(text), look, span)])
    people = content.assessment.identity.coordinators
    met = "\n".join(wording.person(person, content.grid) for person in people)
    for rank, part in enumerate(pieces(met or DASH, sum(sheet.widths[1:]), 1)):
        sheet.cells([Column(None if rank else words.MET, "head"), Column(part, "text", span)])


def _lines(sheet: Sheet, content: ReportContent, grid: Grid, lines: Lines) -> None:
    """Write the lines of which something is said, and room for those of which something will be."""
    number = len(lines.said) + _MORE_ROWS if content.is_sent else len(lines.said)
    number = min(max(number, _FEWEST_ROWS if content.is_sent else 0), len(grid.activities))
    if not number:
        return
    sheet.skip()
    sheet.line(words.LINES_IN_DISCUSSION, "subtitle")
    policies = _BETWEEN.join(policy.label for policy in grid.policies)
    sheet.line(f"{words.THREE_NOTES}{NBSP}: {policies}. {words.NOT_AN_AGREEMENT} {words.GOES_ON}", "quiet")
    spans = (1, 1, 1, len(sheet.widths) - 5, 1, 1)
    names = ("Ligne", "Auto-évaluation", words.NOTES, words.AGREED, words.REMARK, words.ANSWERS)
    sheet.cells([Column(name, "head", span) for name, span in zip(names, spans, strict=True)])
    looks = ("text", *["centred"] * 3, "text", "text")
    widths = (_LABEL, _TEXT, _TEXT, _TEXT, _TEXT, _TEXT)  # no list of notes is longer than a text
    for rank in range(1, number + 1):
        values = [lines.value(rank, column) for column in range(1, 7)]
        heights = [lines_of(value, width) for value, width in zip(values, widths, strict=True)]
        height = min(max(_FEWEST_LINES, *heights), _MOST_LINES)
        sheet.worksheet.set_row(sheet.row, LINE_HEIGHT * height)
        rooms = [
            max(height * (width - 1), len(value) if lines_of <= height else 0)
            for value, width, lines_of in zip(values, widths, heights, strict=True)
        ]
        cells = [lines.cell(rank, column, room) for column, room in enumerate(rooms, 1)]
        sheet.cells([Column(*one) for one in zip(cells, looks, spans, strict=True)])
    if content.is_sent and number < len(grid.activities):
        more = f"MAX({lines.column(0)})-{number}"
        text = f'=IF({more}>0,"{words.MORE_LINES} "&({more}),"")'
        sheet.cells([Column(Formula(text, ""), "plain")])


def lines_of(text: str, width: int) -> int:
    """Return about how many lines of that many characters a text takes."""
    return sum(-(-max(len(line), 1) // (width - 1)) for line in text.split("\n"))


def _whole_texts(sheet: Sheet, grid: Grid, own: Entered) -> None:
    """Write the texts that their row of a table cannot show whole."""
    numbers = {line: line_number(grid, line) for line in grid.activities}
    texts = [(numbers[line], words.REMARK, text, _TEXT) for line, text in own.remarks.items()]
    texts += [(numbers[line], words.ANSWERS, text, _TEXT) for line, text in own.beside.items()]
    texts += [(said.number, words.QUESTION, said.remark, _LABEL) for said in own.questions]
    for number, name, text, width in texts:
        if lines_of(text, width) > _MOST_LINES:
            sheet.line(" · ".join(filter(None, (number, name, words.WHOLE_TEXT))), "name")
            sheet.line(text)


def _others(sheet: Sheet, own: Entered) -> None:
    """Write what else was asked or said, which stands in no blue cell."""
    if not own.others:
        return
    sheet.skip()
    sheet.line(words.ALSO_SAID, "subtitle")
    for said in own.others:
        place = " ".join(filter(None, (said.number, said.label)))
        sheet.line(f"– {place}{NBSP}: {other_words(said)}" if place else f"– {other_words(said)}")


def _questions(sheet: Sheet, content: ReportContent, own: Entered) -> None:
    """Write the questions and their answers, then blank rows: the reader takes all below the headings."""
    if not (content.is_sent or own.questions):
        return
    head, look = ("entry head", "entry") if content.is_sent else ("head", "text")
    span = len(sheet.widths) - 2
    sheet.skip()
    sheet.line(words.QUESTIONS, "subtitle")
    if content.is_sent:
        sheet.line(words.LINE_EXAMPLE, "quiet")
    sheet.cells(
        [
            Column(words.QUESTION, head),
            Column(words.QUESTION_LINE, head),
            Column(words.QUESTION_ANSWER, "answer head", span),
        ]
    )
    room = sum(sheet.widths[2:])
    for said in own.questions:
        answer = said.outcome
        height = max(lines_of(said.remark, _LABEL), lines_of(answer, room))
        sheet.worksheet.set_row(sheet.row, LINE_HEIGHT * min(height, _MOST_LINES))
        sheet.cells(
            [Column(fitting(said.remark), look), Column(said.number, look), Column(answer, "answer", span)]
        )
    if content.is_sent:
        for _ in range(max(_FEWEST_QUESTIONS - len(own.questions), _MORE_ROWS)):
            sheet.cells([Column(None, look), Column(None, look), Column(None, "answer", span)])
