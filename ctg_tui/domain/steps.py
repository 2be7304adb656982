"""Checks before sending, which indicators are asked, and the five steps with how far each one is."""

from __future__ import annotations

from enum import IntEnum, StrEnum, auto
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import Assessment, Cell, PreparationTopic
from ctg_tui.domain.details import is_email
from ctg_tui.domain.forecast import Forecast, with_people
from ctg_tui.domain.grid import Grid, Indicator
from ctg_tui.domain.scores import Scores
from ctg_tui.domain.thread import points_of


class FindingCode(StrEnum):
    """The code of a finding; stable, ASCII, in French since `--json` shows it."""

    NO_TERRITORY = "territoire-absent"
    NO_COORDINATOR = "charge-absent"
    NO_ADVISER = "conseiller-absent"
    NO_LINE_OF_CAF = "sans-ligne-de-la-caf"
    BLANK_CELLS = "cases-sans-reponse"
    NUMBERS_MISSING = "indicateurs-sans-nombre"
    LOW_WITHOUT_COMMENT = "notes-basses-sans-commentaire"
    OPEN_POINTS = "points-sans-reponse"
    FORECAST_BLANK = "previsionnel-absent"
    FORECAST_APART = "previsionnel-non-joint"
    FORECAST_LINES = "previsionnel-incomplet"


_BLOCKING = frozenset(
    {
        FindingCode.NO_TERRITORY,
        FindingCode.NO_COORDINATOR,
        FindingCode.NO_LINE_OF_CAF,
        FindingCode.BLANK_CELLS,
    }
)
_FOR_CAF = _BLOCKING | {
    FindingCode.NUMBERS_MISSING,
    FindingCode.FORECAST_BLANK,
    FindingCode.FORECAST_APART,
    FindingCode.FORECAST_LINES,
}


class Finding(NamedTuple):
    """The result of one check.

    `places` are grid ids, in grid order (cells as their activity's id); for open points, their keys; for the
    forecast, names.
    """

    code: FindingCode
    places: tuple[str, ...] = ()

    @property
    def is_blocking(self) -> bool:
        """Whether it forbids a final submission; the rest is advice."""
        return self.code in _BLOCKING

    @property
    def is_for_caf(self) -> bool:
        """True if the files sent to the Caf mention it; the rest is advice to the person."""
        return self.code in _FOR_CAF


def is_asked(indicator: Indicator, assessment: Assessment) -> bool:
    """Return whether the indicator is asked: a reserved one needs a coordinator of its profile."""
    profiles = {person.profile for person in assessment.identity.coordinators}
    return indicator.reserved_for is None or indicator.reserved_for in profiles


def wants_number(indicator: Indicator, assessment: Assessment) -> bool:
    """Return whether a number is expected: the indicator is asked and is not a heading."""
    return not indicator.is_heading and is_asked(indicator, assessment)


def missing_numbers(grid: Grid, assessment: Assessment) -> tuple[str, ...]:
    """Return the Caf's indicators whose number is still to be given, in grid order."""
    return tuple(
        line.id
        for line in grid.indicators.values()
        if not line.is_proposed and wants_number(line, assessment) and line.id not in assessment.numbers
    )


def blank_cells(grid: Grid, assessment: Assessment) -> tuple[Cell, ...]:
    """Return the cells of the Caf's lines without an answer, in grid order."""
    return tuple(cell for cell in grid.own_cells if cell not in assessment.answers)


def next_blank(grid: Grid, assessment: Assessment, after: Cell | None) -> Cell | None:
    """Return the next cell without an answer after `after`, wrapping around; None when all have one.

    Those of proposed lines come when the Caf's lines have none left.
    """
    start = grid.cells.index(after) + 1 if after in grid.cells else 0
    turned = (*grid.cells[start:], *grid.cells[:start])
    blanks = [cell for cell in turned if cell not in assessment.answers]
    own = (cell for cell in blanks if not grid.activities[cell.activity].is_proposed)
    return next(own, blanks[0] if blanks else None)


def next_number(grid: Grid, assessment: Assessment, after: str) -> str | None:
    """Return the Caf's next indicator whose number is to be given after a line, wrapping around, or None."""
    every = [line for mission in grid.missions for line in mission.lines]
    here, missing = every.index(after) + 1 if after in every else 0, missing_numbers(grid, assessment)
    return next((line for line in (*every[here:], *every[:here]) if line in missing), None)


