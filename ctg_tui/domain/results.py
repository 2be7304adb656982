"""The years side by side: two assessments compared, the one before, the four of an engagement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeVar

from ctg_tui.domain.assessment import (
    NOT_CONCERNED,
    Action,
    Answer,
    Assessment,
    Cell,
    Identity,
    Moment,
    NotConcerned,
    Outcome,
)
from ctg_tui.domain.grid import Grid, Mission
from ctg_tui.domain.grid_files import carried_lines
from ctg_tui.domain.scores import Scores, Tally, score, tally
from ctg_tui.domain.text import fold

Value = TypeVar("Value")


class Nature(StrEnum):
    """How the answer of a cell changed. The value is the spelling of `--json`."""

    UP = "hausse"
    DOWN = "baisse"
    BECAME_NOT_CONCERNED = "devient-nc"
    BECAME_CONCERNED = "devient-concernee"
    ANSWERED = "nouvelle-reponse"
    BLANKED = "reponse-retiree"
    LINE_ADDED = "ligne-nouvelle"
    LINE_REMOVED = "ligne-retiree"


class Constant(NamedTuple):
    """The cells noted both times: `before.rated` equals `after.rated`, their number."""

    before: Tally
    after: Tally


class RubricChange(NamedTuple):
    """A rubric, or one of its totals. `before` is None when the former grid has no such mission.

    `mission` and `policy` are ids; None stands for all of them. `is_proposed`: on the lines that are not the
    Caf's, which are never added to the others.
    """

    mission: str | None
    policy: str | None
    before: Tally | None
    after: Tally
    constant: Constant
    is_proposed: bool


class CellChange(NamedTuple):
    """A cell whose answer differs. `cell` is of the later grid, except for a line removed from it."""

    cell: Cell
    before: Answer | None
    after: Answer | None
    nature: Nature


class TextChange(NamedTuple):
    """Two texts of one line, side by side; None where there was none."""

    line: str
    before: str | None
    after: str | None


class NumberChange(NamedTuple):
    """Two numbers of one indicator; None where there was none."""

    indicator: str
    before: int | None
    after: int | None


class ActionChange(NamedTuple):
    """Two planned actions of one line; None where there was none."""

    line: str
    before: Action | None
    after: Action | None


class Comparison(NamedTuple):
    """Everything that differs from `before` to `after`."""

    rubrics: tuple[RubricChange, ...]
    cells: tuple[CellChange, ...]
    comments: tuple[TextChange, ...]
    numbers: tuple[NumberChange, ...]
    actions: tuple[ActionChange, ...]
    compared_lines: int
    other_lines: int
    """Lines of either grid that the other does not have."""
    reworded: tuple[str, ...]
    """Lines compared though their wording changed, by their id in the later grid."""


class Filled(NamedTuple):
    """An assessment with the grid it was filled with."""

    grid: Grid
    assessment: Assessment


def matching_lines(before: Grid, after: Grid) -> dict[str, str]:
    """Return the id in `before` of each line and indicator of `after` that both grids have."""
    if before.fingerprint == after.fingerprint:
        return {line: line for line in (*after.activities, *after.indicators)}
    return {new: old for old, new in carried_lines(before, after).items()}


def compare(before: Filled, after: Filled) -> Comparison:
    """Return the changes from `before` to `after`, each scored with its own grid.

    When one of them leaves its proposed lines aside, those of the other are not compared.
    """
    if before.grid.left_aside or after.grid.left_aside:
        before = before._replace(grid=before.grid.without_proposed_lines)
        after = after._replace(grid=after.grid.without_proposed_lines)
    lines = matching_lines(before.grid, after.grid)
    known = {mine: theirs for mine, theirs in lines.items() if mine in after.grid.activities}
    former = before.grid.activities
    return Comparison(
        tuple(_rubrics(before, after, known)),
        tuple(_cells(before, after, known)),
        tuple(
            TextChange(line, was, now)
            for line, was, now in _pairs(before.assessment.comments, after.assessment.comments, known)
        ),
        tuple(
            NumberChange(line, was, now)
            for line, was, now in _pairs(
                before.assessment.numbers,
                after.assessment.numbers,
                {mine: theirs for mine, theirs in lines.items() if mine in after.grid.indicators},
            )
        ),
        tuple(
            ActionChange(line, was, now)
            for line, was, now in _pairs(before.assessment.actions, after.assessment.actions, known)
        ),
        len(known),
        len(after.grid.activities) - len(known) + len(former) - len(set(known.values())),
        tuple(
            mine
            for mine, theirs in known.items()
            if fold(after.grid.activities[mine].label) != fold(former[theirs].label)
        ),
    )


def since_last_time(last: LastTime, grid: Grid, assessment: Assessment) -> Comparison | None:
    """Return the changes from last time to `assessment`; None when no line of both can be compared."""
    if last.grid is None or last.scores is None:
        return None
    return compare(Filled(last.grid, last.assessment), Filled(grid, assessment))


def _pairs(
    before: Mapping[str, Value], after: Mapping[str, Value], lines: Mapping[str, str]
) -> Iterator[tuple[str, Value | None, Value | None]]:
    """Yield each line whose value differs, in the order of the later grid."""
    for mine, theirs in lines.items():
        was, now = before.get(theirs), after.get(mine)
        if was != now:
            yield mine, was, now


def _rubrics(before: Filled, after: Filled, lines: Mapping[str, str]) -> Iterator[RubricChange]:
    """Yield every figure on the Caf's lines, then every figure on the others."""
    was = score(before.grid, before.assessment.answers)
    now = score(after.grid, after.assessment.answers)
    yield from _rubrics_of(False, before, after, lines, was, now)
    if now.proposed is not None:
        yield from _rubrics_of(True, before, after, lines, was.proposed, now.proposed)


