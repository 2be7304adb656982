"""The terminal's cursor stands on what is active: magnifiers, braille lines, screen readers follow it."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.geometry import Offset

from ctg_tui.domain.assessment import Rating
from ctg_tui.tui.settings import THEMES
from ctg_tui.tui.widgets.listing import Listing
from tests.effort import IS_NIGHT, some
from tests.tui.driving import Driver, go_home, make, on_grid, page, press, resize, running, shown
from tests.tui.test_page_every import PAGES

pytestmark = pytest.mark.usefixtures("documents")

TURNS = 3 if IS_NIGHT else 1
WALK = ("down", "tab", "up", "down", "shift+tab", "right") * TURNS
"""Keys that a person walks about with."""


def assert_on_what_is_active(pilot: Driver) -> Offset:
    screen, place = pilot.app.screen, pilot.app.cursor_position
    active = getattr(screen, "active_widget", None) or screen.focused
    assert active is not None, "nothing has the focus"
    assert screen.region.contains_point(place)
    visible = screen.find_widget(active).visible_region
    assert visible.contains_point(place), f"{active!r}: {place}, in sight {visible}"
    if isinstance(active, Listing) and active.key is not None and active.has_arrow:
        line = shown(pilot).splitlines()[place.y]
        assert line[place.x - 2] == "►", line
    return place


async def test_on_every_page_it_stands_on_what_is_active_after_each_of_many_keys(tmp_path: Path) -> None:
    make(tmp_path, rating=Rating.PARTLY)
    async with running(tmp_path, (80, 24)) as pilot:
        for name, keys in some([("HomeScreen", ()), *PAGES.items()], 2):
            await press(pilot, *keys)
            assert page(pilot) == name
            for key in WALK:
                await press(pilot, key)
                assert_on_what_is_active(pilot)
            await go_home(pilot)
            await press(pilot, "home")


async def test_in_the_grid_it_stands_on_the_answer_of_the_cell_at_every_size(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        for size, theme in some([*zip(((60, 16), (80, 24), (120, 40)), THEMES, strict=True)]):
            pilot.app.theme = theme
            await resize(pilot, *size)
            for key in ("2", "n", "down", "3", "left", "end", "tab", "down", "right", "1", "delete"):
                await press(pilot, key)
                x, y = pilot.app.cursor_position
                line = shown(pilot).splitlines()[y]
                assert line.startswith("►"), line
                assert line[x] in "·0123N–", (size, key, line, x)
                assert ground(pilot, x, y) != ground(pilot, x - 4, y), "the cell has a ground of its own"
            await press(pilot, *["tab"] * 3)  # the first mission again


def ground(pilot: Driver, x: int, y: int) -> object:
    """Return what is behind a character of the screen."""
    (piece,) = pilot.app.screen._compositor.render_strips()[y].crop(x, x + 1)
    assert piece.style is not None
    return piece.style.color if piece.style.reverse else piece.style.bgcolor
