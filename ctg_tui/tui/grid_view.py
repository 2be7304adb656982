"""What the grid page shows: where its cursor is and each move leads, how its columns and rows are shared."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from rich.cells import cell_len

from ctg_tui.domain.assessment import Assessment, Cell, Place
from ctg_tui.domain.grid import Activity, Grid, Indicator, Mission
from ctg_tui.domain.results import Year, Years, year_of
from ctg_tui.domain.scores import Scores
from ctg_tui.domain.steps import wants_number
from ctg_tui.domain.text import clean
from ctg_tui.domain.thread import Point
from ctg_tui.services.editing import Session
from ctg_tui.wording.french import wrap
from ctg_tui.wording.lines import MARK, line_number


class View(NamedTuple):
    """The state of the grid page, beside what its session has.

    `place` is where the cursor is: on a line, on an indicator, or at a mission without any. `other` is the
    variant of the grid, whose lines are offered where a mission has none; `last` is last time, if it can be
    compared. `typed` are the digits being typed on an indicator; `noted` is the cell just noted, until the
    cursor moves. While a comment is written, `form` are the rows that it takes below its line.
    """

    session: Session
    place: Place
    other: Grid | None = None
    last: Year | None = None
    typed: str | None = None
    noted: Cell | None = None
    form: int = 0

    @property
    def grid(self) -> Grid:
        return self.session.grid

    @property
    def assessment(self) -> Assessment:
        return self.session.assessment

    @property
    def years(self) -> Years:
        """Last time, if it can be compared, and the present one."""
        present = year_of(self.assessment, self.grid, self.grid)
        return Years(self.grid, (present,) if self.last is None else (self.last, present))

    @property
    def mission(self) -> Mission:
        return self.grid.missions_by_id[self.place.mission]

    @property
    def is_empty(self) -> bool:
        """Whether the cursor is at a mission without a line."""
        return self.place.line is None

    @property
    def line(self) -> Activity | Indicator:
        """The line under the cursor. Raises KeyError at a mission without any."""
        return self.grid.lines[self.place.line or ""]

    @property
    def indicator(self) -> str:
        """The id of the indicator under the cursor; empty on another line."""
        line = self.place.line or ""
        return line if line in self.grid.indicators else ""

    @property
    def takes_number(self) -> bool:
        """Whether digits give the indicator under the cursor its number."""
        line = self.place.line or ""
        return line in self.grid.indicators and wants_number(self.grid.indicators[line], self.assessment)

    @property
    def policy(self) -> str:
        """The id of the policy in whose column the cursor is."""
        return self.place.policy or self.grid.policies[0].id

    @property
    def is_on_cell(self) -> bool:
        """Whether a note can be given where the cursor is."""
        return self.place.line in self.grid.activities

    @property
    def cell(self) -> Cell:
        """The cell under the cursor; from elsewhere, one of the last line before it."""
        if self.is_on_cell:
            return Cell(self.line.id, self.policy)
        noted = self.grid.noted_missions
        before = [mission for mission in noted if mission.number <= self.mission.number]
        return Cell((before or noted)[-1].activities[-1].id, self.policy)

    @property
    def side(self) -> Scores:
        """The figures on the lines of the kind of the current one: the Caf's, or proposed."""
        scores = self.session.scores
        return scores.side(self.mission.is_proposed and scores.proposed is not None)

    def points(self, line: str) -> list[Point]:
        """Return what the Caf said of a line."""
        return [point for point in self.session.points if point.line == line]

    @property
    def to_answer(self) -> Point | None:
        """The point that Entrée answers: of the line just noted, else of the line under the cursor.

        Of several, that of the cell, else the oldest.
        """
        cells = [(self.place.line or "", self.cell if self.is_on_cell else None)]
        if self.noted is not None:
            cells.insert(0, (self.noted.activity, self.noted))
        for line, cell in cells:
            waiting = [point for point in self.points(line) if point.is_to_see]
            of_cell = [point for point in waiting if point.cell == cell]
            if waiting:
                return min(of_cell or waiting, key=lambda point: (point.rows[0].at, point.key))
        return None

    @property
    def to_comment(self) -> Place:
        """The place of the line that Entrée comments on: the one just noted, else that under the cursor."""
        return self.place if self.noted is None else place_of(self.grid, *self.noted)

    def comment(self, line: str) -> str:
        """Return the comment of a line or of an indicator."""
        return self.assessment.comments.get(line, "")

    def former_comment(self, line: str) -> str:
        """Return last time's comment of a line, as it was written."""
        return "" if self.last is None else self.last.assessment.comments.get(line, "")


def place_of(grid: Grid, line: str, policy: str) -> Place:
    """Return the place of an activity or an indicator, in the column of `policy`."""
    return Place(grid.mission_of[line].id, line, policy)


def at_mission(mission: Mission, policy: str) -> Place:
    """Return the place of the first line of a mission, or of the mission where it has none."""
    return Place(mission.id, next(iter(mission.lines), None), policy)


def place_at(grid: Grid, place: Place | None) -> Place:
    """Return `place`, as far as the grid still has it: its line, else its mission, else the first cell."""
    policy = place.policy if place is not None and place.policy in grid.policies_by_id else None
    policy = policy or grid.policies[0].id
    if place is not None and place.line in grid.mission_of:
        return place_of(grid, place.line, policy)
    mission = None if place is None else grid.missions_by_id.get(place.mission)
    return at_mission(mission, policy) if mission else place_of(grid, *grid.cells[0])


