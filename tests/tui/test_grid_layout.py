"""Grille: what no width may hide. A wider window shows no less of a label; the current line is read whole."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from itertools import pairwise, product
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from ctg_tui.chart.levels import Level
from ctg_tui.domain.assessment import Assessment, Rating
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import score
from ctg_tui.tui.grid.layout import TABS_LINES, grid_heights
from ctg_tui.tui.view import Content, View, columns, heights, rows
from ctg_tui.tui.widgets.figures import MissionTabs
from ctg_tui.tui.widgets.table import labels_of, table_columns, table_shape
from ctg_tui.wording.french import wrap
from tests.effort import IS_NIGHT
from tests.strategies import charente, make_grid
from tests.tui.driving import IDENTITY, grid_screen, make, on_grid, press, resize, shown, until_painted, write
from tests.tui.test_grid_shapes import grid_page

FRAME = 3
"""Lines of the page beside those of the grid: the head, the road, the keys."""
SIZES = [(80, 24), (100, 30), (120, 40), (200, 60)]
WIDTHS = range(60, 201)
LONG = "Une politique au nom de quarante-cinq lettres"


class Seen(NamedTuple):
    """The letters of a label that the table shows, of all its letters."""

    seen: int
    all: int


def view_of(grid: Grid, activity: int = 0) -> View:
    assessment = Assessment(1, grid.id, grid.version, "", IDENTITY)
    cell = grid.cells[activity * len(grid.policies)]
    return View(grid, assessment, score(grid, {}), cell)


@cache
def labels_seen(width: int, height: int) -> dict[str, Seen]:
    """Return what the table shows of each label of the shipped grid, in a window of that size."""
    grid = charente()
    found: dict[str, Seen] = {}
    for mission in grid.missions:
        view = view_of(grid, list(grid.activities).index(mission.activities[0].id))
        side = table_columns(view, width).side
        lines = grid_heights(view, width, height - FRAME - TABS_LINES - 1)
        shape = table_shape(view, width, width - side, lines.table)
        for activity, count in zip(mission.activities, shape.rows, strict=True):
            text = " ".join(line.rstrip() for line in labels_of(activity, shape.label, count))
            cut = "…" in text and "…" not in activity.label
            found[activity.id] = Seen(len(text) - cut, len(activity.label))
    return found


def share(seen: dict[str, Seen]) -> int:
    """Return the percentage of the letters of all labels that are seen."""
    return 100 * sum(each.seen for each in seen.values()) // sum(each.all for each in seen.values())


def test_most_of_a_label_is_read_in_the_table() -> None:
    for size, least in zip(SIZES, (45, 45, 85, 100), strict=True):
        assert share(labels_seen(*size)) >= least, size


def test_a_wider_window_never_shows_less_of_any_label() -> None:
    for height in (16, 24, 40, 60):
        for narrow, wide in pairwise(WIDTHS):
            before, after = labels_seen(narrow, height), labels_seen(wide, height)
            less = {
                line: (before[line].seen, after[line].seen) for line in before if after[line] < before[line]
            }
            assert not less, f"{narrow} → {wide} columns, {height} lines"


def test_a_higher_window_never_shows_less_of_any_label() -> None:
    for width in (60, 80, 100, 120, 200):
        for low in range(16, 60):
            before, after = labels_seen(width, low), labels_seen(width, low + 1)
            assert all(after[line] >= before[line] for line in before), (width, f"{low} → {low + 1} lines")


contents = st.lists(
    st.builds(
        lambda least, more, last: Content(least, least + more, last),
        st.integers(4, 8),
        st.integers(0, 40),
        st.integers(0, 5),
    ),
    min_size=1,
    max_size=6,
)


@given(contents, st.integers(3, 6))
def test_columns_fill_the_window_and_no_label_shrinks_whatever_the_policies_need(
    needed: list[Content], number: int
) -> None:
    without_last = [each._replace(last=0) for each in needed]
    for every in (needed, without_last):
        before = 0
        for window in WIDTHS:
            got = columns(window, number, every)
            assert got.side + number + 6 + got.label + sum(got.policies) == window
            assert min(got.policies) >= 4
            assert got.label >= before
            before = got.label


@given(st.lists(st.integers(1, 5), min_size=1, max_size=20), st.integers(0, 60))
def test_each_label_has_a_line_and_no_more_than_it_needs(needed: list[int], room: int) -> None:
    given_lines = rows(needed, needed, room)
    assert all(1 <= got <= wanted for got, wanted in zip(given_lines, needed, strict=True))
    assert sum(given_lines) <= max(room, len(needed))
    assert sum(given_lines) >= min(room, sum(needed))


@given(st.integers(7, 80), st.sampled_from([0, 27, 34, 66]), st.integers(1, 6), st.booleans())
def test_the_parts_fill_the_height(height: int, side: int, policies: int, is_open: bool) -> None:
    got = heights(height, side, policies, lines=14, wanted=30, label_lines=3, is_open=is_open)
    assert got.table + got.detail == height
    assert min(got) >= 0
    assert got.table >= 3
    assert (got.gauges + got.radar == height) if side else not (got.gauges or got.radar)


def test_the_text_of_each_line_is_whole_at_every_size_from_80_by_24() -> None:
    view = view_of(charente())
    for width in range(80, 201):
        room = width - table_columns(view, width).side - 2
        longest = max(len(wrap(line.label, room)) for line in view.grid.activities.values())
        for height in range(24, 61):
            lines = grid_heights(view, width, height - FRAME - TABS_LINES - 1)
            assert lines.detail >= 1 + longest + 3, (width, height)


async def test_each_of_the_51_lines_is_read_whole_below_the_table_at_every_size(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        for rank, activity in enumerate(charente().activities.values()):
            assert grid_screen(pilot).view.cell.activity == activity.id
            for size in SIZES[::3] if IS_NIGHT else SIZES[::3][rank % 2 :][:1]:
                await resize(pilot, *size)
                await until_painted(pilot)
                region = pilot.app.screen.query_one("LineDetail").region
                lines = shown(pilot).splitlines()[region.y + 1 : region.bottom]
                text = " ".join(" ".join(line[region.x : region.right] for line in lines).split())
                assert text.startswith(" ".join(activity.label.split())), (activity.id, size)
            await press(pilot, "down")


def test_a_large_grid_keeps_its_table() -> None:
    for (width, height), missions, policies in product(((60, 16), (80, 24), (120, 40)), (6, 12), (3, 5)):
        view = view_of(large_grid(missions, policies))
        lines = grid_heights(view, width, height - FRAME - TABS_LINES - 1)
        got = table_columns(view, width)
        assert got.label >= 15
        assert min(got.policies) >= 5
        assert lines.table >= 4


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


@pytest.mark.parametrize(("missions", "policies"), [(6, 3), (12, 5)])
async def test_a_large_grid_keeps_its_numbers_its_current_mission_and_its_whole(
    tmp_path: Path, missions: int, policies: int
) -> None:
    async with grid_page(tmp_path, large_grid(missions, policies), (80, 24)) as pilot:
        for visited in range(1, missions + 1):
            await press(pilot, "tab")
            for size in ((60, 16), (80, 24), (120, 40)):
                await resize(pilot, *size)
                await until_painted(pilot)
                current = visited % missions + 1
                check_missions(shown(pilot).splitlines(), current, missions, policies)


def check_missions(lines: list[str], current: int, missions: int, policies: int) -> None:
    """Check the two lines of the missions, and the heading of the table, on an empty assessment."""
    tabs = next(y for y, line in enumerate(lines) if "Ensemble" in line)
    titles, figures = plain(lines[tabs]), plain(lines[tabs + 1])
    assert re.search(rf"►{current} U", titles), titles
    whole = titles.index("Ensemble")
    assert f"0/{missions * 3 * policies - 4 * policies}" in titles[whole:] + figures[whole:]
    assert "— · ° —" in figures[whole:]
    shown_missions = [int(number) for number in re.findall(r"[ ►](\d+) U", titles)]
    assert shown_missions == list(range(shown_missions[0], shown_missions[-1] + 1))
    before, after = re.match(r" *◄(\d+) ", titles), re.search(r" (\d+)► +Ensemble", titles)
    assert int(before[1] if before else 0) == shown_missions[0] - 1
    assert int(after[1] if after else 0) == missions - shown_missions[-1]
    assert len(re.findall(r"— · ° —|—", figures[:whole])) == len(shown_missions)
    if len(titles) > 60:
        assert len(re.findall(r"0/\d", figures[:whole])) == len(shown_missions)
    heading = next(line for line in lines if line.startswith(f" {current} · "))
    assert len(set(plain(heading).split("│")[0].split()[-policies:])) == policies, "names are told apart"


@pytest.mark.parametrize("missions", [1, 3, 6, 12])
def test_names_and_figures_of_the_missions_stand_above_each_other_at_every_width(missions: int) -> None:
    lines = [f"m{number}.a{rank:02}" for number in range(1, missions + 1) for rank in (1, 2)]
    for proposed in ([], lines[1::2], lines):
        grid = make_grid((2,) * missions, ("famille", "social"), (0,) * missions, proposed=proposed)
        full = dict.fromkeys(grid.cells, Rating.FULLY)  # the longest percentages
        tabs = MissionTabs(view_of(grid)._replace(scores=score(grid, full)), Level.RICH)
        tabs.style_of = lambda name: Style()  # type: ignore[method-assign]  # no program wears it
        for width in range(60, 251):
            painted = ["".join(segment.text for segment in line) for line in tabs.paint(width, 2)]
            assert [cell_len(line) for line in painted] == [width, width], (len(proposed), width)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


async def test_a_click_beside_the_missions_goes_to_the_next_one_out_of_sight(tmp_path: Path) -> None:
    async with grid_page(tmp_path, large_grid(12, 3), (80, 24)) as pilot:
        tabs = pilot.app.screen.query_one("MissionTabs").region.y
        titles = shown(pilot).splitlines()[tabs]
        await pilot.click(offset=(titles.index("Ensemble") - 4, tabs))
        current = grid_screen(pilot).view.mission.number
        assert current > 1
        await pilot.click(offset=(0, tabs))
        assert grid_screen(pilot).view.mission.number < current


async def test_what_is_opened_below_the_table_gets_lines_and_gives_them_back(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        pane = pilot.app.screen.query_one("DetailPane")
        for size in ((60, 16), (80, 24), (120, 40)):
            await resize(pilot, *size)
            before = pane.size.height
            for key, back in (("f8", "f8"), ("enter", "escape"), ("h", "h")):
                await press(pilot, key)
                assert pane.size.height >= min(12, size[1] // 3 + 1)
                await press(pilot, back)
                assert pane.size.height == before


@pytest.mark.parametrize("name", ["", "Communauté de communes " + "Très longue " * 6])
async def test_the_year_and_what_erases_are_read_at_80_by_24(tmp_path: Path, name: str) -> None:
    territory = IDENTITY.territory._replace(name=name) if name else IDENTITY.territory
    make(tmp_path, IDENTITY._replace(territory=territory))
    async with on_grid(tmp_path, (80, 24)) as pilot:
        lines = shown(pilot).replace("\u00a0", " ").splitlines()
    assert "· 2027 · chaque année " in lines[0]
    assert lines[0].startswith(" Très longue" if name else " Val de Charente ·")
    assert (
        lines[-2].rstrip() == ' 0 à Non  1 & Partiellement  2 é Majoritairement  3 " Oui  N NC  Suppr effacer'
    )


async def test_the_counts_beside_the_table_are_whole(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path, (120, 40)) as pilot:
        for noted in range(0, 43, 6):
            await until_painted(pilot)
            said = [line.rpartition("│")[2].strip() for line in shown(pilot).splitlines() if "notée" in line]
            assert len(said) == 4, noted
            assert [one for one in said if one.endswith("…")] == []
            await write(pilot, "n33" * 2)
