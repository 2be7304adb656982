"""The geometry of a radar and the names around it: the number, title and room of figure of each axis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import cos, floor, pi, sin
from threading import Lock
from typing import Final, NamedTuple

from rich.cells import cell_len, set_cell_size

from ctg_tui.chart.figures import Axis
from ctg_tui.chart.levels import Glyphs
from ctg_tui.wording.french import wrap

_RESET = "\x1b[0m"
_one_figure = Lock()


class Canvas(NamedTuple):
    """A size in cells. `braille` counts 2 × 4 dots in each cell, else each cell is one dot."""

    columns: int
    rows: int
    braille: bool

    @property
    def dots(self) -> tuple[int, int]:
        """The number of dots across and down."""
        return (2 * self.columns, 4 * self.rows) if self.braille else (self.columns, self.rows)


class Spot(NamedTuple):
    """A character in a cell; row 0 is the top."""

    row: int
    column: int
    character: str


Point = tuple[int, int]
"""A dot: across from the left, up from the bottom."""


def plot(
    canvas: Canvas, paths: Sequence[Sequence[Point]], character: str | None, points: Sequence[Point] = ()
) -> tuple[Spot, ...]:
    """Return the cells of the broken lines `paths` and of the lone `points`.

    Each is filled with `character` (None: braille).
    """
    import plotext

    across, down = canvas.dots
    with _one_figure:
        plotext.clear_figure()
        plotext.limit_size(False, False)
        plotext.theme("clear")
        plotext.plotsize(canvas.columns, canvas.rows)
        plotext.xaxes(False, False)
        plotext.yaxes(False, False)
        plotext.xticks([])
        plotext.yticks([])
        plotext.xlim(0, across - 1)
        plotext.ylim(0, down - 1)
        for path in paths:
            xs, ys = zip(*path, strict=True)
            plotext.plot(xs, ys, marker=character or "braille")
        if points:
            xs, ys = zip(*points, strict=True)
            plotext.scatter(xs, ys, marker=character or "braille")
        picture: str = plotext.build()
    lines = picture.replace(_RESET, "").split("\n")
    return tuple(
        Spot(row, column, drawn)
        for row, line in enumerate(lines)
        for column, drawn in enumerate(line)
        if drawn != " "
    )


# The geometry of a radar of a given size: centre, radius, ends of the axes.

MIN_RADIUS = 2
"""In rows. A smaller radar could not be read and is not drawn."""

UPRIGHT = 0.95  # |sine| from which a name stands above or below its axis rather than beside it


class Geometry(NamedTuple):
    """A round picture in cells twice as high as wide: `radius` rows up and down, twice as many columns."""

    row: int
    column: int
    radius: int
    axes: int
    braille: bool

    @property
    def canvas(self) -> Canvas:
        """The smallest canvas that holds the outer ring."""
        return Canvas(4 * self.radius + 1, 2 * self.radius + 1, self.braille)

    @property
    def top(self) -> int:
        return self.row - self.radius

    @property
    def left(self) -> int:
        return self.column - 2 * self.radius

    def dot(self, axis: int, percentage: int) -> Point:
        """Return the dot of a percentage (0–100) on an axis, in the canvas."""
        across, up = direction(axis, self.axes)
        if self.braille:
            reach = 4 * self.radius * percentage / 100
            return 4 * self.radius + _rounded(reach * across), 4 * self.radius + 1 + _rounded(reach * up)
        reach = self.radius * percentage / 100
        return 2 * self.radius + _rounded(2 * reach * across), self.radius + _rounded(reach * up)

    def cell(self, axis: int, percentage: int) -> tuple[int, int]:
        """Return the row and column of a percentage (0–100) on an axis, in the whole drawing."""
        return self._cell_of(*self.dot(axis, percentage))

    def _cell_of(self, x: int, y: int) -> tuple[int, int]:
        wide, high = (2, 4) if self.braille else (1, 1)
        return self.row + self.radius - y // high, self.left + x // wide

    def spans(self) -> dict[int, tuple[int, int]]:
        """Return the first and last column of the outer ring, in each row that it crosses."""
        spans: dict[int, tuple[int, int]] = {}
        ends = [self.dot(axis, 100) for axis in range(self.axes)]
        for (x, y), (other_x, other_y) in zip(ends, ends[1:] + ends[:1], strict=True):
            steps = max(abs(other_x - x), abs(other_y - y), 1)
            for step in range(steps + 1):
                across, up = (other_x - x) * step / steps, (other_y - y) * step / steps
                row, column = self._cell_of(x + _rounded(across), y + _rounded(up))
                first, last = spans.get(row, (column, column))
                spans[row] = min(first, column), max(last, column)
        return spans


def _rounded(reach: float) -> int:
    """Round half up, whatever the last bits of a sine: ends of one height are in one row."""
    return floor(reach + 0.5 + 1e-9)


def direction(axis: int, axes: int) -> tuple[float, float]:
    """Return the cosine and sine of an axis: the first points up, the others follow clockwise."""
    angle = pi / 2 - 2 * pi * axis / axes
    return cos(angle), sin(angle)


def geometries(axes: int, width: int, height: int, braille: bool, rows: Sequence[int]) -> Iterator[Geometry]:
    """Yield the radars that fit in `width` × `height` cells, largest first, down to `MIN_RADIUS`.

    `rows` are the rows that the names above and below the picture take.
    """
    above, below = rows
    largest = min((height - 1) // 2 + height // 4, (width - 1) // 4)
    for radius in range(largest, MIN_RADIUS - 1, -1):
        place = Geometry(0, width // 2, radius, axes, braille)
        ends = [place.cell(axis, 100)[0] for axis in range(axes)]
        up, down = -min(ends), max(*ends, 0)
        spare = height - above - below - up - down - 1
        if spare >= 0:
            yield place._replace(row=above + spare // 2 + up)


def rings(radius: int) -> tuple[int, ...]:
    """Return the percentages that get a ring, outermost first: as many as stay distinct at this radius."""
    if radius >= 6:
        return (100, 75, 50, 25)
    return (100, 50) if radius >= 3 else (100,)


# The largest picture is taken around which every title stands whole; else titles are cut, and at the very
# last an axis has its number and figure only.

FIGURE_WIDTH: Final = 5
"""The width of « 100 % »: a figure that changes moves nothing."""
_WIDEST: Final = 40
_NARROWEST: Final = 7
_MOST_LINES: Final = 4
_FEW: Final = 4
_SLOPING: Final = 0.4
"""The |sine| from which a name may also stand above or below the end of its axis."""
_WHOLE, _CUT, _NUMBER, _BARE, _NOTHING = range(5)
"""How good a name is: whole, cut, the number with its figure, the number alone, none."""
_SMALLEST_SHARE: Final = {_WHOLE: 0.7, _CUT: 0.7, _NUMBER: 0.6, _BARE: 0.5, _NOTHING: 0.0}
"""How much smaller than possible a picture may get for better names than those."""


class Label(NamedTuple):
    """A text to write from this cell on."""

    row: int
    column: int
    text: str
    axis: int


class Slot(NamedTuple):
    """The `FIGURE_WIDTH` cells of the figure of an axis; at the right end of them if `at_end`."""

    row: int
    column: int
    at_end: bool


class Names(NamedTuple):
    """The place of a picture, of its titles, and of the figure of each axis (None without room)."""

    place: Geometry
    labels: tuple[Label, ...]
    slots: tuple[Slot | None, ...]


class _Block(NamedTuple):
    """The lines of a name; its figure ends the last one, after a space, or (`is_below`) has its own."""

    lines: tuple[str, ...]
    is_below: bool
    has_figure: bool = True

    @property
    def widths(self) -> list[int]:
        """The columns of each line, with the figure."""
        widths = [cell_len(line) for line in self.lines]
        if not self.has_figure:
            return widths
        if self.is_below:
            return [*widths, FIGURE_WIDTH]
        return [*widths[:-1], widths[-1] + 1 + FIGURE_WIDTH]


@lru_cache(maxsize=16)
def arrange(axes: tuple[Axis, ...], width: int, height: int, braille: bool, glyphs: Glyphs) -> Names | None:
    """Return the largest radar in `width` × `height` cells with the best names; None when it is too small."""
    uprights = [direction(axis, len(axes))[1] for axis in range(len(axes))]
    best: tuple[int, int, Names] | None = None
    largest = 0
    for rows in _upright_rows(axes, uprights, width, glyphs):
        for place in geometries(len(axes), width, height, braille, rows):
            largest = max(largest, place.radius)
            if best is not None and place.radius < _SMALLEST_SHARE[best[0]] * largest:
                break
            # fewer lines each, where the first names leave none to the last ones
            for most in (_MOST_LINES + 1, 3, 2):
                quality, names = _around(place, axes, width, height, glyphs, most)
                if best is None or (quality, -place.radius) < best[:2]:
                    best = quality, -place.radius, names
                if quality <= _CUT:
                    break
            if quality == _WHOLE:
                break
    return None if best is None else best[2]


def _upright_rows(
    axes: Sequence[Axis], uprights: Sequence[float], width: int, glyphs: Glyphs
) -> Iterator[tuple[int, int]]:
    """Yield the rows to leave above and below: for whole titles, then for one line each."""
    above = [axis for axis, up in zip(axes, uprights, strict=True) if up > UPRIGHT]
    below = [axis for axis, up in zip(axes, uprights, strict=True) if up < -UPRIGHT]
    room = min(width, _WIDEST)
    whole = tuple(
        max((len(_block(_name(axis, glyphs), room).widths) for axis in some), default=0)
        for some in (above, below)
    )
    yield whole[0], whole[1]
    yield len(above[:1]), len(below[:1])


def _around(
    place: Geometry, axes: Sequence[Axis], width: int, height: int, glyphs: Glyphs, most: int
) -> tuple[int, Names]:
    """Return the worst quality of the names around this picture, of at most `most` lines, and these names."""
    sheet = _Room(place, width, height)
    labels: list[Label] = []
    slots: list[Slot | None] = [None] * len(axes)
    worst = _WHOLE
    upright_first = sorted(range(len(axes)), key=lambda axis: -abs(direction(axis, len(axes))[1]))
    for axis in upright_first:
        quality, found = sheet.best(axis, axes[axis], glyphs, most)
        worst = max(worst, quality)
        labels += found[0]
        slots[axis] = found[1]
    return worst, Names(place, tuple(labels), tuple(slots))


class _Room:
    """The cells around a picture that no name has taken yet."""

    def __init__(self, place: Geometry, width: int, height: int) -> None:
        self._place = place
        self._width, self._height = width, height
        self._ring = place.spans()
        self._taken: dict[int, list[tuple[int, int]]] = {
            row: [(first - 1, last + 2)] for row, (first, last) in self._ring.items()
        }

    def best(
        self, axis: int, what: Axis, glyphs: Glyphs, most: int
    ) -> tuple[int, tuple[list[Label], Slot | None]]:
        """Take the cells of the best name that has room at the end of an axis, and return it."""
        across, up = direction(axis, self._place.axes)
        for quality, block, widths in _forms(what, glyphs, self._width):
            if len(widths) > most:
                continue
            placed = None if abs(up) > UPRIGHT else self._beside(axis, widths, across)
            if placed is None and abs(up) > _SLOPING:
                placed = self._upright(axis, widths, up)
            if placed is not None:
                return quality, self._take(axis, block, placed, across)
        return _NOTHING, ([], None)

    def _upright(self, axis: int, widths: Sequence[int], up: float) -> list[tuple[int, int]] | None:
        row, column = self._place.cell(axis, 100)
        first = row - len(widths) if up > 0 else row + 1
        cells = [
            (first + rank, min(max(column - wide // 2, 0), self._width - wide))
            for rank, wide in enumerate(widths)
        ]
        return cells if self._is_free(cells, widths) else None

    def _beside(self, axis: int, widths: Sequence[int], across: float) -> list[tuple[int, int]] | None:
        """Return the nearest place beside the end of an axis, or in the corner above or below it."""
        row, column = self._place.cell(axis, 100)
        wide = max(widths)
        middle = row - len(widths) // 2
        # among many axes, a name that goes far stands beside another axis
        farthest = len(widths) + 2 if self._place.axes <= _FEW else len(widths) // 2 + 1
        for first in sorted(range(self._height), key=lambda other: (abs(other - middle), other)):
            if abs(first - middle) > farthest:
                return None
            rows = range(first, first + len(widths))
            ends = [self._ring[one] for one in rows if one in self._ring]
            if across > 0:
                start = max((end for _, end in ends), default=min(column, self._width - wide - 2)) + 2
                cells = [(one, start) for one in rows]
            else:
                stop = min((begin for begin, _ in ends), default=max(column, wide + 1)) - 1
                cells = [(one, stop - each) for one, each in zip(rows, widths, strict=True)]
            if self._is_free(cells, widths):
                return cells
        return None

    def _is_free(self, cells: Sequence[tuple[int, int]], widths: Sequence[int]) -> bool:
        return all(
            0 <= row < self._height
            and start >= 0
            and start + wide <= self._width
            and all(start + wide <= first or last <= start for first, last in self._taken.get(row, ()))
            for (row, start), wide in zip(cells, widths, strict=True)
        )

    def _take(
        self, axis: int, block: _Block, cells: Sequence[tuple[int, int]], across: float
    ) -> tuple[list[Label], Slot | None]:
        for (row, start), wide in zip(cells, block.widths, strict=True):
            self._taken.setdefault(row, []).append((start - 1, start + wide + 1))
        labels = [Label(*cell, text, axis) for cell, text in zip(cells, block.lines, strict=False)]
        if not block.has_figure:
            return labels, None
        row, start = cells[-1]
        before = 0 if block.is_below else cell_len(block.lines[-1]) + 1
        at_end = block.is_below and across < 0 and abs(across) > 1 - UPRIGHT
        return labels, Slot(row, start + before, at_end)


def _name(axis: Axis, glyphs: Glyphs) -> str:
    number = _number(axis, glyphs)
    return f"{number} {axis.title}" if number else axis.title


def _number(axis: Axis, glyphs: Glyphs) -> str:
    """Return the number with the mark of proposed lines, which no cut takes away; empty for a policy."""
    return "" if axis.number is None else f"{axis.number}{glyphs.proposed * axis.is_proposed}"


@lru_cache(maxsize=64)
def _forms(axis: Axis, glyphs: Glyphs, width: int) -> tuple[tuple[int, _Block, tuple[int, ...]], ...]:
    """Return the ways to write a name, best first, with their quality and the width of each line."""
    return tuple((quality, block, tuple(block.widths)) for quality, block in _ways(axis, glyphs, width))


def _ways(axis: Axis, glyphs: Glyphs, width: int) -> Iterator[tuple[int, _Block]]:
    name = _name(axis, glyphs)
    widest = min(width, _WIDEST)
    longest_word = max(map(cell_len, name.split(" ")))
    seen: set[_Block] = set()
    for room in range(min(widest, cell_len(name) + 1 + FIGURE_WIDTH), max(longest_word, _NARROWEST) - 1, -1):
        block = _block(name, room)
        if len(block.lines) <= _MOST_LINES and block not in seen:
            seen.add(block)
            yield _WHOLE, block
    for most in (3, 2, 1):
        for room in range(widest if most == 1 else min(widest, 2 * _NARROWEST), _NARROWEST - 1, -1):
            cut = _cut(name, room, most, glyphs)
            if cut is not None and cut not in seen:
                seen.add(cut)
                yield _CUT, cut
    for room in range(min(widest, 2 * _NARROWEST), _NARROWEST - 1, -1):
        yield _CUT, _Block((_shortened(name, room, glyphs),), is_below=True)
    short = _number(axis, glyphs) or set_cell_size(axis.title, 3).rstrip()
    if short:
        yield _NUMBER, _Block((short,), is_below=False)
        yield _NUMBER, _Block((short,), is_below=True)
        yield _BARE, _Block((short,), is_below=False, has_figure=False)


def _block(name: str, room: int) -> _Block:
    lines = tuple(wrap(name, room))
    return _Block(lines, is_below=cell_len(lines[-1]) + 1 + FIGURE_WIDTH > room)


def _cut(name: str, room: int, most: int, glyphs: Glyphs) -> _Block | None:
    """Return at most `most` lines of a name, the last one cut, with its figure when this is the only one.

    None when this would leave next to nothing of it.
    """
    room -= (1 + FIGURE_WIDTH) * (most == 1)
    if room < _NARROWEST:
        return None
    lines = wrap(name, room)
    if len(lines) > most:
        rest = " ".join(lines[most - 1 :])
        kept = lines[most - 1]
        if room // 2 <= cell_len(kept) <= room - cell_len(glyphs.ellipsis):
            rest = kept + glyphs.ellipsis  # between two words
        lines = [*lines[: most - 1], _shortened(rest, room, glyphs)]
    is_below = most > 1 and cell_len(lines[-1]) + 1 + FIGURE_WIDTH > room
    return _Block(tuple(lines), is_below)


def _shortened(text: str, room: int, glyphs: Glyphs) -> str:
    """Return `text`, cut where it has no room."""
    if cell_len(text) <= room:
        return text
    return set_cell_size(text, room - cell_len(glyphs.ellipsis)).rstrip() + glyphs.ellipsis
