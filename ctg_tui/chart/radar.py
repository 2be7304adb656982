"""The radar as text: lines of text with roles, in a given size, at a drawing level, drawn by plotext.

One outline, two dots thick, its inside on a ground; over it last year's as lone points, so that neither hides
the other; numbers or names at the axes, 100 and 50 at the rings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from math import ceil, cos, floor, pi, sin
from threading import Lock
from typing import Final, NamedTuple

from rich.cells import cell_len, set_cell_size

from ctg_tui.chart.figures import FEWEST_AXES, MOST_AXES, Axis, Figures
from ctg_tui.chart.levels import BEFORE, GLYPHS, OUTLINE, RING, Glyphs, Level, Segment, runs
from ctg_tui.wording.french import DASH, NBSP

TEXT: Final = "text"
"""Numbers at the axes and the legend."""
CURRENT: Final = "current"
"""The number of the axis that is worked on."""
FIGURE: Final = "figure"
"""A percentage that is written."""
SCALE: Final = "scale"
"""100 and 50, at the tops of the rings."""

_MOST_SPOKES: Final = 8
_LEAST_RADIUS: Final = 4
"""In rows. A smaller radar could not be read."""
_RADIUS_OF_INNER_RING: Final = 4
_ROWS_WITH_LEGEND: Final = 9
_BLANK: Final = "\u2800"
_SPARSE: Final = 2
"""Of so many dots of a ring or a spoke one is drawn: without colour too, the outline is told from them."""


class Drawing(NamedTuple):
    """Lines of segments; every line is equally wide."""

    lines: tuple[tuple[Segment, ...], ...]

    @property
    def plain(self) -> str:
        """The text alone, without the spaces at the ends of lines."""
        return "\n".join("".join(segment.text for segment in line).rstrip() for line in self.lines)


def radar(
    content: Figures,
    *,
    width: int,
    height: int,
    level: Level = Level.RICH,
    current: str = "",
) -> Drawing:
    """Draw `content` in `width` × `height` cells; nothing when it is empty, or has no room.

    `current` is the key of the axis whose number is marked. Percentages stand at the axes where each has two
    rows. The legend tells two years apart; with one year there is none.
    """
    sheet = _Sheet(width, height, {}, set())
    if content.is_empty:
        return sheet.drawing()
    glyphs = GLYPHS[level]
    legend = _legend(content, glyphs)
    has_legend = bool(legend) and height > _ROWS_WITH_LEGEND
    ends = [_end(axis, width // _PART_OF_LABEL) for axis in content.axes]
    place = _place(ends, width, height - 2 * has_legend, level is Level.RICH)
    if place is None:
        return sheet.drawing()
    if not _has_two_rows(place):
        ends = [(name, "") for name, _ in ends]
    if has_legend:
        column = max((width - sum(cell_len(each.text) for each in legend)) // 2, 0)
        for each in legend:
            column = sheet.write(min(place.top + place.height + 2, height - 1), column, each.text, each.role)
    marks = (100, 50) if place.rows >= _RADIUS_OF_INNER_RING else ()
    rings = _rings(place, glyphs.ring, marks or (100,))
    now, before = content.values
    sheet.put(place, rings, RING)
    sides = _sides(place, now)
    sheet.insides.update(_inside(place, [(start, end) for start, end, _ in sides]))
    over_gaps = [dot for start, end, is_gap in sides if is_gap for dot in _between(start, end)]
    sheet.put(place, plot(place.columns, place.height, (), glyphs.ring, over_gaps), TEXT)
    sheet.put(place, _outline(place, now, glyphs.outline), OUTLINE)
    sheet.put(place, _points(place, before, glyphs.before), BEFORE)
    marked = next((rank for rank, axis in enumerate(content.axes) if axis.key == current), None)
    for label in _labels(place, ends, rings, width, marked):
        sheet.write(*label)
    for percentage in marks:
        sheet.mark(place, percentage)
    return sheet.drawing()


# The cells that are filled.


class _Spot(NamedTuple):
    """A character in a cell of a canvas; row 0 is the top."""

    row: int
    column: int
    character: str


class _Sheet(NamedTuple):
    """Cells being filled, by row and column: a text (empty behind a wide character) and a role each."""

    width: int
    height: int
    cells: dict[tuple[int, int], tuple[str, str]]
    insides: set[tuple[int, int]]

    def put(self, place: _Place, spots: Iterable[_Spot], role: str) -> None:
        """Put the characters of a plot; they take the place of what is under them."""
        for row, column, character in spots:
            self.cells[place.top + row, place.left + column] = character, role

    def mark(self, place: _Place, percentage: int) -> None:
        """Write the percentage of a ring beside its top, where neither figures nor names stand."""
        row, column = place.cell(place.dot(0, percentage))
        row, column, text = place.top + row, place.left + column, str(percentage)
        for start in (*range(column + 2, column + 10), column - 1 - len(text)):
            cells = [(row, start + step) for step in range(-1, len(text) + 1)]
            roles = {self.cells.get(cell, ("", ""))[1] for cell in cells}
            if start > 0 and cells[-1][1] < self.width and roles <= {"", RING}:
                self.write(row, start, text, SCALE)
                return

    def write(self, row: int, column: int, text: str, role: str) -> int:
        """Write `text` from a cell on, what falls outside or on another text left out; return its end."""
        for character in text:
            wide = cell_len(character)
            cells = [(row, column + step) for step in range(wide)]
            known, _ = self.cells.get((row, column - 1), ("", ""))
            if not wide and known:
                self.cells[row, column - 1] = known + character, role
            is_free = {self.cells.get(cell, ("", ""))[1] for cell in cells} <= {"", RING, OUTLINE, BEFORE}
            if is_free and 0 <= row < self.height and 0 <= column <= self.width - wide:
                self.cells.update(zip(cells, [(character, role), *[("", role)] * wide], strict=False))
            column += wide
        return column

    def drawing(self) -> Drawing:
        rows = [[(row, column) for column in range(self.width)] for row in range(self.height)]
        return Drawing(
            tuple(
                runs(Segment(*self.cells.get(cell, (" ", "")), cell in self.insides) for cell in row)
                for row in rows
            )
        )


# Where the picture stands: centre and radius, in dots, and the canvas in cells.


class _Place(NamedTuple):
    """A round picture: `across` and `up` are the dots to 100 %; cells are twice as high as wide.

    Braille counts 2 × 4 dots to a cell, else a cell is a dot. The centre is counted from the left and from
    below; the canvas starts at the cell `top`, `left` of the drawing.
    """

    top: int
    left: int
    columns: int
    height: int
    centre: tuple[int, int]
    across: float
    up: float
    axes: int
    braille: bool

    @property
    def rows(self) -> float:
        """The radius in rows."""
        return self.up / 4 if self.braille else self.up

    def dot(self, axis: int, percentage: float) -> tuple[int, int]:
        """Return the dot of a percentage (0–100) on an axis."""
        across, up = _direction(axis, self.axes)
        x = self.centre[0] + _rounded(self.across * percentage / 100 * across)
        y = self.centre[1] + _rounded(self.up * percentage / 100 * up)
        return x, y

    def cell(self, dot: tuple[int, int]) -> tuple[int, int]:
        """Return the row and column of a dot in the canvas."""
        wide, high = (2, 4) if self.braille else (1, 1)
        return self.height - 1 - dot[1] // high, dot[0] // wide

    def row(self, axis: int) -> int:
        """Return the row beside which an axis ends, as far from the centre above as below."""
        return self.cell(self.centre)[0] - int(self.rows * _direction(axis, self.axes)[1])

    def in_cells(self) -> _Place:
        """Return this picture with a dot to a cell, for lines drawn in a character of their own."""
        if not self.braille:
            return self
        x, y = self.centre
        return self._replace(centre=(x // 2, y // 4), across=self.across / 2, up=self.up / 4, braille=False)


def _rounded(reach: float) -> int:
    """Round half up, whatever the last bits of a sine: ends of one height are in one row."""
    return floor(reach + 0.5 + 1e-9)


def _direction(axis: int, axes: int) -> tuple[float, float]:
    """Return the cosine and sine of an axis: the first points up, the others follow clockwise."""
    angle = pi / 2 - 2 * pi * axis / axes
    return cos(angle), sin(angle)


_UPRIGHT: Final = 0.985
"""The |sine| from which a number stands above or below its axis rather than beside it."""


def _is_upright(axis: int, axes: int) -> bool:
    """Return whether what is written of an axis stands above or below its end; of a triangle all three do."""
    return axes == FEWEST_AXES or abs(_direction(axis, axes)[1]) >= _UPRIGHT


_PART_OF_LABEL: Final = 4
"""A label takes this part of the width at most: a longer one would leave no room for the picture."""
_SHORTEST_LABEL: Final = 12
_WIDEST_FIGURE: Final = 5
"""The cells left free for a figure, as many for « 5 % » as for « 100 % »: no note moves the picture."""


def figure_of(axis: Axis) -> str:
    """Return `74 %`, `NC` where nothing is concerned, a dash where nothing is noted."""
    return f"{axis.now}{NBSP}%" if axis.now is not None else "NC" if axis.is_not_concerned else DASH


def _end(axis: Axis, most: int) -> tuple[str, str]:
    """Return what is written at the end of an axis: its name and its figure."""
    return _cut(axis.label, max(most, _SHORTEST_LABEL)), figure_of(axis)


def _has_two_rows(place: _Place) -> bool:
    """Return whether a name and a figure below it have room beside each axis."""
    beside = [axis for axis in range(place.axes) if not _is_upright(axis, place.axes)]
    rows = sorted({place.row(axis) for axis in beside})
    return all(below - above > 1 for above, below in pairwise(rows))


def _place(ends: Sequence[tuple[str, str]], width: int, height: int, braille: bool) -> _Place | None:
    """Return the largest picture with room for what is written around it; None: too small, or no radar."""
    axes = len(ends)
    if not FEWEST_AXES <= axes <= MOST_AXES:
        return None
    directions = [_direction(axis, axes) for axis in range(axes)]
    beside = [
        max(cell_len(name), _WIDEST_FIGURE if figure else 0)
        for axis, (name, figure) in enumerate(ends)
        if not _is_upright(axis, axes)
    ]
    side, deepest = max(beside, default=0) + 1, -min(up for _, up in directions)
    is_written_below = any(_is_upright(axis, axes) and up < 0 for axis, (_, up) in enumerate(directions))
    columns, rows = width - 2 * side, height - 1 - is_written_below
    wide, high = (2, 4) if braille else (1, 1)
    # Two dots are left for rounding; cells are twice as high as wide, dots of braille are square.
    across = (columns * wide - 2) / (2 * max(across for across, _ in directions))
    up = min(across / (1 if braille else 2), (rows * high - 2) / (1 + deepest))
    if up / high < _LEAST_RADIUS:
        return None
    over, under = _rounded(up), _rounded(up * deepest)
    used = -(-(over + under + 1) // high)
    bottom = (used * high - 1 - over - under) // 2 + under
    return _Place(
        *(1, side, columns, used, (columns * wide // 2, bottom)),
        *(up if braille else 2 * up, up, axes, braille),
    )


def _labels(
    place: _Place, ends: Sequence[tuple[str, str]], rings: Sequence[_Spot], width: int, current: int | None
) -> Iterator[tuple[int, int, str, str]]:
    """Yield row, column, text and role of what is written at the ends of the axes, outside of the ring."""
    for axis, (name, figure) in enumerate(ends):
        across, up = _direction(axis, place.axes)
        row, column = place.cell(place.dot(axis, 100))
        role = CURRENT if axis == current else TEXT
        if _is_upright(axis, place.axes):
            is_middle = abs(up) >= _UPRIGHT  # else two of them share a row
            room = width if is_middle else width // 2 - 1
            name = _cut(name, room - cell_len(f" {figure}".rstrip()))
            whole = f"{name} {figure}".rstrip()
            first = 0 if is_middle or across < 0 else width - room
            start = place.left + column - (cell_len(name if is_middle else whole) - 1) // 2
            start = min(max(start, first), first + room - cell_len(whole))
            row += -1 if up > 0 else 1
            yield place.top + row, start, name, role
            yield place.top + row, start + cell_len(name) + 1, figure, FIGURE
            continue
        row = place.row(axis)
        columns = [column, *(spot.column for spot in rings if spot.row == row)]
        row += place.top - (bool(figure) and up > 0)
        for text, look in ((name, role), (figure, FIGURE)):
            start = max(columns) + 2 if across > 0 else min(columns) - 1 - cell_len(text)
            yield row, min(max(place.left + start, 0), width - cell_len(text)), text, look
            row += 1


def _cut(text: str, width: int) -> str:
    """Return `text`, its end an ellipsis where it is wider."""
    return text if cell_len(text) <= width else f"{set_cell_size(text, max(width - 1, 0)).rstrip()}…"


# What plotext draws: rings and spokes, this year's outline.

_RESET: Final = "\x1b[0m"
_one_figure = Lock()

_Dot = tuple[int, int]


def plot(
    columns: int,
    rows: int,
    paths: Sequence[Sequence[_Dot]],
    character: str | None,
    points: Sequence[_Dot] = (),
) -> tuple[_Spot, ...]:
    """Return the cells of the broken lines `paths` and of the lone `points`, on a canvas of that size.

    Each is filled with `character` (None: braille). Dots are counted across from the left, up from below.
    Each path is a figure of its own: of two in one figure, plotext keeps one where they meet in a cell.
    """
    cells: dict[tuple[int, int], int] = {}
    for xys, is_line in (*((path, True) for path in paths), *([(points, False)] if points else [])):
        for row, line in enumerate(_plotted(columns, rows, xys, character or "braille", is_line)):
            for column, drawn in enumerate(line):
                if drawn not in {" ", _BLANK}:
                    cells[row, column] = cells.get((row, column), 0) | ord(drawn)
    return tuple(_Spot(*cell, chr(code)) for cell, code in cells.items())


def _plotted(columns: int, rows: int, dots: Sequence[_Dot], marker: str, is_line: bool) -> list[str]:
    import plotext

    across, down = (2 * columns, 4 * rows) if marker == "braille" else (columns, rows)
    xs, ys = zip(*dots, strict=True)
    with _one_figure:
        plotext.clear_figure()
        plotext.limit_size(False, False)
        plotext.theme("clear")
        plotext.plotsize(columns, rows)
        plotext.xaxes(False, False)
        plotext.yaxes(False, False)
        plotext.xticks([])
        plotext.yticks([])
        plotext.xlim(0, across - 1)
        plotext.ylim(0, down - 1)
        (plotext.plot if is_line else plotext.scatter)(xs, ys, marker=marker)
        picture: str = plotext.build()
    return picture.replace(_RESET, "").split("\n")


def _rings(place: _Place, character: str | None, percentages: Sequence[int]) -> tuple[_Spot, ...]:
    """Return a ring at each percentage, and up to eight spokes."""
    lines = [
        (place.dot(axis, each), place.dot((axis + 1) % place.axes, each))
        for each in percentages
        for axis in range(place.axes)
    ]
    if place.axes <= _MOST_SPOKES:
        lines += [(place.centre, place.dot(axis, 100)) for axis in range(place.axes)]
    points = [dot for ends in lines for dot in _between(*ends)]
    return plot(place.columns, place.height, (), character, points)


def _between(start: _Dot, end: _Dot) -> list[_Dot]:
    """Return one dot of `_SPARSE` of the line between two dots."""
    steps = max(abs(end[0] - start[0]), abs(end[1] - start[1]), 1)
    return [
        (start[0] + (end[0] - start[0]) * dot // steps, start[1] + (end[1] - start[1]) * dot // steps)
        for dot in range(0, steps + 1, _SPARSE)
    ]


Values = tuple[int | None, ...]


def _parts(place: _Place, values: Values) -> list[list[_Dot]]:
    """Return the parts of an outline from gap to gap, each as its corners: one closed part without a gap."""
    dots = [None if value is None else place.dot(axis, value) for axis, value in enumerate(values)]
    gap = next((axis for axis, dot in enumerate(dots) if dot is None), None)
    if gap is None:
        return [[dot for dot in (*dots, dots[0]) if dot is not None]]
    turned = dots[gap:] + dots[:gap]
    groups = groupby(turned, key=lambda dot: dot is None)
    return [[dot for dot in part if dot is not None] for is_gap, part in groups if not is_gap]


_APART: Final = (3, 1.5)
"""The columns and the rows from one point of last year's line to the next."""


