"""A mission laid out as the Caf's grid: activities, notes, comments, percentages, indicators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ctg_tui.domain.answers import Answer, Cell, NotConcerned, answer_text
from ctg_tui.domain.grid import Activity, Grid, Mission
from ctg_tui.domain.scores import Scores
from ctg_tui.report import wording
from ctg_tui.report.content import ReportContent
from ctg_tui.report.xlsx import figures, formulas
from ctg_tui.report.xlsx.formulas import Area
from ctg_tui.report.xlsx.sheet import Column, Content, Formula, Sheet
from ctg_tui.wording.french import DASH, NBSP

_LABEL_WIDTH: Final = 52
_NOTE_WIDTH: Final = 12
_COMMENT_WIDTH: Final = 52
_NOTES: Final = ["0", "1", "2", "3", "NC"]


def sheet_name(mission: Mission) -> str:
    return f"Mission {mission.number}"


def widths(grid: Grid) -> list[int]:
    return [_LABEL_WIDTH, *[_NOTE_WIDTH] * len(grid.policies), _COMMENT_WIDTH]


def write_mission(
    sheet: Sheet, content: ReportContent, grid: Grid, scores: Scores, mission: Mission
) -> tuple[Mapping[tuple[str, str], Area], Area | None]:
    """Write the sheet of a mission; return the area of each rubric's notes, and that of the change counts.

    The latter count the cells changed since they were sent: None for a draft that was not sent.
    """
    sheet.line(wording.mission_title(mission), "title")
    sheet.line(wording.whose(content), "quiet")
    sheet.line(wording.scale_in_brief(grid), "quiet")
    source = wording.own_source(grid, mission)
    if source is not None:
        sheet.line(source, "quiet")
    head = sheet.row
    _headings(sheet, grid)
    sheet.worksheet.freeze_panes(sheet.row, 1)
    sheet.print_set_up(wording.whose(content), (head, head + 1))
    first = sheet.row
    for rank, line in enumerate(mission.activities):
        _activity(sheet, content, grid, mission, rank, line)
    last = sheet.row - 1
    areas = {
        (mission.id, policy.id): Area(sheet.name, first, column, last, column, len(mission.activities))
        for column, policy in enumerate(grid.policies, 1)
    }
    _totals(sheet, grid, scores, mission, areas)
    return areas, None if content.fingerprint is None else _changes(sheet, grid, mission, areas)


def _headings(sheet: Sheet, grid: Grid) -> None:
    sheet.cells(
        [
            Column("Missions", "head"),
            Column("Politiques concernées", "head centred", len(grid.policies)),
            Column("Commentaires", "head"),
        ]
    )
    policies = (Column(policy.label, "head centred") for policy in grid.policies)
    sheet.cells([Column("Activités", "head"), *policies, Column(None, "head")])


def _activity(
    sheet: Sheet, content: ReportContent, grid: Grid, mission: Mission, rank: int, line: Activity
) -> None:
    answers = content.assessment.answers
    notes = [_note(answers.get(Cell(line.id, policy.id))) for policy in grid.policies]
    if content.fingerprint is not None:
        sheet.copy(_first_copy(grid), notes)
    sheet.worksheet.data_validation(
        sheet.row,
        1,
        sheet.row,
        len(grid.policies),
        {
            "validate": "list",
            "source": _NOTES,
            "error_title": "Note inconnue",
            "error_message": f"Une note de 0 à 3, ou NC. Videz la case pour «{NBSP}sans réponse{NBSP}».",
        },
    )
    number = wording.line_number(mission, rank)
    sheet.cells(
        [
            Column(f"{number} {_label(grid, mission, line)}"),
            *(Column(note, "note") for note in notes),
            Column(content.assessment.comments.get(line.id)),
        ]
    )


def _label(grid: Grid, mission: Mission, line: Activity) -> str:
    mention = wording.mention(grid, mission, line)
    return line.label if mention is None else f"{line.label}\n{DASH} {mention}"


def _note(answer: Answer | None) -> Content:
    """Return a note as a number, to be summed; NC as text; None without an answer."""
    if answer is None:
        return None
    return answer_text(answer) if isinstance(answer, NotConcerned) else int(answer)


def _totals(
    sheet: Sheet, grid: Grid, scores: Scores, mission: Mission, areas: Mapping[tuple[str, str], Area]
) -> None:
    rubrics = [
        ([areas[mission.id, policy.id]], scores.rubrics[mission.id, policy.id]) for policy in grid.policies
    ]
    empty = Column(None)
    sheet.cells(
        [
            Column("Pourcentage de réalisation", "total"),
            *(figures.shown_percentage(area, tally, "total per cent") for area, tally in rubrics),
            Column(None, "total"),
        ]
    )
    counted = [figures.counts(area, tally) for area, tally in rubrics]
    for rank, name in enumerate(("Cases notées", "Cases NC", "Cases sans réponse")):
        sheet.cells([Column(name), *(columns[rank] for columns in counted), empty])
    whole = figures.shown_percentage(
        list(areas.values()), scores.missions[mission.id], "total per cent", len(grid.policies)
    )
    sheet.cells([Column(f"Ensemble de la mission {mission.number}", "total"), whole, Column(None, "total")])


def _first_copy(grid: Grid) -> int:
    """Return the first of the hidden columns that hold the notes as sent, after the comments."""
    return len(grid.policies) + 2


def _changes(sheet: Sheet, grid: Grid, mission: Mission, areas: Mapping[tuple[str, str], Area]) -> Area:
    """Count, under each column of notes, the cells that differ from those sent; return their area."""
    row, last = sheet.row, len(grid.policies)
    counts = []
    for rank, policy in enumerate(grid.policies):
        notes, column = areas[mission.id, policy.id], _first_copy(grid) + rank
        copies = notes._replace(first_column=column, last_column=column)
        counts.append(Column(Formula(formulas.changed(notes, copies), 0), "number"))
    sheet.cells([Column(f"Cases changées{formulas.SINCE_SENT}"), *counts, Column(None)])
    sheet.hide(_first_copy(grid), _first_copy(grid) + last - 1)
    return Area(sheet.name, row, 1, row, last, 0)
