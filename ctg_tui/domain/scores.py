"""Percentages, by the rules of the grid, and which lines they are of. This module alone computes them.

A percentage is 100 × points ÷ (3 × number of notes); NC and blanks are out of both (grille Caf 16, mode
opératoire; the treatment of blanks is this project's). Missions and the whole are computed on points, never
as a mean of percentages. The Caf's lines and proposed ones are never added up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ctg_tui.domain.assessment import MAX_RATING, Answer, Cell, NotConcerned
from ctg_tui.domain.grid import Grid, Mission


class Tally(NamedTuple):
    """The counts of a group of cells. `points` ≤ `maximum` = 3 × `rated`."""

    points: int = 0
    rated: int = 0
    not_concerned: int = 0
    blank: int = 0

    @property
    def maximum(self) -> int:
        """The points that `rated` cells can reach."""
        return MAX_RATING * self.rated

    @property
    def cells(self) -> int:
        return self.rated + self.not_concerned + self.blank

    @property
    def answered(self) -> int:
        return self.rated + self.not_concerned

    @property
    def is_not_concerned(self) -> bool:
        """Whether every cell is « NC »."""
        return 0 < self.not_concerned == self.cells

    @property
    def percentage(self) -> int | None:
        """Return 0–100, rounded half up in integers; None when nothing is rated."""
        if self.maximum == 0:
            return None
        return (200 * self.points + self.maximum) // (2 * self.maximum)

    @property
    def mean(self) -> float | None:
        """Return the mean note, 0–3; None when nothing is rated."""
        return self.points / self.rated if self.rated else None


def total(tallies: Iterable[Tally]) -> Tally:
    """Return the sum of `tallies`."""
    points = rated = not_concerned = blank = 0
    for part in tallies:
        points += part.points
        rated += part.rated
        not_concerned += part.not_concerned
        blank += part.blank
    return Tally(points, rated, not_concerned, blank)


class Scores(NamedTuple):
    """Every figure on the Caf's lines: per rubric (mission, policy), mission, policy, and the whole.

    `proposed` are the figures on the other lines, marked « ° » wherever they are shown; None without any.
    """

    rubrics: Mapping[tuple[str, str], Tally]
    missions: Mapping[str, Tally]
    policies: Mapping[str, Tally]
    whole: Tally
    proposed: Scores | None = None

    def side(self, is_proposed: bool) -> Scores:
        """Return the figures on the proposed lines, which there are, or those on the Caf's."""
        if not is_proposed:
            return self
        assert self.proposed is not None
        return self.proposed

    def mission(self, mission: Mission) -> Tally:
        """Return the tally of a mission that has activities."""
        return self.side(mission.is_proposed).missions[mission.id]


def tally(answers: Mapping[Cell, Answer], cells: Iterable[Cell]) -> Tally:
    """Count `cells` in `answers`."""
    points = rated = not_concerned = blank = 0
    for cell in cells:
        answer = answers.get(cell)
        if answer is None:
            blank += 1
        elif isinstance(answer, NotConcerned):
            not_concerned += 1
        else:
            rated += 1
            points += answer
    return Tally(points, rated, not_concerned, blank)


def score(grid: Grid, answers: Mapping[Cell, Answer]) -> Scores:
    """Return the scores of `answers` over `grid`, ignoring answers to lines that the grid does not have."""

    def side(is_proposed: bool) -> Scores:
        rubrics = grid.rubric_cells[is_proposed].items()
        return _summed(grid, {rubric: tally(answers, cells) for rubric, cells in rubrics})

    own = side(is_proposed=False)
    return own._replace(proposed=side(is_proposed=True)) if grid.has_proposed_activities else own


def _summed(grid: Grid, rubrics: Mapping[tuple[str, str], Tally]) -> Scores:
    missions = {
        mission.id: total([rubrics[mission.id, policy.id] for policy in grid.policies])
        for mission in grid.missions
    }
    policies = {
        policy.id: total([rubrics[mission.id, policy.id] for mission in grid.missions])
        for policy in grid.policies
    }
    return Scores(rubrics, missions, policies, total(missions.values()))
