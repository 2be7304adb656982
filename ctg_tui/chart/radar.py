"""The radar as lines of text, each piece with the name of its role, for the caller to colour."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby, pairwise
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from ctg_tui.chart.figures import WHOLE, Axis, Figures, Outline
from ctg_tui.chart.levels import GLYPHS, Level, spelled
from ctg_tui.chart.names import FIGURE_WIDTH, Geometry, Names, Point, Spot, arrange, plot, rings


class Segment(NamedTuple):
    """A run of text of one role.

    Roles: `ring`, `spoke`, `scale` (the percentages of the rings), `label` (titles and names), `figure` (the
    percentage of an axis), `missing` (title and dash of an axis without a percentage), `outline-<key>` and
    `behind-<key>` (line, mark), and the empty role for blank cells.
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


def whole_characters(texts: list[str]) -> list[str]:
    """Return a row with a space in place of each half-overwritten wide character."""
    after = [*texts[1:], " "]
    before = [" ", *texts[:-1]]
    heads = [
        " " if cell_len(text) == 2 and behind else text for text, behind in zip(texts, after, strict=True)
    ]
    return [
        " " if not text and cell_len(ahead) != 2 else text for text, ahead in zip(heads, before, strict=True)
    ]


class Sheet(NamedTuple):
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

    def write_centred(self, row: int, entry: Sequence[Segment]) -> None:
        """Write pieces of text in the middle of a row."""
        column = (len(self.texts[0]) - sum(cell_len(segment.text) for segment in entry)) // 2
        for text, role in entry:
            self.write(row, column, text, role)
            column += cell_len(text)


_DOTTED = 3
"""Of so many dots of a dotted line, one is drawn."""
_SPARSE, _SPARSE_WHEN_SMALL, _SMALL = 6, 5, 8
"""Of so many dots of a ring or a spoke, one is drawn: outlines stand out from them without colour too.

It is the second number where the radius has at most `_SMALL` rows.
"""
RING, SPOKE, SCALE, LABEL, FIGURE, MISSING, NOTHING = (
    "ring",
    "spoke",
    "scale",
    "label",
    "figure",
    "missing",
    "",
)

_BRAILLE = 0x2800
_MIN_RADIUS_OF_SCALE = 5  # in rows; below, the percentages of the rings would hide them
_MIN_HEIGHT_OF_MERGED = 9  # in rows; below, the picture needs the line that says which marks are merged
_MIN_HEIGHT_OF_TWO = 16  # in rows; below, the picture needs the second line too


def role_of(outline: Outline) -> str:
    """Return the role of an outline's line and marks."""
    return f"{'behind' if outline.behind else 'outline'}-{outline.key}"


def legend_marks(figures: Figures, level: Level) -> tuple[str, ...]:
    """Return the mark of each outline, the same at its vertices, in the legend, and in the table beside."""
    glyphs = GLYPHS[level]
    return tuple(
        glyphs.past_mark if outline.behind else glyphs.marks[index]
        for outline, index in zip(figures.outlines, _mark_indexes(figures.outlines), strict=True)
    )


def radar(
    figures: Figures, *, width: int, height: int, level: Level = Level.RICH, legend: bool = True
) -> Drawing:
    """Draw `figures` in `width` × `height` cells.

    Each axis bears its name and the percentage of the whole. An axis where an outline has no percentage
    leaves the outline open; an axis where none has one loses its spoke and shows a dash. Marks that fall on
    one cell are one mark, that of the last outline: a line below says which are merged. Too small to be read
    (below about 15 × 7), the drawing is blank.
    """
    spelled_out = [axis._replace(title=spelled(axis.title, level)) for axis in figures.axes]
    figures = figures._replace(axes=tuple(spelled_out))
    entries = _legend(figures, level, width) if legend else []
    # always left, so that no note moves the picture
    for_merged = _lines_for_merged(figures, level, width, height)
    below = len(entries) + for_merged
    names = arrange(figures.axes, width, height - below, _is_braille(level), GLYPHS[level])
    if names is None and below:  # the table beside shows the same marks
        entries, below = [], 0
        names = arrange(figures.axes, width, height, _is_braille(level), GLYPHS[level])
    missing = frozenset(axis for axis in range(len(figures.axes)) if figures.is_missing(axis))
    backdrop = _backdrop(names, figures.axes, missing, width, height, level)
    sheet = Sheet([list(row) for row in backdrop.texts], [list(row) for row in backdrop.roles])
    if names is not None:
        _write_figures(sheet, names, figures, level)
        merged = _draw_outlines(sheet, names.place, figures, level)
        lines = _merged_marks(merged, figures, level, width, for_merged) if merged and for_merged else []
        for rank, line in enumerate(lines):
            sheet.write_centred(height - below + rank, line)
    for rank, entry in enumerate(entries):
        sheet.write_centred(height - len(entries) + rank, entry)
    rows = zip(map(whole_characters, sheet.texts), sheet.roles, strict=True)
    return Drawing(tuple(_segments(*row) for row in rows))


