"""The bar of a percentage, and the radar, whose lines plotext draws; both as lines of pieces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from math import cos, floor, pi, sin
from typing import Final, NamedTuple

from rich.cells import cell_len

from ctg_tui.domain.text import clean
from ctg_tui.tui.characters import Level, current_level, fit
from ctg_tui.tui.widgets.listing import ACCENT, BEFORE, SOFT, STRONG, Line, Piece
from ctg_tui.tui.widgets.strips import StripWidget
from ctg_tui.wording.french import DASH, NBSP, wrap
from ctg_tui.wording.results import FEWEST_AXES, Axis, Figures, nothing_drawn

KEY: Final = "$accent bold"
OUTLINE, RING = "$ensemble", "$radar-anneau"
_NAME: Final = "$doux"
TICK: Final = "┃"
"""Last year on a bar."""
_LAST_YEAR, _BLANK = "•", Piece(" ", RING)
_RINGS: Final = (100, 50)
_LEAST_RADIUS: Final = 4
"""In rows. A smaller radar could not be read, nor its inner ring."""
_ROWS_WITH_LEGEND, _LOW, _GAP = 12, 14, 2
_SQUARE: Final = 4
_FIGURE: Final = 5
"""The cells of `100 %`, left free beside each axis: no note moves the picture."""


def gauge(now: int | None, before: int | None, width: int) -> list[Piece]:
    """Draw a percentage as a thin bar of `width` columns, with a tick at last year's; blank without one."""
    if now is None:
        return [Piece(" " * width)]
    full, tick = ((width * each + 50) // 100 for each in (now, before or 0))
    if before is not None and now > before:  # what rose, however little, goes on behind the tick
        tick = min(tick, width - 2)
        full = max(full, tick + 2)
    elif before is not None and now < before:
        full = min(full, tick)
    cells = [*[Piece("━", ACCENT)] * full, *[Piece("─", RING)] * (width - full)]
    if before is not None and width:
        cells[min(tick, width - 1)] = Piece(TICK, BEFORE)
    return _joined(cells)


def _joined(cells: Iterable[Piece]) -> list[Piece]:
    """Return the same text with neighbours of one style in one piece."""
    groups = groupby(cells, key=lambda cell: cell.style)
    return [Piece("".join(cell.text for cell in group), style) for style, group in groups]


class RadarPanel(StripWidget):
    """The radar of some figures below its title, or why there is none."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Figures, str, bool] | None = None

    def show(self, content: Figures, title: str = "", *, is_beside: bool = True) -> None:
        """Draw these figures; where the radar `is_beside` a table, that table has the percentages."""
        if self._shown != (content, title, is_beside):
            self._shown = content, title, is_beside
            self.repaint()

    def paint(self, width: int, height: int) -> Sequence[Line]:
        if self._shown is None or width < 3:
            return []
        content, title, is_beside = self._shown
        if said := nothing_drawn(content):
            return [(Piece(f" {line}", SOFT),) for line in wrap(said, width - 2)]
        above: list[Line] = [(Piece(f"{title:^{width}}", _NAME),), *[()] * (height > _LOW)] if title else []
        drawn = radar(content, width - 2, height - len(above), has_figures=not is_beside) or [
            (Piece("Le radar demande plus de place.", SOFT),)
        ]
        return [*above, *((Piece(" "), *line) for line in drawn)]


def figure_of(axis: Axis) -> str:
    """Return `74 %`, `NC` where nothing is concerned, a dash where nothing is noted."""
    return f"{axis.now}{NBSP}%" if axis.now is not None else "NC" if axis.is_not_concerned else DASH


def radar(
    content: Figures, width: int, height: int, level: Level | None = None, *, has_figures: bool = True
) -> list[Line]:
    """Draw `content` in `width` × `height` cells; nothing when it is empty, or has no room.

    This year is an outline, with a gap at an axis without a figure. Last year is spaced dots, and over all
    a mark on each axis. An axis of which each note is « NC » is left out while three remain: the legend
    names it. The lowest percentage is bold, with its name.
    """
    is_rich = (level or current_level()) is Level.RICH
    axes = [axis for axis in content.axes if not axis.is_not_concerned or axis.before is not None]
    axes = axes if len(axes) >= FEWEST_AXES else [*content.axes]
    left_out = [clean(axis.label) for axis in content.axes if axis not in axes]
    has_legend = bool(content.past or left_out) and height > _ROWS_WITH_LEGEND
    figure = (1 + _FIGURE) * has_figures
    longest = max(width // 2 - 1 - figure if len(axes) <= _SQUARE else width // 4, 12)
    names = [fit(clean(axis.label), longest).rstrip() for axis in axes]
    place = None if content.is_empty else _place(names, width, height - 2 * has_legend, is_rich, figure)
    if place is None:
        return []
    sheet = _Sheet(place)
    dot, line = ("braille", "braille") if is_rich else ("·", "█")
    sheet.draw(RING, _rings(place), dot)
    sheet.draw(BEFORE, _outline(place, [axis.before for axis in axes], 3 if is_rich else 1), dot)
    sheet.draw(OUTLINE, _outline(place, [axis.now for axis in axes]), line)
    for rank, axis in enumerate(axes):
        if axis.before is not None:
            sheet.cells[place.cell(place.dot(rank, axis.before))] = Piece(_LAST_YEAR, BEFORE)
    lowest = min((axis.now for axis in axes if axis.now is not None), default=None)
    for rank, axis in enumerate(axes):
        is_lowest = has_figures and axis.now is not None and axis.now == lowest
        text = f"{names[rank]} {figure_of(axis)}" if has_figures else names[rank]
        sheet.label(rank, text, STRONG if is_lowest else _NAME)
    for mark in _RINGS:
        sheet.mark(mark)
    if has_legend:
        legend = [Piece("⠒⠒" if is_rich else "██", OUTLINE), Piece(f" {content.year}", _NAME)]
        if content.past:
            legend += [Piece("   "), Piece(_LAST_YEAR, BEFORE), Piece(f" {content.past}", _NAME)]
        if left_out:
            legend.append(Piece(f"   NC : {', '.join(left_out)}", _NAME))
        sheet.legend(legend)
    return [
        tuple(_joined(sheet.cells.get((row, column), Piece(" ")) for column in range(width)))
        for row in range(height)
    ]


# Where the picture stands.

_Dot = tuple[int, int]


class _Place(NamedTuple):
    """A round picture in `columns` × `rows` cells, each of `wide` × `high` dots, counted from the top left.

    `across` and `up` are the dots from the centre to 100 %: cells are twice as high as wide.
    """

    columns: int
    rows: int
    wide: int
    high: int
    centre: _Dot
    across: float
    up: float
    axes: int

    def dot(self, axis: int, percentage: float) -> _Dot:
        """Return the dot of a percentage (0–100) on an axis."""
        across, up = _direction(axis, self.axes)
        x = self.centre[0] + _rounded(self.across * percentage / 100 * across)
        return x, self.centre[1] - _rounded(self.up * percentage / 100 * up)

    def cell(self, dot: _Dot) -> tuple[int, int]:
        """Return the row and the column of a dot."""
        return dot[1] // self.high, dot[0] // self.wide

    def row(self, axis: int) -> int:
        """Return the row beside which an axis ends, as far from the centre above as below."""
        row = self.cell(self.centre)[0] - round(self.up / self.high * _direction(axis, self.axes)[1])
        return min(row, self.rows - 1)


def _rounded(reach: float) -> int:
    """Round half up, whatever the last bits of a sine: ends of one height are in one row."""
    return floor(reach + 0.5 + 1e-9)


def _direction(axis: int, axes: int) -> tuple[float, float]:
    """Return the cosine and sine of an axis: the first points up, the others follow clockwise.

    Four make a square with its corners, where their names leave it the whole width.
    """
    angle = pi / 2 - 2 * pi * (axis - 0.5 * (axes == _SQUARE)) / axes
    return cos(angle), sin(angle)


def _is_upright(axis: int, axes: int) -> bool:
    """Return whether what is written of an axis stands above or below its end; up to four all do."""
    return axes <= _SQUARE or abs(_direction(axis, axes)[1]) >= 0.99


def _place(names: Sequence[str], width: int, height: int, is_rich: bool, figure: int) -> _Place | None:
    """Return the largest picture with room for each name and its `figure`, in columns; None if too small."""
    axes = len(names)
    wide, high = (2, 4) if is_rich else (1, 1)
    directions = [_direction(axis, axes) for axis in range(axes)]
    beside = [cell_len(name) for axis, name in enumerate(names) if not _is_upright(axis, axes)]
    side = max(beside) + figure + _GAP if beside else 1
    highest, deepest = max(up for _, up in directions), -min(up for _, up in directions)
    is_written_below = any(_is_upright(axis, axes) and up < 0 for axis, (_, up) in enumerate(directions))
    # Two dots are left for rounding; dots of braille are square.
    across = ((width - 2 * side) * wide - 2) / (2 * max(across for across, _ in directions))
    room = (height - 1 - is_written_below) * high - 2
    up = min(across * (1 if is_rich else 0.5), room / (highest + deepest))
    if up / high < _LEAST_RADIUS:
        return None
    centre = width * wide // 2, high + _rounded(up * highest)
    across = up if is_rich else 2 * up
    place = _Place(width, height, wide, high, centre, across, up, axes)
    is_right = [across > 0 for across, _ in directions]
    texts = [(place.row(each), is_right[each]) for each in range(axes) if not _is_upright(each, axes)]
    return place if len({*texts}) == len(texts) else None


def _between(start: _Dot, end: _Dot, step: int) -> list[_Dot]:
    """Return each `step`-th dot of a line, its ends too."""
    (x, y), (to_x, to_y) = start, end
    steps = max(abs(to_x - x), abs(to_y - y), 1)
    return [
        (x + (to_x - x) * each // steps, y + (to_y - y) * each // steps) for each in range(0, steps + 1, step)
    ]


def _rings(place: _Place) -> list[_Dot]:
    """Return every other dot of the outer ring, and fewer of the inner one, which outlines cross."""
    steps = ((100, 2), (50, 4 if place.wide > 1 else 2))
    return [
        dot
        for each, step in steps
        for axis in range(place.axes)
        for dot in _between(place.dot(axis, each), place.dot(axis + 1, each), step)
    ]


Values = Sequence[int | None]


def _outline(place: _Place, values: Values, step: int = 1) -> list[_Dot]:
    """Return each `step`-th dot of the outline from gap to gap, closed where there is none."""
    corners = [None if value is None else place.dot(axis, value) for axis, value in enumerate(values)]
    sides = [(start, end or start) for start, end in zip(corners, corners[1:] + corners[:1], strict=True)]
    return [dot for start, end in sides if start and end for dot in _between(start, end, step)]


class _Sheet:
    """The cells of a picture, by row and column: a character each, none behind a wide one."""

    def __init__(self, place: _Place) -> None:
        self._place = place
        self.cells: dict[tuple[int, int], Piece] = {}

    def draw(self, style: str, dots: Sequence[_Dot], marker: str) -> None:
        """Fill the cells of some dots with `marker`; plotext puts those of one cell together."""
        import plotext

        place = self._place
        plotext.clear_figure()
        plotext.limit_size(False, False)
        plotext.theme("clear")
        plotext.plotsize(place.columns + 1, place.rows + 1)
        plotext.xaxes(False, False)
        plotext.yaxes(False, False)
        plotext.xticks([])
        plotext.yticks([])
        plotext.xlim(0, (place.columns + 1) * place.wide - 1)
        plotext.ylim(1 - (place.rows + 1) * place.high, 0)
        plotext.scatter([x for x, _ in dots], [-y for _, y in dots], marker=marker)
        for row, line in enumerate(plotext.build().replace("\x1b[0m", "").split("\n")):
            for column, each in enumerate(line):
                if each not in " \u2800":  # some terminals give the blank braille no ground
                    self.cells[row, column] = Piece(each, style)

    def label(self, axis: int, text: str, style: str) -> None:
        """Write what an axis is at its end, outside of the ring."""
        place = self._place
        across, up = _direction(axis, place.axes)
        row, column = place.cell(place.dot(axis, 100))
        if _is_upright(axis, place.axes):
            is_middle = abs(up) > 0.9  # else two of them share a row
            room = place.columns if is_middle else place.columns // 2 - 1
            size = min(cell_len(text), room)
            first = 0 if is_middle or across < 0 else place.columns - room
            start = min(max(column - (size - 1) // 2, first), first + room - size)
            row += -1 if up > 0 else 1
        else:
            size, row, way = cell_len(text), place.row(axis), 1 if across > 0 else -1
            while any((row, column + way * step) in self.cells for step in range(1, _GAP + 1)):
                column += way  # the ring is wider there
            start = column + 1 + _GAP if across > 0 else column - _GAP - size
            start = min(max(start, 0), place.columns - size)
        self.write(row, start, fit(text, size), style)

    def mark(self, percentage: int) -> None:
        """Write the percentage of a ring amid the first of its sides where it covers at most thin lines."""
        place, text = self._place, f" {percentage} "
        for axis in range(place.axes):
            (x, y), (to_x, to_y) = place.dot(axis, percentage), place.dot(axis + 1, percentage)
            row, column = place.cell(((x + to_x) // 2, (y + to_y) // 2))
            start = column - len(text) // 2
            cells = [self.cells.get((row, start + step), _BLANK) for step in range(len(text))]
            if all(style in {RING, BEFORE} and each != _LAST_YEAR for each, style in cells):
                self.write(row, start, text, SOFT)
                return

    def legend(self, line: Sequence[Piece]) -> None:
        """Write a line below the picture."""
        row = min(max(row for row, _ in self.cells) + 2, self._place.rows + 1)
        column = max((self._place.columns - sum(cell_len(text) for text, _ in line)) // 2, 0)
        for text, style in line:
            self.write(row, column, text, style)
            column += cell_len(text)

    def write(self, row: int, column: int, text: str, style: str) -> None:
        """Write `text` from a cell on; what falls outside or on another text is left out."""
        for character in text:
            cells = [(row, column + step) for step in range(cell_len(character))]
            styles = {self.cells[cell].style for cell in cells if cell in self.cells}
            if (
                cells
                and styles <= {RING, OUTLINE, BEFORE}
                and 0 <= column <= self._place.columns - len(cells)
            ):
                self.cells |= dict.fromkeys(cells, Piece("", style)) | {cells[0]: Piece(character, style)}
            column += len(cells)
