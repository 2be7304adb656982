"""A mission laid out as the Caf's grid: activities, notes, comments, percentages, indicators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ctg_tui.domain.answers import Answer, Cell, NotConcerned, answer_text
from ctg_tui.domain.grid import Activity, Grid, Indicator, Mission
from ctg_tui.domain.scores import Scores
from ctg_tui.report import wording
from ctg_tui.report.content import ReportContent
from ctg_tui.report.xlsx import figures
from ctg_tui.report.xlsx.formulas import Area
from ctg_tui.report.xlsx.sheet import Column, Content, Sheet
from ctg_tui.wording.french import DASH, NBSP

_LABEL_WIDTH: Final = 52
_NOTE_WIDTH: Final = 12
_COMMENT_WIDTH: Final = 52
_NOTES: Final = ["0", "1", "2", "3", "NC"]


def sheet_name(mission: Mission) -> str:
    return f"Mission {mission.number}"


def middle_columns(grid: Grid) -> int:
    """Columns between label and comment: the policies, and room for an indicator's type and number."""
    return max(len(grid.policies), 2)


def widths(grid: Grid) -> list[int]:
    return [_LABEL_WIDTH, *[_NOTE_WIDTH] * middle_columns(grid), _COMMENT_WIDTH]


def write_mission(
    sheet: Sheet, content: ReportContent, grid: Grid, scores: Scores, mission: Mission
) -> Mapping[tuple[str, str], Area]:
    """Write the sheet of a mission; gives where the notes of each of its rubrics stand."""
    sheet.line(wording.mission_title(mission), "title")
    sheet.line(wording.reminder(content), "quiet")
    sheet.line(wording.scale_in_brief(grid), "quiet")
    source = wording.own_source(grid, mission)
    if source is not None:
        sheet.line(source, "quiet")
    head = sheet.row
    _headings(sheet, grid)
    sheet.worksheet.freeze_panes(sheet.row, 1)
    sheet.print_set_up(wording.reminder(content), (head, head + 1))
    first = sheet.row
    for rank, line in enumerate(mission.activities):
        _activity(sheet, content, grid, mission, rank, line)
    last = sheet.row - 1
    areas = {
        (mission.id, policy.id): Area(sheet.name, first, column, last, column, len(mission.activities))
        for column, policy in enumerate(grid.policies, 1)
    }
    _totals(sheet, grid, scores, mission, areas)
    if mission.indicators:
        sheet.skip()
        _indicators(sheet, content, grid, mission)
    return areas


def _filler(grid: Grid, look: str = "text") -> tuple[Column, ...]:
    return tuple(Column(None, look) for _ in range(middle_columns(grid) - len(grid.policies)))


def _headings(sheet: Sheet, grid: Grid) -> None:
    sheet.cells(
        [
            Column("Missions", "head"),
            Column("Politiques concernées", "head centred", middle_columns(grid)),
            Column("Commentaires", "head"),
        ]
    )
    policies = (Column(policy.label, "head centred") for policy in grid.policies)
    sheet.cells([Column("Activités", "head"), *policies, *_filler(grid, "head"), Column(None, "head")])


def _activity(
    sheet: Sheet, content: ReportContent, grid: Grid, mission: Mission, rank: int, line: Activity
) -> None:
    answers = content.assessment.answers
    notes = [Column(_note(answers.get(Cell(line.id, policy.id))), "note") for policy in grid.policies]
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
            *notes,
            *_filler(grid),
            Column(content.assessment.comments.get(line.id)),
        ]
    )


def _label(grid: Grid, mission: Mission, line: Activity | Indicator) -> str:
    mention = wording.mention(grid, mission, line)
    return line.label if mention is None else f"{line.label}\n{DASH} {mention}"


def _note(answer: Answer | None) -> Content:
    """A number, so that it can be summed; NC as text; nothing for no answer."""
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
            *_filler(grid, "total"),
            Column(None, "total"),
        ]
    )
    counted = [figures.counts(area, tally) for area, tally in rubrics]
    for rank, name in enumerate(("Cases notées", "Cases NC", "Cases sans réponse")):
        sheet.cells([Column(name), *(columns[rank] for columns in counted), *_filler(grid), empty])
    whole = figures.shown_percentage(
        list(areas.values()), scores.missions[mission.id], "total per cent", middle_columns(grid)
    )
    sheet.cells([Column(f"Ensemble de la mission {mission.number}", "total"), whole, Column(None, "total")])


def _indicators(sheet: Sheet, content: ReportContent, grid: Grid, mission: Mission) -> None:
    span = middle_columns(grid) - 1
    sheet.cells(
        [
            Column("Indicateurs", "head"),
            Column("Type", "head centred"),
            Column("Nombre", "head centred", span),
            Column("Commentaires", "head"),
        ]
    )
    for line in mission.indicators:
        number = content.assessment.numbers.get(line.id)
        shown = wording.indicator_number(line, content.assessment) if number is None else number
        sheet.cells(
            [
                Column(_label(grid, mission, line)),
                Column(wording.indicator_type(grid, line), "centred"),
                Column(shown, "number", span),
                Column(content.assessment.remarks.get(line.id)),
            ]
        )
