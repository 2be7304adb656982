"""The radar as text: lines of text with roles, in a given size, at a drawing level, drawn by plotext.

One outline, two dots thick, its inside on a ground; over it last year's as lone points, so that neither hides
the other; numbers or names at the axes, 100 and 50 at the rings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, groupby, pairwise
from math import atan2, cos, floor, pi, sin
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
_LEAST_RADIUS: Final = 2.5
"""In rows. A smaller radar could not be read."""
_RADIUS_OF_INNER_RING: Final = 8
_WITH_FEW_AXES: Final = 6
"""In rows, of the ring at 50: with up to `_MOST_SPOKES` axes it stands in a smaller radar."""
_BLANK: Final = "\u2800"
_SPARSE: Final = 4
"""Without colour, of so many dots of a ring or a spoke one is drawn."""


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
    colour: bool = True,
    current: str = "",
    with_figures: bool = False,
) -> Drawing:
    """Draw `content` in `width` × `height` cells; nothing when it is empty, or has no room.

    Without `colour` the rings are drawn sparsely. `current` is
    the key of the axis whose number is marked. `with_figures` writes the percentages at up to eight axes.
    The legend tells two years apart; with one year there is none.
    """
    sheet = _Sheet.blank(width, height)
    if content.is_empty:
        return sheet.drawing()
    glyphs = GLYPHS[level]
    entries = _legend(content, glyphs)
    has_legend = bool(entries) and height > _ROWS_WITH_LEGEND
    room = height - 2 * has_legend
    with_figures = with_figures and len(content.axes) <= _MOST_SPOKES
    ends = tuple(_end(axis, width // _PART_OF_LABEL, with_figures) for axis in content.axes)
    place = _place(ends, width, room, level is Level.RICH)
    if place is None:
        return sheet.drawing()
    if has_legend:
        sheet.centre(min(place.top + place.height + 2, height - 1), entries)
    is_few = len(content.axes) <= _MOST_SPOKES
    inner = place.rows >= (_WITH_FEW_AXES if is_few else _RADIUS_OF_INNER_RING)
    rings = _rings(place, glyphs.ring, inner, colour)
    for spot in rings:
        sheet.put(place, spot, RING)
    now = tuple(axis.now for axis in content.axes)
    for row, column in _inside(place, now):
        sheet.insides[row][column] = True
    for spot in _outline(place, now, glyphs.outline):
        sheet.put(place, spot, OUTLINE)
    for spot in _points(place, tuple(axis.before for axis in content.axes), glyphs.before):
        sheet.put(place, spot, BEFORE)
    for percentage in (100, 50) if inner else ():
        sheet.mark(place, percentage)
    for label in _labels(place, ends, rings, width):
        is_current = content.axes[label.axis].key == current
        role = FIGURE if label.is_figure else CURRENT if is_current else TEXT
        sheet.write(label.row, label.column, label.text, role)
    return sheet.drawing()


_ROWS_WITH_LEGEND: Final = 9


# The cells that are filled.


class _Spot(NamedTuple):
    """A character in a cell of a canvas; row 0 is the top."""

    row: int
    column: int
    character: str


class _Sheet(NamedTuple):
    """Cells being filled: a text (empty behind a wide character), a role and a ground each."""

    texts: list[list[str]]
    roles: list[list[str]]
    insides: list[list[bool]]

    @classmethod
    def blank(cls, width: int, height: int) -> _Sheet:
        return cls(
            [[" "] * width for _ in range(height)],
            [[""] * width for _ in range(height)],
            [[False] * width for _ in range(height)],
        )

    def put(self, place: _Place, spot: _Spot, role: str) -> None:
        """Put a character of a plot; it takes the place of what is under it."""
        row, column = place.top + spot.row, place.left + spot.column
        if 0 <= row < len(self.texts) and 0 <= column < len(self.texts[row]):
            self.texts[row][column], self.roles[row][column] = spot.character, role

    def mark(self, place: _Place, percentage: int) -> None:
        """Write the percentage of a ring beside its top, where no line of figures passes."""
        row, column = place.cell(place.dot(0, percentage))
        row, column, text = place.top + row, place.left + column, str(percentage)
        for start in (*range(column + 2, column + 6), column - 1 - len(text)):
            cells = range(start - 1, start + len(text) + 1)
            if not cells[0] >= 0 or cells[-1] >= len(self.roles[row]):
                continue
            if not {OUTLINE, BEFORE}.intersection(self.roles[row][cell] for cell in cells):
                self.write(row, start, text, SCALE)
                return

    def write(self, row: int, column: int, text: str, role: str) -> None:
        """Write `text` from a cell on, ignoring characters that fall outside."""
        if not 0 <= row < len(self.texts):
            return
        texts, roles = self.texts[row], self.roles[row]
        for character in text:
            wide = cell_len(character)
            if wide == 0 and 0 < column <= len(texts):
                texts[column - 1] += character
            elif wide and column >= 0 and column + wide <= len(texts):
                texts[column : column + wide] = [character] + [""] * (wide - 1)
                roles[column : column + wide] = [role] * wide
            column += wide

    def paste(self, row: int, column: int, line: Sequence[Segment]) -> None:
        """Write segments from a cell on."""
        for segment in line:
            self.write(row, column, segment.text, segment.role)
            end = column + cell_len(segment.text)
            if segment.is_inside:
                self.insides[row][column:end] = [True] * (end - column)
            column = end

    def centre(self, row: int, line: Sequence[Segment]) -> None:
        """Write segments in the middle of a row."""
        wide = sum(cell_len(segment.text) for segment in line)
        self.paste(row, max((len(self.texts[0]) - wide) // 2, 0), line)

    def drawing(self) -> Drawing:
        texts = map(_whole_characters, self.texts)
        rows = zip(texts, self.roles, self.insides, strict=True)
        return Drawing(tuple(runs(map(Segment, *row)) for row in rows))


def _whole_characters(texts: Sequence[str]) -> list[str]:
    """Return a row with a space in place of each half-overwritten wide character."""
    around = zip([" ", *texts[:-1]], texts, [*texts[1:], " "], strict=True)
    return [
        " " if (not text and cell_len(before) != 2) or (cell_len(text) == 2 and after) else text
        for before, text, after in around
    ]


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


class _End(NamedTuple):
    """What is written at the end of an axis."""

    number: str
    figure: str = ""

    @property
    def width(self) -> int:
        """The cells left free: as many for « 5 % » as for « 100 % », so that no note moves it."""
        return max(cell_len(self.number), 5 if self.figure else 0)


class _Label(NamedTuple):
    """A text to write from this cell on, for the axis of this index."""

    axis: int
    row: int
    column: int
    text: str
    is_figure: bool = False


_PART_OF_LABEL: Final = 4
"""A label takes this part of the width at most: a longer one would leave no room for the picture."""
_SHORTEST_LABEL: Final = 10


def _end(axis: Axis, most: int, with_figures: bool) -> _End:
    number = _cut(axis.label, max(most, _SHORTEST_LABEL))
    if not with_figures:
        return _End(number)
    return _End(number, DASH if axis.now is None else f"{axis.now}{NBSP}%")


def _place(ends: tuple[_End, ...], width: int, height: int, braille: bool) -> _Place | None:
    """Return the largest picture with room for what is written around it; None: too small, or no radar."""
    axes = len(ends)
    if not FEWEST_AXES <= axes <= MOST_AXES:
        return None
    directions = [_direction(axis, axes) for axis in range(axes)]
    is_upright = [_is_upright(axis, axes) for axis in range(axes)]
    beside = [end.width for end, is_over in zip(ends, is_upright, strict=True) if not is_over]
    side = max(beside, default=0) + 1
    below = (
        1 if any(is_over and up < 0 for is_over, (_, up) in zip(is_upright, directions, strict=True)) else 0
    )
    columns, rows = width - 2 * side, height - 1 - below
    widest = max(across for across, _ in directions)
    deepest = -min(up for _, up in directions)
    wide, high = (2, 4) if braille else (1, 1)
    # Two dots are left for rounding; cells are twice as high as wide, dots of braille are square.
    up = min((columns * wide - 2) / (2 * widest) / (1 if braille else 2), (rows * high - 2) / (1 + deepest))
    if up / high < _LEAST_RADIUS:
        return None
    over, under = _rounded(up), _rounded(up * deepest)
    used = -(-(over + under + 1) // high)
    bottom = (used * high - 1 - over - under) // 2 + under
    return _Place(
        *(1 + (rows - used) // 2, side, columns, used, (columns * wide // 2, bottom)),
        *(up if braille else 2 * up, up, axes, braille),
    )


def _labels(place: _Place, ends: tuple[_End, ...], rings: Sequence[_Spot], width: int) -> Iterator[_Label]:
    """Yield what is written at the ends of the axes, outside of the outer ring."""
    spans: dict[int, tuple[int, int]] = {}
    for spot in rings:
        first, last = spans.get(spot.row, (spot.column, spot.column))
        spans[spot.row] = min(first, spot.column), max(last, spot.column)
    for axis, end in enumerate(ends):
        across, up = _direction(axis, place.axes)
        row, column = place.cell(place.dot(axis, 100))
        if _is_upright(axis, place.axes):
            room = width if abs(up) >= _UPRIGHT else width // 2 - 1
            number = _cut(end.number, room - bool(end.figure) * (1 + cell_len(end.figure)))
            wide = cell_len(number) + bool(end.figure) * (1 + cell_len(end.figure))
            middle = wide if abs(up) < _UPRIGHT else cell_len(number)
            start = place.left + column - (middle - 1) // 2
            first = width - room if across > 0 and room < width else 0
            start = min(max(start, first), first + room - wide)
            row = place.top + row + (-1 if up > 0 else 1)
            yield _Label(axis, row, start, number)
            if end.figure:
                yield _Label(axis, row, start + cell_len(number) + 1, end.figure, is_figure=True)
            continue
        first, last = spans.get(row, (column, column))
        first, last = min(first, column), max(last, column)
        rows = (place.top + row, place.top + row + 1)
        if end.figure and up > 0:
            rows = (place.top + row - 1, place.top + row)
        for line, text in zip(rows, filter(None, end), strict=False):
            start = place.left + (last + 2 if across > 0 else first - 1 - cell_len(text))
            start = min(max(start, 0), width - cell_len(text))
            yield _Label(axis, line, start, text, is_figure=text == end.figure)


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


def _ring(place: _Place, percentage: int) -> list[_Dot]:
    return [place.dot(axis % place.axes, percentage) for axis in range(place.axes + 1)]


@lru_cache(maxsize=16)
def _rings(place: _Place, character: str | None, inner: bool, colour: bool) -> tuple[_Spot, ...]:
    """Return the outer ring, one at 50 where it is asked for, and up to eight spokes.

    In braille without colour, the outer ring alone, sparsely: a line would be taken for an outline.
    """
    is_sparse = character is None and not colour
    paths = [_ring(place, 100), *([_ring(place, 50)] if inner else [])]
    if is_sparse:
        points = [dot for ends in pairwise(paths[0]) for dot in _between(*ends)]
        return plot(place.columns, place.height, (), None, points)
    if place.axes <= _MOST_SPOKES:
        there_and_back = ((place.centre, place.dot(axis, 100)) for axis in range(place.axes))
        paths[0] += [*chain.from_iterable(there_and_back), place.centre]
    return plot(place.columns, place.height, paths, character)


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


@lru_cache(maxsize=16)
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


@lru_cache(maxsize=16)
def _outline(place: _Place, values: Values, character: str | None) -> tuple[_Spot, ...]:
    """Return the cells of the outline: in braille two dots thick, the second one towards the centre."""
    parts = _parts(place, values)
    if character is None:
        parts = [list(_doubled(place, part)) for part in parts]
    return plot(place.columns, place.height, parts, character)


def _doubled(place: _Place, corners: Sequence[_Dot]) -> Iterator[_Dot]:
    """Yield a path along each side and back, a dot nearer to the centre; a lone corner is four dots."""
    if len(corners) == 1:
        ((x, y),) = corners
        yield from ((x, y), (x + 1, y), (x + 1, y - 1), (x, y - 1))
    for start, end in pairwise(corners):
        inner_start, inner_end = _inward(place, start, end)
        yield from (start, end, inner_end, inner_start, start, end)


def _inward(place: _Place, start: _Dot, end: _Dot) -> tuple[_Dot, _Dot]:
    """Return a side moved by a dot towards the centre."""
    flat = abs(end[0] - start[0]) >= abs(end[1] - start[1])
    across = 0 if flat else 1 if start[0] + end[0] < 2 * place.centre[0] else -1
    up = 0 if not flat else 1 if start[1] + end[1] < 2 * place.centre[1] else -1
    return (start[0] + across, start[1] + up), (end[0] + across, end[1] + up)


@lru_cache(maxsize=16)
def _inside(place: _Place, values: Values) -> tuple[tuple[int, int], ...]:
    """Return the cells of the drawing that are wholly inside the outline, sector by sector."""
    wide, high = (2, 4) if place.braille else (1, 1)
    sides = [_side(place, values, axis) for axis in range(place.axes)]

    def is_inside(x: float, y: float) -> bool:
        turn = (pi / 2 - atan2(y / place.up, x / place.across)) % (2 * pi)
        side = sides[int(turn * place.axes / (2 * pi)) % place.axes]
        if side is None:
            return False
        first, second = side
        aside = (second[0] - first[0]) * (y - first[1]) - (second[1] - first[1]) * (x - first[0])
        return aside < 0 or (aside == 0 and min(first[0], second[0]) <= x <= max(first[0], second[0]))

    found = []
    for row in range(place.height):
        top = (place.height - row) * high - 1 - place.centre[1]
        for column in range(place.columns):
            left = column * wide - place.centre[0]
            corners = ((x, y) for x in (left, left + wide - 1) for y in (top, top - high + 1))
            if all(is_inside(x, y) for x, y in corners):
                found.append((place.top + row, place.left + column))
    return tuple(found)


def _side(place: _Place, values: Values, axis: int) -> tuple[_Dot, _Dot] | None:
    """Return the ends, from the centre, of the side that closes the sector after `axis`.

    Over a gap of a third of the turn or less it goes from figure to figure: a notch to the centre would be
    read as 0. None: over a longer one there is no ground.
    """
    axes = place.axes
    first = next((step for step in range(axes) if values[axis - step] is not None), axes)
    second = next((step for step in range(axes) if values[(axis + 1 + step) % axes] is not None), axes)
    is_side = not first and not second
    if not is_side and 3 * (first + 1 + second) > axes:
        return None
    (x, y), ends = place.centre, ((axis - first) % axes, (axis + 1 + second) % axes)
    start, end = (place.dot(each, values[each] or 0) for each in ends)
    return (start[0] - x, start[1] - y), (end[0] - x, end[1] - y)


# The legend.


def _legend(content: Figures, glyphs: Glyphs) -> list[Segment]:
    """Return the two years with their lines, and what a cut outline means."""
    entries: list[Segment] = []
    if any(axis.before is not None for axis in content.axes):
        before = f"{glyphs.before} {glyphs.before}"
        entries = [
            *(Segment(glyphs.this_year, OUTLINE), Segment(f" {content.year}   ", TEXT)),
            *(Segment(before, BEFORE), Segment(f" {content.past}", TEXT)),
        ]
    known = [axis.now is not None for axis in content.axes]
    is_cut = not all(known) and 2 * sum(known) >= len(known)  # with fewer figures no gap is seen in it
    if is_cut:
        entries.append(Segment(f"{'   ' if entries else ''}trait coupé{NBSP}: vide", TEXT))
    return entries
