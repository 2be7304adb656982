"""The radar and its bars: an outline without a hole, a gap that is no zero, last year over it."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from ctg_tui.tui.characters import Level, detect_level, drawable
from ctg_tui.tui.widgets.listing import STRONG, Line
from ctg_tui.tui.widgets.radar import OUTLINE, RING, gauge, radar
from ctg_tui.wording.results import MOST_AXES, Axis, Figures
from tests.each_row import each_row
from tests.effort import some, tries

SIZES = ((44, 16), (60, 30))
AXES = some((3, 4, 5, 6, 7, 8, 14, 9, 10, 11, 12, 13), 2)
Cell = tuple[int, int]


def make(now: Iterable[int | None], before: Iterable[int | None] | None = None) -> Figures:
    values = list(now)
    past = list(before) if before is not None else [None] * len(values)
    axes = tuple(
        Axis(f"1.{rank}", value, then) for rank, (value, then) in enumerate(zip(values, past, strict=True), 1)
    )
    return Figures(axes, "2027", "" if before is None else "2026")


def plain(drawn: Iterable[Line]) -> str:
    return "\n".join("".join(text for text, _ in line) for line in drawn)


def cells(drawn: list[Line], style: str) -> set[Cell]:
    """Return the cells of one style, those of its inside too; without the legend."""
    found: set[Cell] = set()
    for row, line in enumerate(one for one in drawn if "2027" not in plain([one])):
        looks = [each for text, look in line for each in [look] * cell_len(text)]
        found |= {(row, column) for column, look in enumerate(looks) if style in look}
    return found


def turns_around(found: set[Cell], centre: Cell) -> bool:
    """Return whether nothing gets from the centre to the outside without a step over `found`."""
    seen, left = {centre}, [centre]
    far = max(max(abs(row - centre[0]), abs(column - centre[1])) for row, column in found) + 1
    while left:
        row, column = left.pop()
        if max(abs(row - centre[0]), abs(column - centre[1])) > far:
            return False
        near = {(row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)}
        new = near - found - seen
        seen |= new
        left += new
    return True


def middle(count: int, size: Cell, level: Level) -> Cell:
    """Return the cell of 0 % in a picture of so many axes."""
    return min(cells(radar(make([0] * count), *size, level=level), OUTLINE))


@each_row("level", Level)
@each_row("size", SIZES)
@each_row("count", AXES)
def test_with_a_figure_on_every_axis_the_outline_has_no_hole(level: Level, size: Cell, count: int) -> None:
    for step in some((7, 1, 3)):
        drawn = radar(make(40 + (rank * step * 29) % 61 for rank in range(count)), *size, level=level)
        assert turns_around(cells(drawn, OUTLINE), middle(count, size, level)), plain(drawn)


@each_row("level", Level)
def test_last_year_is_a_line_with_a_mark_on_each_axis_that_had_a_figure_over_an_outline_that_stays_in_sight(
    level: Level,
) -> None:
    before = [40, 80, None, 30, 90]
    for now in ([80, 60, 40, 90, 70], [40, 80, 60, 30, 90]):
        both = radar(make(now, before), 60, 30, level=level)
        assert plain(both).count("•") == 5, "once in the legend"
        assert len(cells(both, OUTLINE)) > 20


@each_row("level", Level)
def test_an_axis_without_a_figure_is_a_gap_never_zero_one_not_concerned_is_left_out(
    level: Level,
) -> None:
    whole, gap, zero = (
        radar(make([80, 80, 80, value, 80, 80]), 60, 30, level=level) for value in (80, None, 0)
    )
    centre = middle(6, (60, 30), level)
    assert cells(whole, OUTLINE) - cells(gap, OUTLINE)
    assert not turns_around(cells(gap, OUTLINE), centre)
    near = {(centre[0] + down, centre[1] + across) for down in (-1, 0, 1) for across in (-1, 0, 1)}
    assert not near & cells(gap, OUTLINE)
    assert near & cells(zero, OUTLINE)
    assert "1.4" in plain(gap), "its number stays: it is to be filled"
    content = make([80, 80, 80, None, 80, 80])
    axes = tuple(one._replace(is_not_concerned=one.now is None) for one in content.axes)
    left_out = radar(content._replace(axes=axes), 60, 30, level=level)
    assert turns_around(cells(left_out, OUTLINE), centre)
    assert "NC : 1.4" in plain(left_out), "it has no axis: the legend names it"


@each_row("level", Level)
@each_row("size", [*SIZES, (8, 4), (1, 1)])
def test_nothing_is_drawn_where_there_is_nothing(level: Level, size: Cell) -> None:
    assert radar(make([None] * 5), *size, level=level) == []
    for count in (0, 1, 2, MOST_AXES + 1, 60):
        assert radar(make([50] * count, [60] * count), *size, level=level) == []


@each_row("level", Level)
def test_names_and_figures_stand_at_the_axes_the_lowest_bold(level: Level) -> None:
    drawn = radar(make([72, 56, None, 100], [52, 29, 37, 16]), *SIZES[0], level)
    written = plain(drawn).replace("\xa0", " ")
    assert all(text in written for text in ("1.1 72 %", "1.2 56 %", "1.3 —", "1.4 100 %")), written
    assert [text for line in drawn for text, style in line if style == STRONG] == ["1.2 56\xa0%"], (
        "the lowest"
    )
    for count in range(3, MOST_AXES + 1):
        drawn = radar(make([50] * count), 118, 25, level)
        assert {f"1.{rank}" for rank in range(1, count + 1)} <= {*plain(drawn).split()}, plain(drawn)


def test_a_figure_that_changes_moves_nothing() -> None:
    rings = [
        min(cells(radar(make([value, 0, 0, 0]), *SIZES[0], level=Level.RICH), RING)) for value in (5, 50)
    ]
    assert len(set(rings)) == 1


sizes = st.tuples(st.integers(1, 90), st.integers(1, 40))
percentages = st.lists(st.one_of(st.none(), st.integers(0, 100)), max_size=25)
names = st.sampled_from(["", "漢字 ", "Une mission au nom de quarante-cinq lettres ici"])


@given(percentages, sizes, st.sampled_from(Level), names)
@settings(max_examples=tries(60), deadline=None)
def test_a_drawing_has_the_size_and_the_characters_asked_for(
    values: list[int | None], size: Cell, level: Level, name: str
) -> None:
    content = make(values, values[::-1])
    content = content._replace(axes=tuple(one._replace(label=f"{name}{one.label}") for one in content.axes))
    drawn = radar(content, *size, level=level)
    lines = plain(drawn).splitlines()
    assert not drawn or ({cell_len(line) for line in lines}, len(lines)) == ({size[0]}, size[1])
    if level is not Level.RICH and name != "漢字 ":
        assert all(drawable(line) == line for line in lines)


# Levels and bars.


@each_row(
    "encoding, environment, platform, level",
    [
        ("utf-8", {"TERM": "xterm-256color"}, "linux", Level.RICH),
        ("utf-8", {"TERM": "linux"}, "linux", Level.COMPATIBLE),
        ("utf-8", {"TERM": "dumb"}, "linux", Level.COMPATIBLE),
        ("utf-8", {}, "win32", Level.COMPATIBLE),
        ("utf-8", {"WT_SESSION": "1"}, "win32", Level.RICH),
        ("cp1252", {"WT_SESSION": "1"}, "win32", Level.COMPATIBLE),
        (None, {"TERM": "xterm"}, "linux", Level.COMPATIBLE),
    ],
)
def test_the_drawing_level_follows_the_terminal(
    encoding: str | None, environment: dict[str, str], platform: str, level: Level
) -> None:
    assert detect_level(encoding, environment, platform) is level


@given(st.integers(0, 100), st.integers(0, 100), st.integers(2, 40))
def test_a_bar_goes_on_behind_the_tick_where_the_figure_rose_and_nowhere_else(
    now: int, before: int, width: int
) -> None:
    drawn = plain([tuple(gauge(now, before, width))])
    assert len(drawn) == width
    assert ("━" in drawn.partition("┃")[2]) is (now > before)


def test_a_bar_is_as_long_as_its_percentage_and_no_figure_is_no_bar_not_an_empty_one() -> None:
    assert [plain([tuple(gauge(now, None, 20))]).count("━") for now in (0, 50, 100)] == [0, 10, 20]
    assert plain([tuple(gauge(None, 100, 20))]) == " " * 20
    assert plain([tuple(gauge(0, 100, 20))]) == "─" * 19 + "┃"
    assert drawable(plain([tuple(gauge(50, 50, 4))])) == "██║─"
    assert gauge(50, 50, 0) == []
