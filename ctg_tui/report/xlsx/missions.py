"""A mission laid out as the Caf's grid, and the sheet of all indicators."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ctg_tui.domain.assessment import Cell
from ctg_tui.domain.grid import Activity, Grid, Mission, Portion
from ctg_tui.domain.scores import FigureRow, Scores, figure_rows
from ctg_tui.report import wording
from ctg_tui.report.content import ReportContent
from ctg_tui.report.xlsx import data, review
from ctg_tui.report.xlsx import data as figures
from ctg_tui.report.xlsx import sheet as formulas
from ctg_tui.report.xlsx.data import Areas, DataRow
from ctg_tui.report.xlsx.sheet import Area, Column, Formula, Sheet
from ctg_tui.wording import review as review_words
from ctg_tui.wording.french import DASH, NBSP
from ctg_tui.wording.lines import line_number
from ctg_tui.wording.provenance import MARK, numbered, whose_lines

NAME: Final = "Indicateurs"
WIDTHS: Final = (26, 60, 16, 14, 52)


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
_NOTE_WIDTH: Final = 12
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
    above, below = review.headings(content, grid)
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
        place = f"'{sheet.name}'!{formulas.column_letters(column)}{sheet.row + 1}"
        yield DataRow(line.id, policy.id, answer, comment, place)
        comment = None


def _activity(
    sheet: Sheet, content: ReportContent, grid: Grid, mission: Mission, rank: int, line: Activity
) -> None:
    answers = content.assessment.answers
    notes = [data.note(answers.get(Cell(line.id, policy.id))) for policy in grid.policies]
    review.only_notes(sheet, 1, len(grid.policies), "pas de note")
    review.check_entries(sheet, content, grid)
    look = "note" if content.is_sent else "note to try"
    number = line_number(grid, line.id)
    sheet.cells(
        [
            Column(f"{number} {_label(grid, mission, line)}"),
            *(Column(note, look) for note in notes),
            Column(content.assessment.comments.get(line.id)),
            *review.of_line(content, grid, line.id),
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
    columns = data.columns_of(first, last)
    counts = [Column(Formula(formulas.changed(policy.id, *columns), 0), "number") for policy in grid.policies]
    sheet.cells([Column(f"Cases changées{formulas.SINCE_SENT}"), *counts, Column(None)])
    return Area(sheet.name, row, 1, row, len(grid.policies), 0)