def _rubrics_of(
    is_proposed: bool,
    before: Filled,
    after: Filled,
    lines: Mapping[str, str],
    was: Scores | None,
    now: Scores,
) -> Iterator[RubricChange]:
    """Yield the figures on the lines of one kind: each rubric and mission, each policy, the whole."""
    portions = [portion for portion in after.grid.portions if portion.is_proposed is is_proposed]
    policies = [policy.id for policy in after.grid.policies]

    def constant(cells: Iterable[Cell]) -> Constant:
        both = [
            (Cell(lines[cell.activity], cell.policy), cell)
            for cell in cells
            if cell.activity in lines
            and before.grid.activities[lines[cell.activity]].is_proposed is is_proposed
            and _is_noted(before.assessment.answers.get(Cell(lines[cell.activity], cell.policy)))
            and _is_noted(after.assessment.answers.get(cell))
        ]
        return Constant(
            tally(before.assessment.answers, [theirs for theirs, _ in both]),
            tally(after.assessment.answers, [mine for _, mine in both]),
        )

    def change(
        mission: str | None, policy: str | None, former: Tally | None, present: Tally, cells: Iterable[Cell]
    ) -> RubricChange:
        return RubricChange(mission, policy, former, present, constant(cells), is_proposed)

    for portion in portions:
        mission = portion.mission.id
        former = _former_mission(portion.mission, before.grid, lines)
        for policy in policies:
            cells = [Cell(line.id, policy) for line in portion.activities]
            theirs = was.rubrics.get((former, policy)) if was and former else None
            yield change(mission, policy, theirs, now.rubrics[mission, policy], cells)
        cells = [Cell(line.id, policy) for line in portion.activities for policy in policies]
        theirs = was.missions[former] if was and former else None
        yield change(mission, None, theirs, now.missions[mission], cells)
    every = [line.id for portion in portions for line in portion.activities]
    for policy in policies:
        cells = [Cell(line, policy) for line in every]
        theirs = was.policies.get(policy) if was else None
        yield change(None, policy, theirs, now.policies[policy], cells)
    cells = [Cell(line, policy) for line in every for policy in policies]
    yield change(None, None, was.whole if was else None, now.whole, cells)


def _former_mission(mission: Mission, grid: Grid, lines: Mapping[str, str]) -> str | None:
    """Return the mission of the former grid that holds the first line of `mission` known there."""
    theirs = next((lines[line.id] for line in mission.activities if line.id in lines), None)
    return None if theirs is None else grid.mission_of[theirs].id


def _is_noted(answer: Answer | None) -> bool:
    return isinstance(answer, int)


def _cells(before: Filled, after: Filled, lines: Mapping[str, str]) -> Iterator[CellChange]:
    former_policies = before.grid.policies_by_id
    for cell in after.grid.cells:
        now = after.assessment.answers.get(cell)
        if cell.activity not in lines or cell.policy not in former_policies:
            if now is not None:
                yield CellChange(cell, None, now, Nature.LINE_ADDED)
            continue
        was = before.assessment.answers.get(Cell(lines[cell.activity], cell.policy))
        if was != now:
            yield CellChange(cell, was, now, _nature(was, now))
    matched = set(lines.values())
    for cell in before.grid.cells:
        was = before.assessment.answers.get(cell)
        gone = cell.activity not in matched or cell.policy not in after.grid.policies_by_id
        if gone and was is not None:
            yield CellChange(cell, was, None, Nature.LINE_REMOVED)


def _nature(was: Answer | None, now: Answer | None) -> Nature:
    if now is None:
        return Nature.BLANKED
    if isinstance(now, NotConcerned):
        return Nature.BECAME_NOT_CONCERNED
    if was is None:
        return Nature.ANSWERED
    if isinstance(was, NotConcerned):
        return Nature.BECAME_CONCERNED
    return Nature.UP if now > was else Nature.DOWN


_NOTHING: Final[Mapping[Any, Any]] = MappingProxyType({})