def _is_braille(level: Level) -> bool:
    return GLYPHS[level].lines is None


def _mark_indexes(outlines: Sequence[Outline]) -> list[int]:
    """Return the index of each outline's mark: the last for the whole, else that of its policy."""
    last = len(GLYPHS[Level.RICH].marks) - 1
    policies = list(dict.fromkeys(outline.key for outline in outlines if outline.key != WHOLE))
    return [last if line.key == WHOLE else policies.index(line.key) % last for line in outlines]


def _legend(figures: Figures, level: Level, width: int) -> list[list[Segment]]:
    """Return the outlines' marks and names, in as few lines of at most `width` columns as they need.

    With proposed lines, each mark has its hollow one beside it.
    """
    glyphs, indexes = GLYPHS[level], _mark_indexes(figures.outlines)
    has_hollow = any(axis.is_proposed for axis in figures.axes)
    entries = []
    for outline, mark, index in zip(figures.outlines, legend_marks(figures, level), indexes, strict=True):
        marks = mark + glyphs.hollow_marks[index] * (has_hollow and not outline.behind)
        entries.append([Segment(marks, role_of(outline)), Segment(f" {outline.name}", LABEL)])
    lines: list[list[Segment]] = []
    for entry in entries:
        used = sum(cell_len(segment.text) for segment in lines[-1]) if lines else 0
        if lines and used + 2 + sum(cell_len(segment.text) for segment in entry) <= width:
            lines[-1] += [Segment("  ", NOTHING), *entry]
        else:
            lines.append(entry)
    return lines


def _lines_for_merged(figures: Figures, level: Level, width: int, height: int) -> int:
    """Return how many lines say which marks are merged: two where one is too narrow for every mark."""
    if height < _MIN_HEIGHT_OF_MERGED:
        return 0
    every = [(axis, "●" * len(figures.outlines)) for axis in range(len(figures.axes))]
    needed = len(_in_lines(_said_of_merged(every, figures, level), width))
    return min(needed, 2 if height >= _MIN_HEIGHT_OF_TWO else 1)


def _merged_marks(
    merged: Sequence[tuple[int, str]], figures: Figures, level: Level, width: int, most: int
) -> list[list[Segment]]:
    """Return what the legend says of marks that are one on the picture, axis by axis, in `most` lines."""
    lines = _in_lines(_said_of_merged(merged, figures, level), width)
    shown = [line if cell_len(line) <= width else set_cell_size(line, width) for line in lines[:most]]
    if len(lines) > most:
        ellipsis = GLYPHS[level].ellipsis
        shown[-1] = set_cell_size(shown[-1], min(cell_len(shown[-1]), width - cell_len(ellipsis))) + ellipsis
    return [[Segment(line, SCALE)] for line in shown]


def _said_of_merged(merged: Sequence[tuple[int, str]], figures: Figures, level: Level) -> list[str]:
    """Return the pieces of `Confondus : 1 ●▲■  2° △◇`, one for each axis."""
    glyphs = GLYPHS[level]
    by_axis: dict[str, list[str]] = {}
    for number, marks in merged:
        axis = figures.axes[number]
        name = f"{axis.number}{glyphs.proposed * axis.is_proposed}" if axis.number else axis.title
        by_axis.setdefault(name, []).append(marks)
    first, *others = [f"{name} {', '.join(marks)}" for name, marks in by_axis.items()]
    return [f"Confondus{glyphs.space}: {first}", *others]


def _in_lines(pieces: Sequence[str], width: int) -> list[str]:
    """Put the pieces into lines of at most `width` columns, none cut in two."""
    lines: list[str] = []
    for piece in pieces:
        if lines and cell_len(lines[-1]) + 2 + cell_len(piece) <= width:
            lines[-1] += f"  {piece}"
        else:
            lines.append(piece)
    return lines


