"""The frozen value that the grid page shows, its cursor's moves, its parts' proportions. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.domain.assessment import Answer, Assessment, Cell, Place
from ctg_tui.domain.grid import Activity, Grid, Mission
from ctg_tui.domain.scores import Scores
from ctg_tui.services.editing import next_cell

if TYPE_CHECKING:
    from ctg_tui.domain.results import LastTime


MARGINS: Final = 6
"""Pointer, mark of a proposal and space before a label; a space and the marks of a comment after it."""
FLOOR_LABEL, FIRST_LABEL, GOOD_LABEL = 24, 45, 58
"""The cells of a label before last time's notes, before the side panel, and before whole headings."""
LEAST_SIDE, GOOD_SIDE, MOST_SIDE = 27, 34, 66
"""The columns of the side panel, with the figures of the mission and the radar."""
LEAST_COLUMN: Final = 4

FRAME_LINES: Final = 2
"""The heading of the table, and the percentages below."""
LEAST_TABLE: Final = FRAME_LINES + 4
LEAST_RADAR, GOOD_RADAR = 8, 16
BELOW_LABEL: Final = 4
"""Lines of the detail beside the text of the line: the rule, the answer, the provenance, a comment."""
OPEN_DETAIL: Final = 12
"""Lines for a comment being written, for an explanation, for a history."""


class Content(NamedTuple):
    """What a policy needs in the table, in cells: for a note, for its whole name, for last time's note."""

    least: int
    full: int
    last: int = 0


class Columns(NamedTuple):
    """The widths of the page: of the side panel (0: none), of a label, of each policy with its notes."""

    side: int
    label: int
    policies: tuple[int, ...]
    shows_last: bool
    """Whether each column has room for last time's note."""
    spare: int = 0
    """The cells of the policies that will be the side panel's in a wider window."""


class Heights(NamedTuple):
    """The lines of the table, of the detail below, and at their side of the gauges and the radar."""

    table: int
    detail: int
    gauges: int
    radar: int


def columns(window: int, number: int, contents: Sequence[Content]) -> Columns:
    """Share the `window` columns between the parts; `number` is the width of the longest line number.

    The label never gets less in a wider window: what comes beside it comes out of what the label left.
    """
    room = max(window - number - MARGINS, 0)
    widths = _shrunk([each.least for each in contents], room - FLOOR_LABEL)
    last = sum(each.last for each in contents)
    shows_last = 0 < last <= room - sum(widths) - FLOOR_LABEL
    if shows_last:
        widths = [width + each.last for width, each in zip(widths, contents, strict=True)]
    leaves_out_last = bool(last) and not shows_last
    label, rest = _taken(room - sum(widths), FLOOR_LABEL if leaves_out_last else FIRST_LABEL)
    if rest < LEAST_SIDE or leaves_out_last:
        return Columns(0, label, _spread(widths, rest), shows_last, rest)
    side, rest = _taken(rest, GOOD_SIDE)
    wider, rest = _taken(rest, GOOD_LABEL - FIRST_LABEL)
    missing = [
        max(each.full + (each.last if shows_last else 0) - width, 0)
        for each, width in zip(contents, widths, strict=True)
    ]
    if sum(missing) > rest:
        return Columns(side, label + wider, _spread(widths, rest), shows_last)
    whole = tuple(width + more for width, more in zip(widths, missing, strict=True))
    rest -= sum(missing)
    more = min(rest // 2, MOST_SIDE - GOOD_SIDE)
    return Columns(side + more, label + wider + rest - more, whole, shows_last)


def _shrunk(widths: Sequence[int], room: int) -> list[int]:
    """Return `widths` with the widest ones made narrower until they fit in `room`, as far as they can."""
    shrunk = list(widths)
    while sum(shrunk) > room and max(shrunk) > LEAST_COLUMN:
        shrunk[shrunk.index(max(shrunk))] -= 1
    return shrunk


def _taken(rest: int, wanted: int) -> tuple[int, int]:
    """Return what is taken of `rest`, at most `wanted`, and what is left."""
    taken = max(min(rest, wanted), 0)
    return taken, max(rest - taken, 0)


def _spread(widths: Sequence[int], spare: int) -> tuple[int, ...]:
    """Return `widths` with `spare` cells shared out, the first ones served first."""
    each, more = divmod(spare, len(widths))
    return tuple(width + each + (index < more) for index, width in enumerate(widths))


def rows(needed: Sequence[int], lengths: Sequence[int], room: int) -> tuple[int, ...]:
    """Return how many of the `needed` screen lines each label gets in `room` lines: one at least.

    The longest labels (`lengths`) get their second line first, then every other in turn, then the third
    lines: whatever the width, in the same order, so that a wider window shows no less of any label.
    """
    given = [1] * len(needed)
    spare = room - len(given)
    order = sorted(range(len(given)), key=lambda index: -lengths[index])
    for depth in range(2, max(needed, default=1) + 1):
        for index in order:
            if spare <= 0:
                return tuple(given)
            if needed[index] >= depth:
                given[index] = depth
                spare -= 1
    return tuple(given)


def heights(
    height: int,
    side: int,
    policies: int,
    *,
    lines: int,
    wanted: int,
    label_lines: int,
    is_open: bool,
) -> Heights:
    """Share `height` lines between the table and the detail, and beside them between gauges and radar.

    `lines` are the activities of the longest mission; `wanted` are the lines with which the table shows all
    labels of any mission, `label_lines` those of the longest text below it. `is_open` when a comment, an
    explanation or a history is read there.
    """
    needed = label_lines + BELOW_LABEL
    comfort = max(min((height - 22) // 2, height - needed - FRAME_LINES - lines, 2), 0)
    detail = min(needed + comfort, max(height - LEAST_TABLE, 2))
    if is_open:
        detail = max(detail, min(OPEN_DETAIL, max(height * 2 // 3, height - LEAST_TABLE)))
    detail = max(detail, height - wanted)
    table = height - detail
    if not side:
        return Heights(table, detail, 0, 0)
    for each in (3, 2, 1):
        gauges = 1 + each * (policies + 1)
        if height - gauges >= GOOD_RADAR:
            return Heights(table, detail, gauges, height - gauges)
    if height - gauges >= LEAST_RADAR:
        return Heights(table, detail, gauges, height - gauges)
    return Heights(table, detail, height, 0)


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
    comments are shown: read these as `last`, which is of the lines of `grid`.
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