def foreign_ids(grid: Grid, assessment: Assessment) -> tuple[str, ...]:
    """Return the ids answered, commented, planned or counted that `grid` does not have."""
    texts = (*assessment.comments, *assessment.actions, *assessment.numbers)
    lines = (*(cell.activity for cell in assessment.answers), *texts)
    unknown = [line for line in lines if line not in grid.lines]
    unknown += [cell.activity for cell in assessment.answers if cell.policy not in grid.policies_by_id]
    return tuple(dict.fromkeys(unknown))


def check(grid: Grid, assessment: Assessment) -> tuple[Finding, ...]:
    """Return the findings to review before sending, blocking ones first."""
    identity, adviser = assessment.identity, assessment.identity.adviser
    blanks = tuple(cell.activity for cell in blank_cells(grid, assessment))
    low = dict.fromkeys(cell.activity for cell in lines_rated(grid, assessment, LOW_NOTES))
    checks: dict[FindingCode, bool | tuple[str, ...]] = {
        FindingCode.NO_TERRITORY: not identity.territory.name.strip(),
        FindingCode.NO_COORDINATOR: not identity.coordinators,
        FindingCode.NO_LINE_OF_CAF: not grid.own_cells,
        FindingCode.BLANK_CELLS: blanks,
        FindingCode.OPEN_POINTS: tuple(point.key for point in points_of(assessment, grid) if point.is_to_see),
        FindingCode.NO_ADVISER: not adviser.name.strip() or not is_email(adviser.email),
        FindingCode.NUMBERS_MISSING: missing_numbers(grid, assessment),
        FindingCode.LOW_WITHOUT_COMMENT: tuple(
            line for line in low if not grid.activities[line].is_proposed and line not in assessment.comments
        ),
    }
    return tuple(
        Finding(code, found if isinstance(found, tuple) else ()) for code, found in checks.items() if found
    )


LOW_NOTES: Final = frozenset({0, 1})
"""The notes of a point to work on."""


def lines_rated(grid: Grid, assessment: Assessment, notes: frozenset[int]) -> tuple[Cell, ...]:
    """Return the cells whose note is among `notes`, in grid order."""
    return tuple(
        cell
        for cell in grid.cells
        if isinstance(answer := assessment.answers.get(cell), int) and int(answer) in notes
    )


# A step is counted, never scored: a percentage would be read as a result.


class Step(IntEnum):
    """A step of the work on an assessment, in order."""

    DETAILS = auto()
    GRID = auto()
    PREPARATION = auto()
    FORECAST = auto()
    SENDING = auto()


class Progress(NamedTuple):
    """How far a step is: `done` of `asked`, which is 0 when nothing is asked.

    `numbers_left` counts the Caf's indicators whose number is still to be given, in the step of the grid.
    """

    step: Step
    done: int
    asked: int
    numbers_left: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to do in this step; a meeting or a forecast is something once begun."""
        is_begun = self.done > 0 or self.step not in {Step.PREPARATION, Step.FORECAST}
        return self.done >= self.asked and not self.numbers_left and is_begun

    @property
    def is_owed(self) -> bool:
        """Whether it is to be done: a forecast and numbers can be left, and so can a meeting once begun."""
        if self.step is Step.FORECAST:
            return False
        return not self.done if self.step is Step.PREPARATION else self.done < self.asked


Steps = tuple[Progress, ...]
"""The steps of one assessment, in order."""


def first_to_do(steps: Steps) -> Step:
    """Return the first step that is to be done, the sending where none is."""
    return next((each.step for each in steps if each.is_owed), Step.SENDING)


def steps_of(
    grid: Grid, assessment: Assessment, scores: Scores, forecast: Forecast, *, is_sent: bool = False
) -> Steps:
    """Return the steps of an assessment; `is_sent` says that definitive files were made.

    The SIREN can be left out of the details, and a training out of the meeting.
    """
    identity, adviser, prepared = assessment.identity, assessment.identity.adviser, assessment.preparation
    known = (
        bool(identity.territory.name.strip()),
        bool(identity.coordinators),
        bool(adviser.name.strip()) and is_email(adviser.email),
    )
    asked = {*PreparationTopic} - {PreparationTopic.TRAINING}
    topics = sum(bool(prepared.get(topic, "").strip()) for topic in asked)
    lines = with_people(forecast, identity.coordinators).lines
    filled = sum(line.is_filled for line in lines)
    whole = scores.whole
    return (
        Progress(Step.DETAILS, sum(known), len(known)),
        Progress(Step.GRID, whole.answered, whole.cells, len(missing_numbers(grid, assessment))),
        Progress(Step.PREPARATION, topics, len(asked)),
        Progress(Step.FORECAST, filled, len(lines)),
        Progress(Step.SENDING, int(is_sent), 1),
    )