def _points(place: _Place, values: Values, character: str) -> tuple[_Spot, ...]:
    """Return a line as lone points in a character of their own: every corner, and some on the way."""
    own = place.in_cells()
    dots: list[_Dot] = []
    for corners in _parts(own, values):
        dots += corners[:1]
        for (x, y), (to_x, to_y) in pairwise(corners):
            steps = max(_rounded(max(abs(to_x - x) / _APART[0], abs(to_y - y) / _APART[1])), 1)
            dots += [
                (_rounded(x + (to_x - x) * step / steps), _rounded(y + (to_y - y) * step / steps))
                for step in range(1, steps + 1)
            ]
    return tuple(_Spot(*own.cell(dot), character) for dot in dots)


def _outline(place: _Place, values: Values, character: str | None) -> tuple[_Spot, ...]:
    """Return the cells of the outline, in braille two dots thick; a lone corner is four dots."""
    shifts = [(0, 0), (1, 0), (0, 1)] if character is None else [(0, 0)]
    parts = _parts(place, values)
    paths = [[(x + across, y + up) for x, y in part] for part in parts for across, up in shifts]
    return plot(place.columns, place.height, paths, character)


def _sides(place: _Place, values: Values) -> list[tuple[_Dot, _Dot, bool]]:
    """Return the sides of the outline, with whether a gap is there; none where one takes more than a half."""
    dots = [(axis, place.dot(axis, value)) for axis, value in enumerate(values) if value is not None]
    sides = [((to - axis) % place.axes, dot, end) for (axis, dot), (to, end) in pairwise([*dots, *dots[:1]])]
    is_closed = len(dots) >= FEWEST_AXES and all(2 * steps <= place.axes for steps, _, _ in sides)
    return [(dot, end, steps > 1) for steps, dot, end in sides] if is_closed else []


