"""The steps of an assessment, from the details to the sending, with how far each one is.

A step is counted, never scored: a percentage would be read as a result.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from ctg_tui.domain.assessment import Assessment, PreparationTopic, Status
from ctg_tui.domain.completeness import is_email, numbers_given
from ctg_tui.domain.forecast import Forecast, with_people
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import Scores
from ctg_tui.domain.text import visible


class Step(IntEnum):
    """A step of the road, by its number."""

    DETAILS = 1
    GRID = 2
    INDICATORS = 3
    PREPARATION = 4
    FORECAST = 5
    SENDING = 6


class Progress(NamedTuple):
    """How far a step is: `done` of `asked`, which is 0 when nothing is asked.

    `is_needed` is False for a step that can be left empty. `proposed` counts the lines that are not the
    Caf's, apart: done and asked.
    """

    step: Step
    done: int
    asked: int
    is_needed: bool = True
    proposed: tuple[int, int] | None = None

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to do in this step."""
        return self.done >= self.asked and (self.is_needed or self.done > 0)

    @property
    def has_begun(self) -> bool:
        return self.done > 0


class Road(NamedTuple):
    """The steps of one assessment, in order; a file received has none that sends anything."""

    steps: tuple[Progress, ...]

    def with_scores(self, scores: Scores) -> Road:
        """Return the road after answers changed, and nothing else."""
        return Road(tuple(_grid(scores) if each.step is Step.GRID else each for each in self.steps))

    @property
    def is_ready(self) -> bool:
        """Whether all that the assessment needs is filled in, and it is still to be sent."""
        needed = [each for each in self.steps if each.is_needed and each.step is not Step.SENDING]
        return self._is_to_send and all(each.is_complete for each in needed)

    @property
    def is_all_done(self) -> bool:
        """Whether the forecast is filled in too."""
        return self.is_ready and all(each.is_complete for each in self.steps if each.step is Step.FORECAST)

    @property
    def _is_to_send(self) -> bool:
        return any(each.step is Step.SENDING and not each.is_complete for each in self.steps)


def road(grid: Grid, assessment: Assessment, scores: Scores, forecast: Forecast | None) -> Road:
    """Return the road of an assessment; without a `forecast`, that of a file received from someone else."""
    steps = [
        _details(assessment),
        _grid(scores),
        _indicators(grid, assessment),
        Progress(
            Step.PREPARATION,
            sum(bool(assessment.preparation.get(topic, "").strip()) for topic in PreparationTopic),
            len(PreparationTopic),
            is_needed=False,
        ),
    ]
    if forecast is not None:
        lines = with_people(forecast, assessment.identity.coordinators).lines
        filled = sum(line.centihours is not None and line.salary_cents is not None for line in lines)
        steps.append(Progress(Step.FORECAST, filled, len(lines), is_needed=False))
        steps.append(Progress(Step.SENDING, int(assessment.status is Status.FINAL), 1))
    return Road(tuple(steps))


def _details(assessment: Assessment) -> Progress:
    """Count territory, coordinator and adviser: the SIREN can be left out."""
    identity = assessment.identity
    adviser = identity.adviser
    present = (
        bool(visible(identity.territory.name)),
        bool(identity.coordinators),
        bool(adviser.name.strip()) and is_email(adviser.email),
    )
    return Progress(Step.DETAILS, sum(present), len(present))


def _grid(scores: Scores) -> Progress:
    proposed = scores.proposed.whole if scores.proposed else None
    return Progress(
        Step.GRID,
        scores.whole.answered,
        scores.whole.cells,
        proposed=(proposed.answered, proposed.cells) if proposed else None,
    )


def _indicators(grid: Grid, assessment: Assessment) -> Progress:
    done, asked = numbers_given(grid.indicators.values(), assessment)
    beside = (done.proposed, asked.proposed) if asked.proposed else None
    return Progress(Step.INDICATORS, done.own, asked.own, proposed=beside)
