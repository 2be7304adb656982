"""Grille: the parts share any window, nothing moves under the eyes, and the current line is read whole."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from ctg_tui.chart.levels import Level
from ctg_tui.domain.assessment import Assessment, Rating
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import score
from ctg_tui.tui.grid.layout import page_heights
from ctg_tui.tui.view import View, columns, heights
from ctg_tui.tui.widgets.figures import MissionTabs
from ctg_tui.tui.widgets.table import Row, cut_at_a_word, table_columns, window_of
from ctg_tui.wording.french import wrap
from tests.effort import IS_NIGHT, some
from tests.strategies import charente, make_grid
from tests.tui.driving import IDENTITY, grid_screen, make, on_grid, press, resize, shown, until_painted
from tests.tui.person import Person
from tests.tui.test_grid_shapes import grid_page

FRAME = 3
"""Lines of the page beside those of the grid: the head, the messages, the keys."""
SIZES = [(80, 24), (100, 30), (120, 40), (200, 60)]
LONG = "Une politique au nom de quarante-cinq lettres"


def view_of(grid: Grid, activity: int = 0) -> View:
    assessment = Assessment(1, grid.id, grid.version, "", IDENTITY)
    cell = grid.cells[activity * len(grid.policies)]
    return View(grid, assessment, score(grid, {}), cell)


@given(
    st.integers(60, 250),
    st.integers(3, 6),
    st.lists(st.integers(3, 45), min_size=1, max_size=6),
    st.integers(0, 8),
)
def test_the_columns_fill_the_window_whatever_the_policies(
    window: int, number: int, names: list[int], former: int
) -> None:
    got = columns(window, number, names, former)
    assert got.side + number + 7 + got.label + sum(got.policies) + got.block == window
    assert min(got.policies) >= 5
    assert got.label >= 15
    assert not (got.block and got.beside), "last time is said once"
    assert bool(got.side) == (window >= 110)


@given(st.integers(7, 80), st.integers(3, 300))
def test_the_parts_fill_the_height(height: int, wanted: int) -> None:
    got = heights(height, wanted)
    assert got.tabs + got.table + got.text == height
    assert min(got) >= 1


@given(st.integers(1, 40), st.integers(0, 300), st.integers(2, 40), st.integers(0, 400), st.data())
def test_the_cursor_is_always_among_the_rows_in_sight(
    lines: int, indicators: int, room: int, top: int, data: st.DataObject
) -> None:
    rows = [*(Row("line", rank) for rank in range(lines)), Row("figures")]
    if indicators:
        rows += [Row("blank"), Row("counted"), *(Row("indicator", rank) for rank in range(indicators))]
    cursor = data.draw(st.sampled_from([rank for rank, row in enumerate(rows) if row.rank >= 0]))
    _, seen = window_of(rows, cursor, room, top)
    assert cursor in seen
    assert len(seen) <= room
    assert len(seen) == min(room, len(rows))
    if rows[cursor].kind == "line":
        assert lines in seen, "the figures are below the lines"


@given(st.text(alphabet="abcdé '", max_size=80), st.integers(1, 60))
def test_a_label_is_cut_after_a_word(text: str, width: int) -> None:
    cut = cut_at_a_word(text, width)
    assert cell_len(cut) == width
    if cell_len(text) <= width:
        assert cut.rstrip() == text.rstrip()


def test_at_80_by_24_a_person_reads_twelve_lines_and_the_current_one_whole() -> None:
    grid = charente()
    for width, height in ((80, 24), (109, 24), (120, 40), (200, 60)):
        for example in (0, 1):
            got = page_heights(grid, height - FRAME - example - (height >= 40))
            room = width - table_columns(view_of(grid), width).side - 8
            longest = max(len(wrap(line.label, room)) for line in grid.activities.values())
            assert got.table - 1 + got.text - 1 >= (12 if height == 24 else 20)
            assert got.text >= 1 + longest + 2, (width, height)


async def test_each_line_is_read_whole_below_the_table_at_every_size(tmp_path: Path) -> None:
    make(tmp_path)
    for size in some(SIZES, 4):
        async with on_grid(tmp_path, size) as pilot:
            await press(pilot, "tab", "tab", "tab", "tab", "home")
            for rank, activity in enumerate(grid_screen(pilot).view.grid.activities.values()):
                assert grid_screen(pilot).view.cell.activity == activity.id
                region = pilot.app.screen.query_one("LineDetail").region
                lines = shown(pilot).splitlines()[region.y + 1 : region.bottom]
                text = " ".join(" ".join(line[region.x : region.right] for line in lines).split())
                assert " ".join(activity.label.split()) in text, (activity.id, size)
                await press(pilot, "down")
                while grid_screen(pilot).view.indicator and rank < 50:
                    await press(pilot, "down")


async def test_nothing_moves_when_a_comment_opens(person: Person) -> None:
    for size in some([(60, 16), (80, 24), (120, 40)], 2):
        async with person.at("enter", size=size):
            row = _row_of_line(person, "1.3")
            for keys in (("down", "down"), ("enter",), ("escape",), ("l",), ("escape",)):
                await person.does(*keys)
                assert _row_of_line(person, "1.3") == row, (size, keys)


def _row_of_line(person: Person, number: str) -> int:
    lines = shown(person.pilot).splitlines()
    return next(y for y, line in enumerate(lines) if re.match(rf"[ ►]+{re.escape(number)} ", line))


def large_grid(missions: int, policies: int) -> Grid:
    """Return a grid with names of 45 characters, some of whose lines are proposed."""
    grid = make_grid(
        (3,) * missions,
        [f"p{number}" for number in range(policies)],
        (0,) * missions,
        proposed={"m2.a01", "m3.a01", "m3.a02", "m3.a03"},
    )
    return replace(
        grid,
        missions=tuple(mission._replace(title=LONG, short_title=LONG) for mission in grid.missions),
        policies=tuple(
            policy._replace(label=f"{LONG[:43]} {number}") for number, policy in enumerate(grid.policies)
        ),
    )


def test_a_large_grid_keeps_its_table() -> None:
    for (width, height), missions, policies in product(((60, 16), (80, 24), (120, 40)), (6, 12), (3, 5)):
        view = view_of(large_grid(missions, policies))
        got = table_columns(view, width)
        assert got.label >= 15
        assert min(got.policies) >= 5
        assert page_heights(view.grid, height - FRAME).table >= 4


@pytest.mark.parametrize(("missions", "policies"), some([(12, 5), (6, 3)], 2))
async def test_a_large_grid_keeps_its_current_mission_and_its_columns(
    tmp_path: Path, missions: int, policies: int
) -> None:
    async with grid_page(tmp_path, large_grid(missions, policies), (80, 24)) as pilot:
        for visited in range(1, missions + 1):
            await press(pilot, "tab")
            current = visited % missions + 1
            sizes = ((60, 16), (80, 24), (120, 40))
            for size in sizes if IS_NIGHT else sizes[visited % 3 :][:1]:
                await resize(pilot, *size)
                await until_painted(pilot)
                tabs = pilot.app.screen.query_one("MissionTabs").region
                said = " ".join(shown(pilot).splitlines()[tabs.y : tabs.bottom])
                assert re.search(rf"(^|[ ◄]){current}°? ", said), (said, current)
                heading = shown(pilot).splitlines()[tabs.bottom]
                assert len(set(heading.split()[-policies:])) == policies, "names are told apart"


@pytest.mark.parametrize("missions", [1, 2, 4, 12])
def test_the_tabs_fit_at_every_width(missions: int) -> None:
    lines = [f"m{number}.a{rank:02}" for number in range(1, missions + 1) for rank in (1, 2)]
    counts = (2,) * missions, (2,) + (0,) * (missions - 1)
    for proposed in ([], lines[2:]):
        for seen in (make_grid(each, ("famille", "social"), (), proposed=proposed) for each in counts):
            full = dict.fromkeys(seen.cells, Rating.FULLY)  # the longest percentages
            for height in (1, 4):
                tabs = MissionTabs(view_of(seen)._replace(scores=score(seen, full)), Level.RICH)
                tabs.style_of = lambda name: Style()  # type: ignore[method-assign]  # no program wears it
                for width in some(range(60, 251), 5):
                    painted = [
                        "".join(segment.text for segment in line) for line in tabs.paint(width, height)
                    ]
                    assert max(map(cell_len, painted)) <= width, (len(proposed), width, painted)
                    assert "1" in painted[0 if height == 1 else 1]


async def test_a_click_beside_the_missions_goes_to_the_next_one_out_of_sight(tmp_path: Path) -> None:
    async with grid_page(tmp_path, large_grid(30, 3), (80, 24)) as pilot:
        tabs = pilot.app.screen.query_one("MissionTabs").region.y
        await pilot.click(offset=(shown(pilot).splitlines()[tabs].index("►") - 1, tabs))
        current = grid_screen(pilot).view.mission.number
        assert current > 1
        await pilot.click(offset=(1, tabs))
        assert grid_screen(pilot).view.mission.number < current


async def test_the_foot_of_the_table_counts_lines_and_indicators_apart(person: Person) -> None:
    async with person.at("enter", size=(80, 24)):
        person.sees("3 lignes et 2 indicateurs ↓", not_=("5 lignes",))
        await person.does(*["down"] * 13)
        person.sees("2 indicateurs plus bas ↓", not_=("0 ligne",))
        await resize(person.pilot, 60, 16)
        person.sees("2 indic. ↓", not_=("lignes ↓",))
        await resize(person.pilot, 120, 40)
        person.sees(not_=("plus bas ↓",))
