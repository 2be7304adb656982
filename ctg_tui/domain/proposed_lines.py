"""The lines that are not the Caf's, as one assessment shows them: taken up, or left aside."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import NamedTuple

from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.grid import Grid


class LineCount(NamedTuple):
    """How many lines of the Caf have something, and how many proposed ones: never added up."""

    own: int
    proposed: int = 0


def line_count(lines: Iterable[str], proposed: Container[str]) -> LineCount:
    """Count the ids `lines`, those that `proposed` holds apart; a line of no grid counts with the Caf's."""
    kinds = [line in proposed for line in lines]
    return LineCount(kinds.count(False), kinds.count(True))


def grid_in_view(grid: Grid, assessment: Assessment) -> Grid:
    """Return `grid`, without its proposed lines when `assessment` leaves them aside."""
    return grid if assessment.proposed_lines else grid.without_proposed_lines


def in_view(grid: Grid, assessment: Assessment) -> tuple[Grid, Assessment]:
    """Return the grid and the assessment that leave the database: what is left aside is in neither.

    Answers to lines that no version of the grid has stay: they are shown apart.
    """
    seen = grid_in_view(grid, assessment)
    aside = seen.left_aside
    if not aside:
        return seen, assessment
    return seen, assessment._replace(
        answers={cell: answer for cell, answer in assessment.answers.items() if cell.activity not in aside},
        set_aside={
            cell: answer for cell, answer in assessment.set_aside.items() if cell.activity not in aside
        },
        comments={line: text for line, text in assessment.comments.items() if line not in aside},
        numbers={line: number for line, number in assessment.numbers.items() if line not in aside},
        remarks={line: text for line, text in assessment.remarks.items() if line not in aside},
        actions={line: action for line, action in assessment.actions.items() if line not in aside},
    )