def _inside(place: _Place, sides: Sequence[tuple[_Dot, _Dot]]) -> Iterator[tuple[int, int]]:
    """Yield the cells of the drawing that are wholly inside the outline."""
    wide, high = (2, 4) if place.braille else (1, 1)
    for row in range(place.height):
        columns = set(range(place.columns))
        for y in range((place.height - row - 1) * high, (place.height - row) * high):
            crossed = sorted(
                x + (y - start) * (to_x - x) / (end - start)
                for (x, start), (to_x, end) in sides
                if (start <= y) != (end <= y)
            )
            spans = zip(crossed[::2], crossed[1::2], strict=True)
            columns &= {each for x, to_x in spans for each in range(ceil(x / wide), floor((to_x + 1) / wide))}
        yield from ((place.top + row, place.left + column) for column in columns)


# The legend.


def _legend(content: Figures, glyphs: Glyphs) -> list[Segment]:
    """Return the two years with their lines; nothing where there is one."""
    if not any(axis.before is not None for axis in content.axes):
        return []
    return [
        *(Segment(glyphs.this_year, OUTLINE), Segment(f" {content.year}   ", TEXT)),
        *(Segment(f"{glyphs.before} {glyphs.before}", BEFORE), Segment(f" {content.past}", TEXT)),
    ]
