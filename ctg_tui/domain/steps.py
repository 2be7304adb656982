"""Checks before sending, which indicators are asked, and the five steps with how far each one is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, IntEnum, StrEnum, auto
from typing import NamedTuple

from ctg_tui.domain.assessment import Assessment, Cell, PreparationTopic
from ctg_tui.domain.forecast import Forecast, with_people
from ctg_tui.domain.grid import Grid, Indicator
from ctg_tui.domain.scores import LineCount, Scores, line_count
from ctg_tui.domain.text import visible
from ctg_tui.domain.thread import points_of

MAX_NUMBER = 999_999
"""The largest number of an indicator: seven times the population of the largest territory."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


class Severity(Enum):
    """BLOCKING forbids a final submission; ADVICE never does."""

    BLOCKING = "bloquant"
    ADVICE = "conseil"


class FindingCode(StrEnum):
    """The code of a finding; stable, ASCII, in French since `--json` shows it."""

    NO_TERRITORY = "territoire-absent"
    NO_SIREN = "siren-absent"
    NO_COORDINATOR = "charge-absent"
    NO_ADVISER = "conseiller-absent"
    NO_LINE_OF_CAF = "sans-ligne-de-la-caf"
    BLANK_CELLS = "cases-sans-reponse"
    ALL_NOT_CONCERNED = "tout-non-concerne"
    NUMBERS_MISSING = "indicateurs-sans-nombre"
    LOW_WITHOUT_COMMENT = "notes-basses-sans-commentaire"
    UNKNOWN_LINES = "lignes-hors-grille"
    OPEN_POINTS = "points-sans-reponse"


_FOR_CAF = frozenset({FindingCode.NUMBERS_MISSING, FindingCode.ALL_NOT_CONCERNED})


@dataclass(frozen=True)
class Finding:
    """The result of one check.

    `places` are grid ids, in grid order (cells as their activity's id); for open points, their keys.
    """

    code: FindingCode
    severity: Severity
    places: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return len(self.places)

    @property
    def is_for_caf(self) -> bool:
        """True if the files sent to the Caf mention it; the rest is advice to the person."""
        return self.severity is Severity.BLOCKING or self.code in _FOR_CAF


def is_email(text: str) -> bool:
    """Return whether `text` looks like one e-mail address."""
    return _EMAIL.fullmatch(text) is not None


def is_asked(indicator: Indicator, assessment: Assessment) -> bool:
    """Return whether the indicator is asked: a reserved one needs a coordinator of its profile."""
    return indicator.reserved_for is None or indicator.reserved_for in assessment.profiles


def wants_number(indicator: Indicator, assessment: Assessment) -> bool:
    """Return whether a number is expected: the indicator is asked and is not a heading."""
    return not indicator.is_heading and is_asked(indicator, assessment)


def numbers_given(indicators: Iterable[Indicator], assessment: Assessment) -> tuple[LineCount, LineCount]:
    """Return how many of `indicators` have the number expected of them, and of how many one is expected."""
    wanted = [line for line in indicators if wants_number(line, assessment)]
    proposed = {line.id for line in wanted if line.is_proposed}
    given = (line.id for line in wanted if line.id in assessment.numbers)
    return line_count(given, proposed), line_count((line.id for line in wanted), proposed)


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
    """Return the next indicator whose number is to be given after a line, wrapping around; None without any.

    Those of proposed lines come when the Caf's have none left.
    """
    every = [line for mission in grid.missions for line in mission.lines]
    here = every.index(after) + 1 if after in every else 0
    turned = [grid.indicators[line] for line in (*every[here:], *every[:here]) if line in grid.indicators]
    blank = [one for one in turned if wants_number(one, assessment) and one.id not in assessment.numbers]
    own = (one.id for one in blank if not one.is_proposed)
    return next(own, blank[0].id if blank else None)


def answered_ids(assessment: Assessment) -> tuple[str, ...]:
    """Return the ids of every line answered, commented, planned or counted, whatever the grid."""
    cells = (cell.activity for cell in assessment.answers)
    texts = (*assessment.comments, *assessment.actions)
    return tuple(dict.fromkeys([*cells, *texts, *assessment.numbers, *assessment.remarks]))


def foreign_ids(grid: Grid, assessment: Assessment) -> tuple[str, ...]:
    """Return the ids answered, commented, planned or counted that `grid` does not have."""
    ids = [*(cell.activity for cell in assessment.answers), *assessment.comments, *assessment.actions]
    unknown = {i: None for i in ids if i not in grid.activities}
    unknown |= {cell.activity: None for cell in assessment.answers if cell.policy not in grid.policies_by_id}
    counted = (*assessment.numbers, *assessment.remarks)
    unknown |= {i: None for i in counted if i not in grid.indicators}
    return tuple(unknown)


