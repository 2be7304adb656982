"""The frozen value that the grid page shows, its cursor's moves, its parts' proportions. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.cells import cell_len
from textual.geometry import Size

from ctg_tui.domain.assessment import Assessment, Cell, Place
from ctg_tui.domain.grid import Activity, Grid, Indicator, Mission
from ctg_tui.domain.scores import Scores
from ctg_tui.tui.characters import shown
from ctg_tui.wording.french import wrap

if TYPE_CHECKING:
    from ctg_tui.domain.results import LastTime
    from ctg_tui.domain.thread import Point


ROOMY: Final = 110
"""The columns from which the bars of the head stand above the labels."""
WITH_RADAR: Final = 160
"""The columns from which the radar stands beside the table, in so many of them:"""
RADAR: Final = 44
BEFORE_LABEL: Final = 5
"""The cursor's mark, a space, and behind the number of the line a space, its mark, a space."""
LEAST_LABEL: Final = 22
LEAST_COLUMN, FULL_COLUMN = 5, 7
FORMER_NOTE: Final = 3
"""The cells of last time's note: a space and `NC`."""


class Shape(NamedTuple):
    """The columns of the page, from the left; `number` is the width of the longest line number.

    `former` are last time's notes together, `side` is the radar, 0 without any.
    """

    number: int
    label: int
    policies: tuple[int, ...]
    former: int = 0
    side: int = 0

    @property
    def left(self) -> int:
        """The cells before the label."""
        return self.number + BEFORE_LABEL

    @property
    def notes(self) -> int:
        """The first cell of the notes."""
        return self.left + self.label

    @property
    def width(self) -> int:
        """The cells of the table, one at its right among them."""
        return self.notes + sum(self.policies) + self.former + 1


@lru_cache(maxsize=8)
def columns(window: int, number: int, names: tuple[int, ...], former: int) -> Shape:
    """Share the `window` columns between the parts; `number` is the width of the longest line number.

    `names` are the widths of the policies' names, `former` that of the heading over last time's notes, 0
    without any. A label gives up its room last.
    """
    side = RADAR if window >= WITH_RADAR else 0
    room = max(window - side - number - BEFORE_LABEL - 1, 0)
    free = room - LEAST_LABEL
    block = max(former, FORMER_NOTE * len(names)) + 1 if former else 0
    block = block if free - block >= LEAST_COLUMN * len(names) else 0
    widths = [max(name + 2, FULL_COLUMN) for name in names]
    while sum(widths) > free - block and max(widths) > LEAST_COLUMN:
        widths[widths.index(max(widths))] -= 1
    return Shape(number, max(room - block - sum(widths), 0), tuple(widths), block, side)


class Rows(NamedTuple):
    """The rows of each part of the page, from the top: head, table, and below it those of a line.

    `is_whole`: the table has its labels whole; else they are cut to a row each, and that of the line under
    the cursor stands in `label`. `rule`, `gap`, `air` and `message` are blank rows, or none.
    `landmarks` stand under the scale: no row in a mission whose lines have none.
    """

    is_whole: bool
    table: int
    label: int
    landmarks: int = 0
    head: int = 2
    rule: int = 0
    gap: int = 0
    texts: int = 1
    air: int = 0
    message: int = 0

    @property
    def below(self) -> int:
        """The rows below the table, that of the scale among them."""
        return self.rule + self.label + self.gap + self.texts + self.air + 1 + self.landmarks + self.message


_LEAST_AIR: Final = 3
"""The blank rows without which labels are not shown whole."""
_HIGH: Final = 26
"""The rows from which one below the bars is blank, in every mission."""
_WHEN_WHOLE: Final = ("message", "rule", "table", "air", "texts")
_WHEN_CUT: Final = ("texts", *_WHEN_WHOLE[:-2], "gap", "air")
"""What takes a row each, in this order, where there is room for more than is needed."""


