"""The radar as lines of text, each piece with the name of its role, for the caller to colour."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from rich.cells import cell_len

from ctg_tui.chart.figures import WHOLE, Axis, Figures, Outline
from ctg_tui.chart.layout import (
    Geometry,
    geometry,
    rings,
    titles,
)
from ctg_tui.chart.levels import GLYPHS, Level
from ctg_tui.chart.plotting import Point, Spot, plot

_DOTTED = 3
"""Of so many dots of a dotted line, one is drawn."""
RING, SPOKE, SCALE, LABEL, MISSING, NOTHING = "ring", "spoke", "scale", "label", "missing", ""

_BRAILLE = 0x2800
_MIN_RADIUS_OF_SCALE = 5  # in rows; below, the percentages of the rings would hide them


class Segment(NamedTuple):
    """A run of text of one role.

    Roles: `ring`, `spoke`, `scale` (the percentages of the rings), `label` (titles and names), `missing`
    (the title of an axis without a percentage), `outline-<key>` and `behind-<key>` (line, mark), and the
    empty role for blank cells.
    """

    text: str
    role: str


class Drawing(NamedTuple):
    """A picture of exactly the width and height asked for."""

    lines: tuple[tuple[Segment, ...], ...]

    @property
    def plain(self) -> str:
        """The picture without roles, one line of text per line, without trailing spaces."""
        return "\n".join("".join(segment.text for segment in line).rstrip() for line in self.lines)


def _whole(texts: list[str]) -> list[str]:
    """Return a row with a space in place of each half-overwritten wide character."""
    after = [*texts[1:], " "]
    before = [" ", *texts[:-1]]
    heads = [
        " " if cell_len(text) == 2 and behind else text for text, behind in zip(texts, after, strict=True)
    ]
    return [
        " " if not text and cell_len(ahead) != 2 else text for text, ahead in zip(heads, before, strict=True)
    ]


class _Sheet(NamedTuple):
    """Cells being filled: a text (empty behind a wide character) and a role each."""

    texts: list[list[str]]
    roles: list[list[str]]

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


def role_of(outline: Outline) -> str:
    """Return the role of an outline's line and marks."""
    return f"{'behind' if outline.behind else 'outline'}-{outline.key}"


def legend_marks(figures: Figures, level: Level) -> tuple[str, ...]:
    """Return the mark of each outline, the same at its vertices, in the legend, and in the table beside."""
    glyphs = GLYPHS[level]
    return tuple(
        (glyphs.hollow_marks if outline.behind else glyphs.marks)[index]
        for outline, index in zip(figures.outlines, _mark_indexes(figures.outlines), strict=True)
    )


def radar(
    figures: Figures, *, width: int, height: int, level: Level = Level.RICH, legend: bool = True
) -> Drawing:
    """Draw `figures` in `width` × `height` cells.

    An axis where an outline has no percentage leaves the outline open; an axis where none has one loses its
    spoke and shows a dash. Too small to be read (below about 15 × 7), the drawing is blank.
    """
    entries = _legend(figures, level, width) if legend else []
    place = geometry(len(figures.axes), width, height - len(entries), _is_braille(level))
    if place is None and entries:  # the table beside shows the same marks
        entries = []
        place = geometry(len(figures.axes), width, height, _is_braille(level))
    missing = frozenset(axis for axis in range(len(figures.axes)) if figures.is_missing(axis))
    backdrop = _backdrop(figures.axes, missing, width, height - len(entries), level)
    sheet = _Sheet([list(row) for row in backdrop.texts], [list(row) for row in backdrop.roles])
    if place is not None:
        _draw_outlines(sheet, place, figures, level)
    for entry in entries:
        sheet.texts.append([" "] * width)
        sheet.roles.append([NOTHING] * width)
        column = (width - sum(cell_len(segment.text) for segment in entry)) // 2
        for text, role in entry:
            sheet.write(len(sheet.texts) - 1, column, text, role)
            column += cell_len(text)
    rows = zip(map(_whole, sheet.texts), sheet.roles, strict=True)
    return Drawing(tuple(_segments(*row) for row in rows))


def _is_braille(level: Level) -> bool:
    return GLYPHS[level].lines is None


def _mark_indexes(outlines: Sequence[Outline]) -> list[int]:
    """Return the index of each outline's mark: the last for the whole, else that of its policy."""
    last = len(GLYPHS[Level.RICH].marks) - 1
    policies = list(dict.fromkeys(outline.key for outline in outlines if outline.key != WHOLE))
    return [last if line.key == WHOLE else policies.index(line.key) % last for line in outlines]


def _legend(figures: Figures, level: Level, width: int) -> list[list[Segment]]:
    """Return the outlines' marks and names, in as few lines of at most `width` columns as they need."""
    lines: list[list[Segment]] = []
    for outline, mark in zip(figures.outlines, legend_marks(figures, level), strict=True):
        entry = [Segment(mark, role_of(outline)), Segment(f" {outline.name}", LABEL)]
        used = sum(cell_len(segment.text) for segment in lines[-1]) if lines else 0
        if lines and used + 2 + sum(cell_len(segment.text) for segment in entry) <= width:
            lines[-1] += [Segment("  ", NOTHING), *entry]
        else:
            lines.append(entry)
    return lines