def check(grid: Grid, assessment: Assessment) -> tuple[Finding, ...]:
    """Return the findings to review before sending, blocking ones first."""
    identity = assessment.identity
    blocking: list[Finding] = []
    advice: list[Finding] = []
    if not visible(identity.territory.name):
        blocking.append(Finding(FindingCode.NO_TERRITORY, Severity.BLOCKING))
    if not identity.coordinators:
        blocking.append(Finding(FindingCode.NO_COORDINATOR, Severity.BLOCKING))
    if not grid.own_cells:
        blocking.append(Finding(FindingCode.NO_LINE_OF_CAF, Severity.BLOCKING))
    blanks = tuple(cell.activity for cell in blank_cells(grid, assessment))
    if blanks:
        blocking.append(Finding(FindingCode.BLANK_CELLS, Severity.BLOCKING, blanks))
    waiting = [point for point in points_of(assessment, grid) if point.is_to_see]
    if waiting:
        keys = tuple(point.key for point in waiting)
        advice.append(Finding(FindingCode.OPEN_POINTS, Severity.ADVICE, keys))
    if identity.territory.siren is None:
        advice.append(Finding(FindingCode.NO_SIREN, Severity.ADVICE))
    if not identity.adviser.name.strip() or not is_email(identity.adviser.email):
        advice.append(Finding(FindingCode.NO_ADVISER, Severity.ADVICE))
    answered = [assessment.answers[cell] for cell in grid.own_cells if cell in assessment.answers]
    if answered and not blanks and not any(isinstance(answer, int) for answer in answered):
        advice.append(Finding(FindingCode.ALL_NOT_CONCERNED, Severity.ADVICE))
    numbers = tuple(
        line.id
        for line in grid.indicators.values()
        if not line.is_proposed and wants_number(line, assessment) and line.id not in assessment.numbers
    )
    if numbers:
        advice.append(Finding(FindingCode.NUMBERS_MISSING, Severity.ADVICE, numbers))
    silent = tuple(
        activity
        for activity, line in grid.activities.items()
        if not line.is_proposed
        and activity not in assessment.comments
        and _lowest(grid, assessment, activity) in {0, 1}
    )
    if silent:
        advice.append(Finding(FindingCode.LOW_WITHOUT_COMMENT, Severity.ADVICE, silent))
    foreign = foreign_ids(grid, assessment)
    if foreign:
        advice.append(Finding(FindingCode.UNKNOWN_LINES, Severity.ADVICE, foreign))
    return (*blocking, *advice)


def _lowest(grid: Grid, assessment: Assessment, activity: str) -> int | None:
    notes = [
        int(answer)
        for policy in grid.policies
        if isinstance(answer := assessment.answers.get(Cell(activity, policy.id)), int)
    ]
    return min(notes, default=None)


def lines_rated(grid: Grid, assessment: Assessment, notes: frozenset[int]) -> tuple[Cell, ...]:
    """Return the cells whose note is among `notes`, in grid order: points to work on (0, 1), strong (3)."""
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

    `is_needed` is False for a step that can be left empty. `numbers_left` counts the indicators of the Caf
    whose number is still to be given, in the step of the grid.
    """

    step: Step
    done: int
    asked: int
    is_needed: bool = True
    numbers_left: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to do in this step."""
        return self.done >= self.asked and not self.numbers_left and (self.is_needed or self.done > 0)

    @property
    def lacks_something(self) -> bool:
        """Whether a person has something to do here; a meeting prepared in part can be left so."""
        return not (self.has_begun if self.step is Step.PREPARATION else self.is_complete)

    @property
    def can_be_left(self) -> bool:
        """Whether nothing that the sending asks for is missing: the forecast, or a number alone."""
        is_number = self.step is Step.GRID and self.done >= self.asked
        return self.step is Step.FORECAST or is_number

    @property
    def has_begun(self) -> bool:
        return self.done > 0


class Steps(NamedTuple):
    """The steps of one assessment, in order; a file received has none that sends anything."""

    steps: tuple[Progress, ...]

    def next_lacking(self, here: int) -> Step | None:
        """Return the first step after `here` that lacks something, around to `here` itself.

        Once no cell is blank, who fills the grid and who reads it come first: nothing is sent without them.
        From outside of the steps, where `here` is 0, neither the forecast nor a number is one to go on with:
        both can be left out.
        """
        by_step = {each.step: each for each in self.steps}
        details, cells = by_step[Step.DETAILS], by_step[Step.GRID]
        if details.lacks_something and cells.done >= cells.asked and here != Step.DETAILS:
            return Step.DETAILS
        turned = sorted(self.steps, key=lambda each: (each.step <= here, each.step))
        lacking = (each for each in turned if each.lacks_something)
        return next((each.step for each in lacking if here or not each.can_be_left), None)


def steps_of(
    grid: Grid,
    assessment: Assessment,
    scores: Scores,
    forecast: Forecast | None,
    *,
    is_sent: bool = False,
) -> Steps:
    """Return the steps of an assessment; without a `forecast`, those of a file received.

    `is_sent` says that the files of a definitive sending were made.
    """
    steps = [
        _details(assessment),
        _grid(scores, numbers_left(grid, assessment)),
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
        steps.append(Progress(Step.SENDING, int(is_sent), 1))
    return Steps(tuple(steps))


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


def _grid(scores: Scores, numbers_left: int) -> Progress:
    return Progress(Step.GRID, scores.whole.answered, scores.whole.cells, numbers_left=numbers_left)


def numbers_left(grid: Grid, assessment: Assessment) -> int:
    """Return how many numbers of the Caf's indicators are still to be given."""
    done, asked = numbers_given(grid.indicators.values(), assessment)
    return asked.own - done.own