def share_rows(height: int, *, whole: int, single: int, label: int, landmarks: int = 0) -> Rows:
    """Share the `height` of the page between its parts.

    `whole` are the rows of the table with its labels whole, `single` with a row each; `label` are the rows of
    the longest label below the table, `landmarks` those under the scale. Nothing depends on what is read or
    written: the line under the eyes stays on its row.
    """
    head = 2 + (height >= _HIGH)
    rows = Rows(True, whole, 0, landmarks, head, texts=2)
    if rows.head + whole + rows.below + _LEAST_AIR > height:
        rows = Rows(False, single, label, landmarks, head)
    spare = height - rows.head - rows.table - rows.below
    if spare < 0:
        room = max(height - rows.head - 1 - landmarks, 2)
        zone = min(label + 1, max(2 * room // 5, room - single, 1))
        return rows._replace(table=room - zone, label=min(label, zone - 1), texts=max(zone - label, 1))
    for name in (_WHEN_WHOLE if rows.is_whole else _WHEN_CUT)[:spare]:
        rows = rows._replace(**{name: getattr(rows, name) + 1})
    spare = height - rows.head - rows.table - rows.below
    return rows._replace(table=rows.table + spare - spare // 3, texts=rows.texts + spare // 3)


Points = Mapping[str, "tuple[Point, ...]"]
"""The points of the Caf by line, those of each in the order of `domain.thread.points`."""
NO_POINTS: Final[Points] = MappingProxyType({})


def points_by_line(points: Iterable[Point]) -> Points:
    """Return the points that are about a line, by line."""
    found: dict[str, tuple[Point, ...]] = {}
    for point in points:
        if point.line is not None:
            found[point.line] = (*found.get(point.line, ()), point)
    return found


class View(NamedTuple):
    """The state of the grid page. Each key makes a new one; each part of the page shows its own part of it.

    `place` is where the cursor is: on a line, on an indicator, or at a mission without any. `typed` are the
    digits being typed on an indicator. `before` is last time's assessment.
    `size` is the room of the page: all but its first line and its foot.
    `other` is the variant of the grid, whose lines are offered where a mission has none.
    `points` are those of the Caf, by line; `noted` is the cell just noted, until the cursor moves. While a
    comment is written, `form` are the rows that it takes below its line.
    """

    grid: Grid
    assessment: Assessment
    scores: Scores
    place: Place
    typed: str | None = None
    before: LastTime | None = None
    other: Grid | None = None
    points: Points = NO_POINTS
    noted: Cell | None = None
    form: int = 0
    size: Size = Size(120, 38)

    @property
    def last(self) -> LastTime | None:
        """Last time, where it can be compared."""
        return self.before if self.before is not None and self.before.compared_lines else None

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
        return self.grid.line(self.place.line or "")

    @property
    def indicator(self) -> str:
        """The id of the indicator under the cursor; empty on another line."""
        line = self.place.line or ""
        return line if line in self.grid.indicators else ""

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
    def is_proposed(self) -> bool:
        """Whether the figures in sight are those of proposed lines."""
        return self.mission.is_proposed

    @property
    def side(self) -> Scores:
        """The figures on the lines of the kind of the current one: the Caf's, or proposed."""
        return self.scores.side(self.is_proposed and self.scores.proposed is not None)

    def has_open(self, line: str) -> bool:
        """Return whether the Caf waits for an answer on a line."""
        return any(point.is_to_see for point in self.points.get(line, ()))

    @property
    def to_answer(self) -> Point | None:
        """The point that Entrée answers: of the line just noted, else of the line under the cursor.

        Of several, that of the cell, else the oldest.
        """
        cells = [(self.place.line or "", self.cell if self.is_on_cell else None)]
        if self.noted is not None:
            cells.insert(0, (self.noted.activity, self.noted))
        for line, cell in cells:
            waiting = [point for point in self.points.get(line, ()) if point.is_to_see]
            of_cell = [point for point in waiting if point.cell == cell]
            if waiting:
                return min(of_cell or waiting, key=lambda point: (point.rows[0].at, point.key))
        return None

    @property
    def to_comment(self) -> Place:
        """The place of the line that Entrée comments on: the one just noted, else that under the cursor."""
        return self.place if self.noted is None else place_of(self.grid, *self.noted)

    @property
    def heading_of_last(self) -> str:
        """The heading of last time's notes; empty without any."""
        return "" if self.last is None else f"en {self.last.year}"


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
    """Return the first or last line of the mission, among its indicators when the cursor is there."""
    kind = view.grid.indicators if view.indicator else view.grid.activities
    lines = [line for line in view.mission.lines if line in kind]
    return place_of(view.grid, lines[-1 if last else 0], view.policy) if lines else view.place


def longest_number(grid: Grid) -> int:
    """Return the width of the longest number of a line: that of `1.14`."""
    return max(len(f"{each.number}.{len(each.activities)}") for each in grid.missions)


def shape_of(view: View) -> Shape:
    """Return the columns of the page."""
    names = tuple(cell_len(shown(policy.label)) for policy in view.grid.policies)
    return columns(view.size.width, longest_number(view.grid), names, len(view.heading_of_last))


def rows_of_page(view: View, shape: Shape) -> Rows:
    """Return the rows of the parts of the page."""
    return _rows_of_page(view.mission, shape.label, shape.width - shape.left - 1, view.size.height)


@lru_cache(maxsize=8)
def _rows_of_page(mission: Mission, label: int, below: int, height: int) -> Rows:
    labels = [shown(line.label) for line in mission.activities]
    counted = [shown(line.label) for line in mission.indicators]
    return share_rows(
        height,
        whole=1 + sum(len(wrap(text, label)) for text in labels),
        single=1 + len(labels),
        label=max((len(wrap(text, below)) for text in (*labels, *counted)), default=0),
        landmarks=int(any(line.landmarks for line in mission.activities)),
    )