def moved(view: View, *, lines: int = 0, columns: int = 0) -> Place:
    """Return the place so many lines and columns away; past an end of the mission, in its neighbour."""
    if view.is_empty:
        return view.place
    policies = [policy.id for policy in view.grid.policies]
    every = [line for mission in view.grid.missions for line in mission.lines]
    column = min(max(policies.index(view.policy) + columns, 0), len(policies) - 1)
    rank = min(max(every.index(view.line.id) + lines, 0), len(every) - 1)
    return place_of(view.grid, every[rank], policies[column])


def neighbour(view: View, step: int) -> Place:
    """Return the beginning of a neighbouring mission, going round."""
    missions = view.grid.missions
    return at_mission(missions[(missions.index(view.mission) + step) % len(missions)], view.policy)


def at_end(view: View, *, last: bool) -> Place:
    """Return the first or last line of the mission, above its indicators."""
    lines = view.mission.activities or view.mission.indicators
    return place_of(view.grid, lines[-1 if last else 0].id, view.policy) if lines else view.place


# The columns and the rows: nothing in them depends on what is read or written.

_LEAST_LABEL, _GOOD_LABEL = 19, 60
"""The cells of the narrowest label, and of one beside which the columns stand further apart."""
_LEAST_COLUMN, _COLUMN, _PAIR = 5, 7, 5
"""The cells of the narrowest column, of one that is not cut, of two notes side by side."""
_HIGH: Final = 26
"""The rows from which one is blank between two parts, and one above the foot."""
_MOST_TEXTS: Final = 8
"""The rows of the texts below the table: more would lead the eyes away from the scale."""


class Shape(NamedTuple):
    """The columns of the page, from the left; `number` is the width of the longest line number.

    `year` is that of the notes beside this year's, empty without any.
    """

    number: int
    label: int
    policies: tuple[int, ...]
    year: str

    @property
    def left(self) -> int:
        """The cells before the label: the arrow, the number and both marks, a space behind each."""
        return self.number + 7

    @property
    def notes(self) -> int:
        """The first cell of the notes."""
        return self.left + self.label + 1

    @property
    def room(self) -> int:
        """The cells of a text that begins where the labels do."""
        return self.label + 1 + sum(self.policies)

    @property
    def former(self) -> int:
        """The cells of last time's number of an indicator, behind this time's; 0 where there is no room."""
        return 9 if self.year and sum(self.policies) >= 16 else 0

    @property
    def number_end(self) -> int:
        """The cells from the first of the notes to the end of the number of an indicator."""
        return sum(self.policies) - self.former - 1

    def start(self, width: int) -> int:
        """Return where the note begins in a column of `width` cells; its heading ends with the column."""
        heading = width - 2
        return 2 + (heading - (_PAIR if self.year else 1)) // 2


def shape_of(view: View, width: int) -> Shape:
    """Share `width` columns between the parts, one at the right blank; a label gives up its room last."""
    number = max(len(line_number(view.grid, line, MARK)) for line in view.grid.activities)
    names = [cell_len(clean(policy.label)) for policy in view.grid.policies]
    room, year = max(width - number - 9, 0), "" if view.last is None else str(view.last.year)
    least = _PAIR + 3
    if not year or room - _LEAST_LABEL < least * len(names):
        year, least = "", _LEAST_COLUMN
    widths = [max(name + 2, least, _COLUMN) for name in names]
    if sum(widths) + 2 * len(names) <= room - _GOOD_LABEL:
        widths = [each + 2 for each in widths]
    while sum(widths) > room - _LEAST_LABEL and max(widths) > least:
        widths[widths.index(max(widths))] -= 1
    return Shape(number, max(room - sum(widths), 0), tuple(widths), year)


class Rows(NamedTuple):
    """The rows of the head, the table and, below it, of the texts of the line under the cursor.

    `is_whole`: the table has its labels whole; else they are cut to a row each, and that of the line under
    the cursor stands above its texts. `landmarks` stand under the scale.
    """

    is_whole: bool
    head: int
    table: int
    texts: int
    landmarks: int


@lru_cache(maxsize=8)
def rows_of(mission: Mission, shape: Shape, height: int) -> Rows:
    """Share the `height` of the page between the parts of it that a mission has."""
    lines, counted = ([clean(one.label) for one in each] for each in (mission.activities, mission.indicators))
    label = max((len(wrap(text, shape.room)) for text in (*lines, *counted)), default=0)
    is_high, marks = height >= _HIGH, int(any(line.landmarks for line in mission.activities))
    head = 2 + 2 * is_high
    room = height - head - 1 - marks - 2 * is_high

    def with_indicators(rows: int, of_each: int, least: int) -> int:
        """Return the rows of the table, with the indicators where `least` rows stay below."""
        whole = rows + of_each + 2
        return whole if counted and whole <= room - least else rows

    whole, more = (1 + sum(len(wrap(text, shape.label)) for text in each) for each in (lines, counted))
    if room - whole >= 3:  # a blank row and two texts
        table = with_indicators(whole, more - 1, 4)
        return Rows(True, head, table + 1, min(room - table - 1, _MOST_TEXTS), marks)
    blank = is_high or room - len(lines) >= label + 4
    table = with_indicators(1 + len(lines) + blank, len(counted), label + 3)
    table = max(min(table, room - label - 1), 3 * room // 5)
    return Rows(False, head, table, min(room - table, label + _MOST_TEXTS), marks)


def in_sight(heights: Sequence[int], cursor: int, room: int, top: int) -> tuple[int, int]:
    """Return the rank of the first row in sight, by where it was, and that past the last, in `room` lines."""
    top = min(top, cursor)
    while top < cursor and sum(heights[top : cursor + 1]) > room:
        top += 1
    while top > 0 and sum(heights[top - 1 :]) <= room:
        top -= 1
    end = cursor + 1
    while end < len(heights) and sum(heights[top : end + 1]) <= room:
        end += 1
    return top, end
