"""The picture: one outline without a hole, last year's points over it, at every size and drawing level."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from ctg_tui.chart.figures import MOST_AXES, Axis, Figures
from ctg_tui.chart.levels import BEFORE, OUTLINE, RING, Level, Segment
from ctg_tui.chart.radar import CURRENT, FIGURE, TEXT, Drawing, radar
from ctg_tui.tui.characters import drawable
from tests.each_row import each_row
from tests.effort import some, tries

SIZES = ((33, 16), (60, 30))
AXES = some((3, 4, 5, 6, 7, 8, 14, 9, 10, 11, 12, 13), 2)
_BITS = ((0, 3), (0, 2), (0, 1), (1, 3), (1, 2), (1, 1), (0, 0), (1, 0))
"""The place of each dot of a braille cell, in the order of its bits: across, and up from its lowest dot."""

Dot = tuple[int, int]


def make(now: Iterable[int | None], before: Iterable[int | None] | None = None, **changes: Any) -> Figures:
    values = list(now)
    past = list(before) if before is not None else [None] * len(values)
    axes = tuple(
        Axis(f"a{rank}", f"1.{rank}", value, then)
        for rank, (value, then) in enumerate(zip(values, past, strict=True), 1)
    )
    return Figures(axes, "2027", "" if before is None else "2026")._replace(**changes)


def draw(
    content: Figures, size: tuple[int, int] = SIZES[1], level: Level = Level.RICH, **how: Any
) -> Drawing:
    return radar(content, width=size[0], height=size[1], level=level, **how)


def rows_of(drawing: Drawing) -> list[tuple[Segment, ...]]:
    """Return the rows without the legend."""
    return [line for line in drawing.lines if not any("2027" in segment.text for segment in line)]


def dots(drawing: Drawing, role: str) -> set[Dot]:
    """Return the dots of the picture of one role: those of braille, else the cells."""
    found: set[Dot] = set()
    for row, line in enumerate(rows_of(drawing)):
        column = 0
        for segment in line:
            for character in segment.text:
                if segment.role == role and "\u2800" <= character <= "\u28ff":
                    code = ord(character) - 0x2800
                    found |= {
                        (2 * column + across, 3 - 4 * row + up - 3)
                        for bit, (across, up) in enumerate(_BITS)
                        if code >> bit & 1
                    }
                elif segment.role == role:
                    found.add((column, -row))
                column += cell_len(character)
    return found


def is_one_line(found: set[Dot]) -> bool:
    """Return whether each dot leads to each other by dots that touch."""
    start = next(iter(found))
    seen, left = {start}, [start]
    while left:
        x, y = left.pop()
        near = {(x + across, y + up) for across in (-1, 0, 1) for up in (-1, 0, 1)}
        new = (near & found) - seen
        seen |= new
        left += new
    return seen == found


def turns_around(found: set[Dot], centre: Dot) -> bool:
    """Return whether nothing gets from the centre to the outside without a step over `found`."""
    seen, left = {centre}, [centre]
    far = max(max(abs(x - centre[0]), abs(y - centre[1])) for x, y in found) + 2
    while left:
        x, y = left.pop()
        if max(abs(x - centre[0]), abs(y - centre[1])) >= far:
            return False
        new = {(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)} - found - seen
        seen |= new
        left += new
    return True


def middle(count: int, size: tuple[int, int], level: Level) -> Dot:
    """Return the dot of 0 % in a picture of so many axes."""
    return min(dots(draw(make([0] * count), size, level), OUTLINE))


@each_row("level", Level)
@each_row("size", SIZES)
@each_row("count", AXES)
def test_with_a_figure_on_every_axis_the_outline_has_no_hole(
    level: Level, size: tuple[int, int], count: int
) -> None:
    for step in some((1, 7, 3), 2):
        values = [40 + (rank * step * 29) % 61 for rank in range(count)]
        drawing = draw(make(values), size, level)
        found = dots(drawing, OUTLINE)
        assert is_one_line(found), drawing.plain
        assert turns_around(found, middle(count, size, level)), drawing.plain


def _near(dot: Dot, found: set[Dot]) -> bool:
    """Return whether a dot is in a pair, side by side or one above the other."""
    x, y = dot
    return bool({(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)} & found)


@each_row("level", Level)
def test_last_year_is_points_of_another_character_over_an_outline_that_stays_in_sight(
    level: Level,
) -> None:
    before = [40, 80, 60, 30, 90]
    for now in ([80, 60, 40, 90, 70], before):
        # the legend takes two rows: the picture with it is compared at the same radius
        alone, both = (
            [(text, each.role) for line in rows_of(drawn) for each in line for text in each.text]
            for drawn in (
                draw(make(now, [None] * 4 + [0]), level=level),
                draw(make(now, before), level=level),
            )
        )
        points = [text for text, role in both if role == BEFORE]
        assert set(points) == {"•"}
        assert len(points) >= 5
        hidden = sum(one[1] == OUTLINE != other[1] for one, other in zip(alone, both, strict=True))
        assert hidden <= len(points)
        assert sum(role == OUTLINE for _, role in both) > hidden, "where both pass, this year is between them"


@each_row("level", Level)
def test_an_axis_without_a_figure_is_a_gap_never_zero(level: Level) -> None:
    whole, gap, zero = (draw(make([80, 80, 80, value, 80, 80]), (60, 30), level) for value in (80, None, 0))
    centre = min(dots(draw(make([0] * 6), level=level), OUTLINE))
    lost = dots(whole, OUTLINE) - dots(gap, OUTLINE)
    assert lost
    assert dots(gap, OUTLINE) < dots(whole, OUTLINE)
    assert not turns_around(dots(gap, OUTLINE), centre)
    near = {(centre[0] + x, centre[1] + y) for x in range(-3, 4) for y in range(-3, 4)}
    assert not near & dots(gap, OUTLINE)
    assert near & dots(zero, OUTLINE)
    assert "1.4" in gap.plain, "its number stays: it is to be filled"
    grounds = [
        sum(each.is_inside * len(each.text) for each in chain(*one.lines)) for one in (whole, gap, zero)
    ]
    assert grounds[0] > grounds[1] > grounds[2] > 0
    assert dots(gap, TEXT), "points lead over the gap"
    half = draw(make([80, 80, 80, None, None, None]), (60, 30), level)
    assert not any(each.is_inside for line in half.lines for each in line), "what is not closed has no inside"


@each_row("level", Level)
@each_row("size", [*SIZES, (8, 4), (1, 1)])
def test_nothing_is_drawn_where_there_is_nothing(level: Level, size: tuple[int, int]) -> None:
    assert draw(make([None] * 5), size, level).plain.strip() == ""
    for count in (0, 1, 2, MOST_AXES + 1, 60):
        assert draw(make([50] * count, [60] * count), size, level).plain.strip() == ""


@each_row("level", Level)
def test_figures_stand_at_the_axes_and_the_axis_worked_on_is_marked(level: Level) -> None:
    content = make([72, 56, None, 100], [52, 29, 37, 16])
    drawing = draw(content, SIZES[0], level, current="a3")
    assert [each.text for line in drawing.lines for each in line if each.role == CURRENT] == ["1.3"]
    written = [segment.text for line in drawing.lines for segment in line if segment.role == FIGURE]
    assert sorted(text.replace("\xa0", " ") for text in written) == sorted(["72 %", "56 %", "—", "100 %"])


def test_a_figure_that_changes_moves_nothing() -> None:
    rings = [dots(draw(make([value, 0, 0, 0]), SIZES[0]), RING) for value in (5, 50, 100)]
    places = [min(ring) for ring in rings]
    assert len(set(places)) == 1


sizes = st.tuples(st.integers(1, 90), st.integers(1, 40))
percentages = st.one_of(st.none(), st.integers(0, 100))


@given(
    st.integers(0, 60).flatmap(
        lambda n: st.tuples(
            st.lists(percentages, min_size=n, max_size=n), st.lists(percentages, min_size=n, max_size=n)
        )
    ),
    sizes,
    st.sampled_from(Level),
    st.sampled_from(["", "漢字 ", "Une mission au nom de quarante-cinq lettres ici"]),
)
@settings(max_examples=tries(60), deadline=None)
def test_a_drawing_has_the_size_and_the_characters_asked_for(
    values: tuple[list[int | None], list[int | None]],
    size: tuple[int, int],
    level: Level,
    name: str,
) -> None:
    content = make(*values)
    content = content._replace(
        axes=tuple(axis._replace(label=f"{name}{axis.label}") for axis in content.axes)
    )
    drawing = draw(content, size, level)
    assert len(drawing.lines) == size[1]
    assert {cell_len("".join(segment.text for segment in line)) for line in drawing.lines} == {size[0]}
    if level is not Level.RICH and name != "漢字 ":
        plain = drawing.plain.replace("é", "e").replace("É", "E")
        assert "\n".join(drawable(line) for line in plain.split("\n")) == plain
