"""The repaint of some cells: each shows what a repaint of the whole page would, and no other is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Static

from ctg_tui.tui.textual_internals import CellCompositor, OpenedApp, Pieces, refresh_cells

WIDTH, HEIGHT = 40, 12


class Layered(OpenedApp):
    """A page with a part in front of another, one that is scrolled, and one that hangs over the edge."""

    CSS = f"""
    Screen {{ layers: back front; overflow: hidden; }}
    #back {{ layer: back; width: {WIDTH}; height: {HEIGHT}; background: blue; }}
    #front, #edge, VerticalScroll {{ layer: front; position: absolute; }}
    #front {{ offset: 11 2; width: 9; height: 3; background: red; }}
    #edge {{ offset: 33 8; width: 20; height: 9; background: green; }}
    VerticalScroll {{ offset: 2 6; width: 20; height: 4; }}
    """

    def compose(self) -> ComposeResult:
        yield Static("a漢字bc" * 80, id="back")
        yield Static("devant 漢" * 4, id="front")
        yield Static("au bord 漢" * 20, id="edge")
        with VerticalScroll():
            yield Static("\n".join(f"ligne {number} 漢字 et la suite" for number in range(30)))

    def end_after(self, error: Exception) -> None:
        self.end_with(error, 3)


@pytest.fixture
def updates(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return the list that collects the updates that Textual writes to the terminal."""
    given_: list[Any] = []
    write = App._display

    def record(app: App[Any], screen: Screen[Any], renderable: Any) -> None:
        given_.append(renderable)
        write(app, screen, renderable)

    monkeypatch.setattr(App, "_display", record)
    return given_


def cells_of(x: int, y: int, strip: Strip) -> Iterator[tuple[tuple[int, int], Segment]]:
    """Yield each cell of a piece of a line, with its place and its style."""
    for place in range(strip.cell_length):
        (segment,) = strip.crop(place, place + 1)
        yield (x + place, y), segment


regions = st.builds(
    Region, st.integers(-3, WIDTH), st.integers(-3, HEIGHT), st.integers(0, WIDTH), st.integers(0, 4)
)


def check_any_cells(compositor: CellCompositor) -> None:
    whole = compositor.render_strips()

    @given(st.lists(regions, max_size=6))
    def as_in_the_whole(asked: list[Region]) -> None:
        compositor._dirty_regions.update(asked)
        update = compositor.render_partial_update()
        pieces = update.pieces if update else ()
        expected = {
            (x, y)
            for region in asked
            for x in range(max(region.x, 0), min(region.right, WIDTH))
            for y in range(max(region.y, 0), min(region.bottom, HEIGHT))
        }
        written = [place for piece in pieces for place, _ in cells_of(*piece)]
        assert sorted(written) == sorted(expected), "each once"
        for x, y, strip in pieces:
            assert [*cells_of(x, y, strip)] == [*cells_of(x, y, whole[y].crop(x, x + strip.cell_length))]
        assert not compositor._dirty_regions

    as_in_the_whole()


async def test_the_cells_asked_for_are_those_of_the_whole_page_and_no_others_are_written() -> None:
    app = Layered()
    async with app.run_test(size=(WIDTH, HEIGHT)) as pilot:
        app.query_one(VerticalScroll).scroll_to(y=7, animate=False)
        await pilot.pause()
        compositor = app.screen._compositor
        assert type(compositor) is CellCompositor
        check_any_cells(compositor)
        app.query_one("#front").styles.offset = (20, 5)
        await pilot.pause()
        check_any_cells(compositor)


async def test_a_repaint_of_some_cells_moves_to_each_of_them_and_writes_nothing_before(
    updates: list[Any],
) -> None:
    app = Layered()
    async with app.run_test(size=(WIDTH, HEIGHT)) as pilot:
        await pilot.pause()
        updates.clear()
        refresh_cells(app.screen, [Region(13, 2, 3, 1)])
        await pilot.pause()
        (update,) = [each for each in updates if isinstance(each, Pieces)]
        ((x, y, strip),) = update.pieces
        assert (x, y, strip.text) == (13, 2, "van")
        written = update.render_segments(app.console)
        assert written.startswith("\x1b[3;14H")
        assert "van" in written
        assert "dev" not in written


async def test_cells_and_a_widget_asked_for_in_one_frame_are_both_painted(updates: list[Any]) -> None:
    app = Layered()
    async with app.run_test(size=(WIDTH, HEIGHT)) as pilot:
        await pilot.pause()
        updates.clear()
        app.query_one("#front").refresh()
        refresh_cells(app.screen, [Region(0, 11, 2, 1)])
        await pilot.pause()
        rows = {y for update in updates if isinstance(update, Pieces) for _, y, _ in update.pieces}
        assert rows == {2, 3, 4, 11}