@lru_cache(maxsize=16)
def _backdrop(
    names: Names | None,
    axes: tuple[Axis, ...],
    missing: frozenset[int],
    width: int,
    height: int,
    level: Level,
) -> Sheet:
    """Draw the rings, spokes and titles, which do not depend on the notes."""
    sheet = Sheet([[" "] * width for _ in range(height)], [[NOTHING] * width for _ in range(height)])
    if names is None:
        return sheet
    place, glyphs = names.place, GLYPHS[level]
    every = range(len(axes))
    circles = [
        [place.dot(axis % len(axes), ring) for axis in range(len(axes) + 1)] for ring in rings(place.radius)
    ]
    spokes = [[place.dot(axis, 0), place.dot(axis, 100)] for axis in every if axis not in missing]
    _lay(sheet, place, _backdrop_lines(place, circles, glyphs.ring), RING)
    if spokes:
        _lay(sheet, place, _backdrop_lines(place, spokes, glyphs.spoke), SPOKE)
    for label in names.labels:
        sheet.write(label.row, label.column, label.text, MISSING if label.axis in missing else LABEL)
    return sheet


def _backdrop_lines(
    place: Geometry, paths: Sequence[Sequence[Point]], character: str | None
) -> tuple[Spot, ...]:
    """Return the cells of rings or spokes: sparse where dots are drawn, else their own character."""
    if character is not None:
        return plot(place.canvas, paths, character)
    step = _SPARSE if place.radius > _SMALL else _SPARSE_WHEN_SMALL
    dots = [dot for path in paths for ends in pairwise(path) for dot in _dots_between(*ends, step)]
    return plot(place.canvas, (), None, dots)


def _write_figures(sheet: Sheet, names: Names, figures: Figures, level: Level) -> None:
    """Write the percentage of the whole at the end of each axis; a dash without one."""
    for axis, slot in enumerate(names.slots):
        if slot is not None:
            value = figures.figure(axis)
            text = GLYPHS[level].dash if value is None else f"{value}{GLYPHS[level].space}%"
            role = MISSING if figures.is_missing(axis) else FIGURE
            sheet.write(slot.row, slot.column, text.rjust(FIGURE_WIDTH) if slot.at_end else text, role)


def _draw_outlines(sheet: Sheet, place: Geometry, figures: Figures, level: Level) -> list[tuple[int, str]]:
    """Draw last time's outline, the policies in the order of the grid, then the whole.

    Return the marks that fall on one cell, with their axis.
    """
    glyphs = GLYPHS[level]
    indexes = _mark_indexes(figures.outlines)
    order = sorted(range(len(indexes)), key=lambda number: not figures.outlines[number].behind)
    proposed = tuple(axis.is_proposed for axis in figures.axes)
    for number in order:
        outline = figures.outlines[number]
        line = glyphs.lines and glyphs.lines[indexes[number]]
        character = glyphs.past_line if outline.behind else line
        dotted = (True,) * len(proposed) if outline.behind else proposed
        drawn = _outline(place, outline.values, dotted, character)
        _lay(sheet, place, drawn, role_of(outline))
    on_cells: dict[tuple[int, tuple[int, int]], str] = {}
    for number in order:
        outline = figures.outlines[number]
        for axis, value in enumerate(outline.values):
            if value is not None:
                cell = place.cell(axis, value)
                marks = glyphs.hollow_marks if proposed[axis] else glyphs.marks
                mark = glyphs.past_mark if outline.behind else marks[indexes[number]]
                on_cells[axis, cell] = on_cells.get((axis, cell), "") + mark
                sheet.write(*cell, mark, role_of(outline))
    if place.radius >= _MIN_RADIUS_OF_SCALE:
        for ring in rings(place.radius):
            _write_scale(sheet, *place.cell(0, ring), str(ring))
    return sorted((axis, marks) for (axis, _), marks in on_cells.items() if len(marks) > 1)


def _write_scale(sheet: Sheet, row: int, column: int, text: str) -> None:
    """Write a ring's percentage beside the first spoke, unless an outline or a name goes through it."""
    start, end = column + 2, column + 2 + len(text)
    if all(role in {NOTHING, RING, SPOKE} for role in sheet.roles[row][start : end + 1]):
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


def _dots_between(start: Point, end: Point, step: int = _DOTTED) -> list[Point]:
    """Return one dot of `step` of the line between two points."""
    steps = max(abs(end[0] - start[0]), abs(end[1] - start[1]), 1)
    return [
        (start[0] + (end[0] - start[0]) * dot // steps, start[1] + (end[1] - start[1]) * dot // steps)
        for dot in range(0, steps + 1, step)
    ]


def _lay(sheet: Sheet, place: Geometry, spots: Sequence[Spot], role: str) -> None:
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
