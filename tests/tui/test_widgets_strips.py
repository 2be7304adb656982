"""Widgets painted by line: only changed cells are refreshed, and no change is missed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual._compositor import Compositor
from textual.geometry import Region
from textual.pilot import Pilot

from ctg_tui.tui.widgets.strips import StripWidget
from ctg_tui.tui.widgets.table import at_most
from ctg_tui.wording.french import wrap
from tests.strategies import paragraphs
from tests.tui.driving import (
    make,
    on_grid,
    press,
    shown,
    until_painted,
    write,
)


@given(paragraphs, st.integers(2, 40), st.integers(1, 8))
def test_wrapped_lines_fit_and_lose_nothing_but_spaces(text: str, width: int, rows: int) -> None:
    lines = wrap(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
    few = at_most(lines, rows, width)
    assert len(few) <= rows
    assert all(cell_len(line) <= max(width, 1) for line in few)


@asynccontextmanager
async def counting(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Pilot[int], list[Region]]]:
    """Yield the grid on screen, and the regions that are refreshed from then on."""
    make(folder)
    refreshed: list[Region] = []
    async with on_grid(folder, (200, 60)) as pilot:
        await write(pilot, "123")
        await until_painted(pilot)
        render_update = Compositor.render_update

        def counted(self: Compositor, *arguments: Any, **options: Any) -> Any:
            refreshed.extend(self._dirty_regions)
            return render_update(self, *arguments, **options)

        monkeypatch.setattr(Compositor, "render_update", counted)
        yield pilot, refreshed


async def test_a_note_refreshes_a_few_cells_and_lays_nothing_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with counting(tmp_path, monkeypatch) as (pilot, refreshed):
        layouts = pilot.app.screen._layout_updates
        await press(pilot, "2")
        await until_painted(pilot)
        assert refreshed
        assert sum(region.area for region in refreshed) < 120 * 40 // 4
        assert pilot.app.screen._layout_updates == layouts


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
