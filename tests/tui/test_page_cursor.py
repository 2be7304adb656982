"""The terminal's cursor stands on what is active: magnifiers, braille lines, screen readers follow it."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.tui.settings import THEMES
from tests.effort import some
from tests.tui.driving import Driver, make, on_grid, press, resize, shown


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