@lru_cache(maxsize=16)
def _backdrop(
    axes: tuple[Axis, ...], missing: frozenset[int], width: int, height: int, level: Level
) -> _Sheet:
    """Draw the rings, spokes and titles, which do not depend on the notes."""
    sheet = _Sheet([[" "] * width for _ in range(height)], [[NOTHING] * width for _ in range(height)])
    place = geometry(len(axes), width, height, _is_braille(level))
    if place is None:
        return sheet
    glyphs = GLYPHS[level]
    every = range(len(axes))
    circles = [
        [place.dot(axis % len(axes), ring) for axis in range(len(axes) + 1)] for ring in rings(place.radius)
    ]
    spokes = [[place.dot(axis, 0), place.dot(axis, 100)] for axis in every if axis not in missing]
    _lay(sheet, place, plot(place.canvas, circles, glyphs.ring), RING)
    if spokes:
        _lay(sheet, place, plot(place.canvas, spokes, glyphs.spoke), SPOKE)
    for label in titles(place, axes, missing, width, glyphs):
        sheet.write(label.row, label.column, label.text, MISSING if label.axis in missing else LABEL)
    return sheet


def _draw_outlines(sheet: _Sheet, place: Geometry, figures: Figures, level: Level) -> None:
    glyphs = GLYPHS[level]
    indexes = _mark_indexes(figures.outlines)
    order = sorted(range(len(indexes)), key=lambda number: not figures.outlines[number].behind)
    proposed = tuple(axis.is_proposed for axis in figures.axes)
    for number in order:
        outline = figures.outlines[number]
        lines = glyphs.hollow_lines if outline.behind else glyphs.lines
        character = None if lines is None else lines[indexes[number]]
        drawn = _outline(place, outline.values, proposed, character)
        _lay(sheet, place, drawn, role_of(outline))
    marks = legend_marks(figures, level)
    taken: set[tuple[int, int]] = set()
    for number in order:
        outline = figures.outlines[number]
        for axis, value in enumerate(outline.values):
            if value is not None:
                row, column = place.cell(axis, value)
                column = _free_column(sheet, row, column, taken)
                taken.add((row, column))
                mark = glyphs.hollow_marks[indexes[number]] if proposed[axis] else marks[number]
                sheet.write(row, column, mark, role_of(outline))
    if place.radius >= _MIN_RADIUS_OF_SCALE:
        for ring in rings(place.radius):
            _write_scale(sheet, *place.cell(0, ring), str(ring))


def _free_column(sheet: _Sheet, row: int, column: int, taken: set[tuple[int, int]]) -> int:
    """Return the nearest column without mark or title, so that equal marks stand side by side."""
    roles = sheet.roles[row]
    nearest_first = sorted(range(len(roles)), key=lambda other: (abs(other - column), -other))
    free = (
        other for other in nearest_first if (row, other) not in taken and roles[other] not in {LABEL, MISSING}
    )
    return next(free, column)


def _write_scale(sheet: _Sheet, row: int, column: int, text: str) -> None:
    """Write a ring's percentage beside the first spoke, unless an outline goes through it."""
    start, end = column + 2, column + 2 + len(text)
    if not any(role.startswith(("outline", "behind")) for role in sheet.roles[row][start:end]):
        sheet.write(row, start, text, SCALE)


@lru_cache(maxsize=16)
def _outline(
    place: Geometry, values: tuple[int | None, ...], proposed: tuple[bool, ...], character: str | None
) -> tuple[Spot, ...]:
    """Return the cells of one outline, cached: a key changes at most two outlines."""
    dots = [None if value is None else place.dot(axis, value) for axis, value in enumerate(values)]
    if len(dots) < 2:
        return ()
    pairs = zip(dots, dots[1:] + dots[:1], proposed, proposed[1:] + proposed[:1], strict=True)
    known = [((a, b), c or d) for a, b, c, d in pairs if a is not None and b is not None]
    paths = [list(ends) for ends, is_dotted in known if not is_dotted]
    points = [point for ends, is_dotted in known if is_dotted for point in _dots_between(*ends)]
    return plot(place.canvas, paths, character, points) if known else ()


def _dots_between(start: Point, end: Point) -> list[Point]:
    """Return every other dot of the line between two points: a line that touches proposed lines."""
    steps = max(abs(end[0] - start[0]), abs(end[1] - start[1]), 1)
    return [
        (start[0] + (end[0] - start[0]) * step // steps, start[1] + (end[1] - start[1]) * step // steps)
        for step in range(0, steps + 1, _DOTTED)
    ]


def _lay(sheet: _Sheet, place: Geometry, spots: Sequence[Spot], role: str) -> None:
    """Put a plot on the sheet: over rings and spokes, and joined with the dots of another outline."""
    for row, column, character in spots:
        line, cell = place.top + row, place.left + column
        under, under_role = sheet.texts[line][cell], sheet.roles[line][cell]
        joins = role == SPOKE if under_role == RING else under_role.startswith("outline")
        if joins and ord(under) > _BRAILLE < ord(character):
            character = chr(ord(under) | ord(character))
        sheet.texts[line][cell], sheet.roles[line][cell] = character, role


def _segments(texts: Sequence[str], roles: Sequence[str]) -> tuple[Segment, ...]:
    runs = groupby(zip(roles, texts, strict=True), key=lambda cell: cell[0])
    return tuple(Segment("".join(text for _, text in cells), role) for role, cells in runs)
