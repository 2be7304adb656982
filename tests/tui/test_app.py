"""The window: its theme from the first frame on, no colour where none is wanted, every size."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from tests.tui.driving import grid_screen, make, on_grid, press, resize, shown


async def test_no_color_takes_every_colour_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        line = [Segment("2", Style.parse("#e69ab4 on #17605b"))]
        for each in pilot.app.get_line_filters():
            line = each.apply(line, Color.parse("#14161a"))
        style = line[0].style
        assert style is not None
        for colour in (style.color, style.bgcolor):
            assert colour is not None
            assert len({*colour.get_truecolor()}) == 1, "a grey"
        assert "►" in shown(pilot)


async def test_a_window_too_small_says_so_and_comes_back(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        for rank, size in enumerate(((59, 24), (80, 15), (20, 5)), 1):
            await resize(pilot, *size)
            assert "La fenêtre est" in shown(pilot)
            assert "Famille" not in shown(pilot)
            await press(pilot, "3")
            await resize(pilot, 80, 24)
            assert "La fenêtre" not in shown(pilot)
            assert "1 Politiques" in shown(pilot)
            await press(pilot, "2")
            assert len(grid_screen(pilot).view.assessment.answers) == rank