class LastTime(NamedTuple):
    """The assessment before this one. `scores` is None when no line of it can be compared.

    All is of the lines of `present`, a view of the present grid: another view of it asks `on` first.
    `scores` rest on `compared_lines` activities; `other_lines` are those that only one of the two grids has.
    `grid` is the one it was filled with, None when it is not known. `answers` and `comments` are those of the
    lines that both grids have, by the ids of the present grid.
    """

    assessment: Assessment
    present: Grid
    scores: Scores | None
    compared_lines: int = 0
    other_lines: int = 0
    grid: Grid | None = None
    answers: Mapping[Cell, Answer] = _NOTHING
    comments: Mapping[str, str] = _NOTHING

    @property
    def year(self) -> int:
        return self.assessment.identity.year

    def on(self, grid: Grid) -> LastTime:
        """Return last time as compared with `grid`, which may show other lines than `present`."""
        return self if grid is self.present else compared(self.assessment, grid, self.grid)


def compared(former: Assessment, grid: Grid, own: Grid | None) -> LastTime:
    """Return `former` with its scores over `grid`; `own` is the grid it was filled with, if it is known.

    Another grid, or another version of it, has other lines: only those that correspond are scored, since the
    answers of the others would give other percentages. Lines that either left aside were not asked then or
    are not now: they count as neither.
    """
    asked = grid.without_proposed_lines if own is not None and own.left_aside else grid
    if former.grid_fingerprint == grid.fingerprint:
        scores = score(grid, former.answers)
        common = len(asked.activities)
        return LastTime(former, grid, scores, common, 0, own or grid, former.answers, former.comments)
    if own is None:
        return LastTime(former, grid, None)
    lines = {old: new for old, new in carried_lines(own, grid).items() if new in grid.activities}
    if not lines:
        return LastTime(former, grid, None, grid=own)
    answers = {
        Cell(lines[cell.activity], cell.policy): answer
        for cell, answer in former.answers.items()
        if cell.activity in lines
    }
    gone = [old for old in own.activities if old not in lines and old not in grid.left_aside]
    new = asked.activities.keys() - lines.values()
    others = len(new) + len(gone)
    comments = {lines[line]: text for line, text in former.comments.items() if line in lines}
    return LastTime(former, grid, score(grid, answers), len(lines), others, own, answers, comments)


def neutral_cells(former: Assessment, grid: Grid, own: Grid | None) -> list[Cell]:
    """Return the cells of `grid` whose line was NC in `former`; none when its grid is not known.

    `own` is that grid: without it, the same id may be another line.
    """
    lines = {} if own is None else {new: old for old, new in carried_lines(own, grid).items()}
    return [
        cell
        for cell in grid.cells
        if former.answers.get(Cell(lines.get(cell.activity, ""), cell.policy)) is NOT_CONCERNED
    ]


# The years of an engagement: the actions of one year come back the next, and its end sees them all.

YEARS: Final = 4
"""The years of an engagement (grille Caf 16, 1.2: « plan d'action annuel de la CTG (sur 4 ans) »)."""


class YearPlan(NamedTuple):
    """The actions of one assessment, by the line of the present grid that its own corresponds to."""

    identity: Identity
    actions: Mapping[str, Action]


class PastAction(NamedTuple):
    """An action with the year that planned it, and the year that said what became of it, if one did."""

    activity: str
    planned: int
    action: Action
    closed: int | None = None


def belongs_to(former: Identity, identity: Identity) -> bool:
    """Return whether an earlier assessment is of the same engagement: its end is the last of another one."""
    return former.moment is not Moment.END and identity.year - former.year <= YEARS


def is_open(action: Action) -> bool:
    """Return whether an action comes back the next year: not done, not abandoned."""
    return action.outcome in {None, Outcome.POSTPONED}


def to_close(assessment: Assessment, years: Sequence[YearPlan]) -> tuple[PastAction, ...]:
    """Return the actions of the former years still open, of which this assessment says nothing yet.

    `years` are the former ones, the earliest first.
    """
    return tuple(
        past
        for past in over_the_years(years)
        if is_open(past.action) and past.activity not in assessment.actions
    )


def over_the_years(years: Sequence[YearPlan]) -> tuple[PastAction, ...]:
    """Return every action of these years, the earliest first, each with the last that was said of it.

    An action that comes back on its line with the same words is one action, planned in its first year.
    """
    found: list[PastAction] = []
    last: dict[str, int] = {}
    for plan in years:
        year = plan.identity.year
        for activity, action in plan.actions.items():
            place = last.get(activity)
            closed = year if action.outcome is not None else None
            if place is not None and _is_same(found[place].action, action):
                found[place] = found[place]._replace(action=action, closed=closed)
                continue
            last[activity] = len(found)
            found.append(PastAction(activity, year, action, closed))
    return tuple(found)


def _is_same(former: Action, action: Action) -> bool:
    return is_open(former) and former.what.split() == action.what.split()


def in_grid_order(actions: Sequence[PastAction], lines: Sequence[str]) -> Iterator[PastAction]:
    """Yield the actions by the order of `lines`, then those of other lines."""
    ranks = {line: rank for rank, line in enumerate(lines)}
    yield from sorted(actions, key=lambda past: (ranks.get(past.activity, len(ranks)), past.planned))
