"""Widgets painted by line: what is painted fits, and no change is missed."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from ctg_tui.tui.widgets.strips import StripWidget
from ctg_tui.tui.widgets.zone import at_most
from ctg_tui.wording.french import wrap
from tests.strategies import paragraphs
from tests.tui.driving import (
    make,
    on_grid,
    press,
    shown,
    until_painted,
)


@given(paragraphs, st.integers(2, 40), st.integers(1, 8))
def test_wrapped_lines_fit_and_lose_nothing_but_spaces(text: str, width: int, rows: int) -> None:
    lines = wrap(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
    few = at_most(lines, rows, width)
    assert len(few) <= rows
    assert all(cell_len(line) <= max(width, 1) for line in few)


async def test_a_refresh_of_what_changed_leaves_the_screen_as_a_whole_repaint_would(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path, (200, 60)) as pilot:
        for key in ("2", "n", "1", "down", "f8", "3", "pagedown", "h", "t", "escape", "u", "escape"):
            await press(pilot, key)
            await until_painted(pilot)
            partial = shown(pilot)
            for widget in pilot.app.screen.query(StripWidget):
                widget.notify_style_update()
                widget.refresh()
            assert shown(pilot) == partial, key
