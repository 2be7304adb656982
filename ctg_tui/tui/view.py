"""The frozen value that the grid screen shows, and the moves of its cursor. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from ctg_tui.domain.assessment import Answer, Assessment, Cell, Place
from ctg_tui.domain.grid import Activity, Grid, Mission
from ctg_tui.domain.scores import Scores
from ctg_tui.services.editing import next_cell
from ctg_tui.wording.results import outline_name

if TYPE_CHECKING:
    from ctg_tui.domain.results import LastTime


class Direction(Enum):
    """The direction in which the cursor goes on after a note."""

    ACROSS = "ligne par ligne"
    DOWN = "colonne par colonne"


class DetailMode(Enum):
    """The content below the table: the line itself, or a detail that the person opened."""

    LINE = "ligne"
    WHY = "pourquoi"
    HISTORY = "historique"
    COMMENT = "commentaire"


class ReviewBeside(NamedTuple):
    """The review beside the answers: received with an own assessment, or being written of one received.

    `notes` are those of each adviser, with their names where there are several. `texts` are the remarks and
    questions by line, `marked` the lines where something is left to answer, `unsaved` the cells whose note is
    not on the disk yet.
    """

    notes: Mapping[Cell, tuple[tuple[str, Answer], ...]]
    texts: Mapping[str, tuple[str, ...]]
    marked: frozenset[str] = frozenset()
    unsaved: frozenset[Cell] = frozenset()


class View(NamedTuple):
    """The state of the grid screen. Each key makes a new one; each widget reads its own part of it.

    `cell` is under the cursor. With `whole_line` the next note goes to the whole line. `unsaved` are the keys
    (`domain.changes.Change`) of the notes and comments that are not on the disk yet.
    `noted` counts the facts of the log this year, by line.
    `drawn` is last time's assessment while its outline is behind the radar's, `beside` while its notes and
    comments are shown: read them as `previous` and `last`, which are of the lines of `grid`.
    `read_only` says why nothing can be edited, and what to do; it is empty otherwise.
    `writing` is the heading of the text being written. `review` is what stands beside when there is a review.
    """

    grid: Grid
    assessment: Assessment
    scores: Scores
    cell: Cell
    saved_at: datetime | None = None
    unsaved: frozenset[str] = frozenset()
    whole_line: bool = False
    direction: Direction = Direction.ACROSS
    aside: DetailMode = DetailMode.LINE
    history: tuple[str, ...] = ()
    drawn: LastTime | None = None
    noted: Mapping[str, int] = MappingProxyType({})
    beside: LastTime | None = None
    read_only: str = ""
    writing: str = ""
    review: ReviewBeside | None = None

    @property
    def picture(self) -> tuple[object, ...]:
        """All that the panels paint: every field but the time of saving."""
        return (
            *(self.grid, self.assessment, self.scores, self.cell, self.unsaved, self.whole_line),
            *(self.direction, self.aside, self.history, self.drawn, self.beside),
            *(self.noted, self.writing, self.review),
        )

    @property
    def previous(self) -> Scores | None:
        """Last time's figures while they are drawn."""
        return None if self.drawn is None else self.drawn.on(self.grid).scores

    @property
    def previous_name(self) -> str:
        return "" if self.drawn is None else outline_name(self.drawn.on(self.grid))

    @property
    def last(self) -> LastTime | None:
        """Last time, while its notes and comments are shown and can be compared."""
        last = None if self.beside is None else self.beside.on(self.grid)
        return None if last is None or last.scores is None else last

    def on(self, grid: Grid) -> View:
        """Return this view of `grid`, with last time compared with it."""
        return self._replace(
            grid=grid,
            drawn=None if self.drawn is None else self.drawn.on(grid),
            beside=None if self.beside is None else self.beside.on(grid),
        )

    @property
    def mission(self) -> Mission:
        return self.grid.mission_of[self.cell.activity]

    @property
    def activity(self) -> Activity:
        return self.grid.activities[self.cell.activity]

    @property
    def side(self) -> Scores:
        """The figures on the lines of the kind of the current one: the Caf's, or proposed."""
        return self.scores.side(self.activity.is_proposed)

    def answer(self, cell: Cell) -> Answer | None:
        return self.assessment.answers.get(cell)

    @property
    def has_beside(self) -> bool:
        """Whether another note stands beside each: the adviser's, else last time's."""
        return self.review is not None or self.last is not None

    @property
    def heading_beside(self) -> str:
        """The heading of those notes: `Caf`, or the year of last time."""
        if self.review is not None:
            return "Caf"
        return "" if self.last is None else f" {self.last.year % 100:02}"

    def answers_beside(self, cell: Cell) -> tuple[Answer, ...]:
        """Return the advisers' notes of a cell or, without a review, last time's while it is shown."""
        if self.review is not None:
            return tuple(dict.fromkeys(note for _, note in self.review.notes.get(cell, ())))
        last = None if self.last is None else self.last.answers.get(cell)
        return () if last is None else (last,)

    @property
    def place(self) -> Place:
        return place_of(self.grid, self.cell)


def place_of(grid: Grid, cell: Cell) -> Place:
    """Return the place to store for a cell."""
    return Place(grid.mission_of[cell.activity].id, cell.activity, cell.policy)


def cell_at(grid: Grid, assessment: Assessment, place: Place | None) -> Cell:
    """Return the cell of `place`, as far as the grid still has it; else the first one."""
    first = grid.cells[0]
    if place is None:
        return first
    policy = place.policy if place.policy in grid.policies_by_id else None
    if place.line in grid.activities:
        return Cell(place.line, policy or first.policy)
    mission = grid.missions_by_id.get(place.mission)
    if mission is None or not mission.activities:
        return first
    return Cell(mission.activities[0].id, policy or first.policy)


def following(view: View, *, past_line: bool = False) -> Cell:
    """Return the cell to go on to after a note, as `next_cell` does; at the end it stays."""
    down = view.direction is Direction.DOWN
    return next_cell(view.grid, view.assessment, view.cell, down=down, past_line=past_line) or view.cell


def moved(view: View, *, lines: int = 0, columns: int = 0) -> Cell:
    """Return the cell so many lines and columns away; past an end of the mission, in its neighbour."""
    policies = [policy.id for policy in view.grid.policies]
    column = min(max(policies.index(view.cell.policy) + columns, 0), len(policies) - 1)
    activities = list(view.grid.activities)
    line = min(max(activities.index(view.cell.activity) + lines, 0), len(activities) - 1)
    return Cell(activities[line], policies[column])


def at_mission(view: View, step: int) -> Cell:
    """Return the first line of a neighbouring mission, going round, in the same column."""
    missions = [mission for mission in view.grid.missions if mission.activities]
    index = (missions.index(view.mission) + step) % len(missions)
    return Cell(missions[index].activities[0].id, view.cell.policy)


def at_end(view: View, *, last: bool) -> Cell:
    """Return the first or last line of the mission, in the same column."""
    return Cell(view.mission.activities[-1 if last else 0].id, view.cell.policy)
