"""Grille: what is judged is read whole in any window, the head stays, nothing moves under the eyes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.tui.grid_view import in_sight, shape_of
from tests.effort import some
from tests.strategies import charente
from tests.tui.driving import Driver, grid_screen, shown
from tests.tui.person import Person
from tests.tui.test_grid_last_time import make_two_years

SIZES = [(60, 16), (80, 24), (120, 30), (120, 40), (200, 60)]


@given(
    st.lists(st.integers(1, 5), min_size=1, max_size=60), st.integers(5, 40), st.integers(0, 80), st.data()
)
def test_the_row_under_the_cursor_is_always_whole_in_sight(
    heights: list[int], room: int, top: int, data: st.DataObject
) -> None:
    cursor = data.draw(st.integers(0, len(heights) - 1))
    first, end = in_sight(heights, cursor, room, top)
    assert first <= cursor < end
    assert sum(heights[first:end]) <= room
    assert end == len(heights) or sum(heights[first : end + 1]) > room, "no row is left empty"


def rows_of_lines(pilot: Driver) -> dict[str, int]:
    """Return the row of the screen of each line of the table, by its number."""
    found = {}
    for y, line in enumerate(shown(pilot).splitlines()):
        match = re.match(r"[ ►↓] *(\d+\.\d+°?) [ ●] [ ✎] ", line)
        if match and match[1] not in found:
            found[match[1]] = y
    return found


@pytest.mark.parametrize("size", [(120, 40), (200, 60)])
async def test_the_fourteen_lines_of_the_caf_are_read_whole_without_a_key(
    person: Person, size: tuple[int, int]
) -> None:
    make_two_years(person.folder)
    async with person.at("enter", size=size):
        labels = shape_of(grid_screen(person.pilot).view, grid_screen(person.pilot).table.size.width).notes
        lines = [line[:labels] for line in shown(person.pilot).splitlines()]
        text = " ".join(" ".join(lines).split())
        for activity in charente().missions[0].activities:
            assert " ".join(activity.label.split()) in text, (activity.id, shown(person.pilot))


@pytest.mark.parametrize("size", [(120, 30), (80, 24)])
async def test_one_row_a_line_shows_the_fourteen_and_the_judged_one_whole_below(
    person: Person, size: tuple[int, int]
) -> None:
    make_two_years(person.folder)
    async with person.at("enter", size=size):
        for rank, activity in enumerate(charente().missions[0].activities, 1):
            rows = rows_of_lines(person.pilot)
            assert len(rows) == 14
            assert rows["1.14"] - rows["1.1"] == 13
            below = " ".join(shown(person.pilot).splitlines()[rows["1.14"] + 1 :])
            assert f"1.{rank} {activity.label}" in " ".join(below.split())
            await person.does("down")
        await person.does("home")
        person.sees("2 indicateurs plus bas ↓" if size == (120, 30) else "contractuel · · · ↓ 1.1 ")
        await person.does("tab")
        assert rows_of_lines(person.pilot)["2.1°"] == rows["1.1"], "the head keeps its rows"


async def test_nothing_above_moves_when_a_comment_opens(person: Person) -> None:
    for size in some(SIZES[1:], 3):
        async with person.at("enter", size=size):
            rows = rows_of_lines(person.pilot)
            for keys in (("down", "down"), ("enter",), ("escape",), ("l",), ("escape",)):
                await person.does(*keys)
                now = rows_of_lines(person.pilot)
                assert [now[one] for one in ("1.1", "1.2", "1.3")] == [
                    rows[one] for one in ("1.1", "1.2", "1.3")
                ]


async def test_in_the_smallest_window_columns_keys_and_what_is_below_are_named(person: Person) -> None:
    async with person.at("enter", size=(60, 16)):
        person.sees("Famille Éducati. Social", "des… · · · ↓ 1.1 ", "Entrée commenter F5 suite", "F2 autres")
