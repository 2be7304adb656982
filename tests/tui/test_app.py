"""The window: colours, sizes, the cursor of the terminal, the messages above the foot."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from ctg_tui.domain.errors import Refusal
from ctg_tui.tui.app import THEMES, CtgApp
from ctg_tui.tui.widgets.strips import StripWidget
from tests.effort import some
from tests.report.test_html import contrast
from tests.tui.driving import (
    Driver,
    grid_screen,
    make,
    messages,
    on_grid,
    press,
    resize,
    resized,
    shown,
    until_painted,
    write,
)
from tests.tui.typing import settled


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


async def test_a_window_smaller_than_its_page_takes_keys_and_comes_back(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        for rank, size in enumerate(((59, 24), (80, 15), (20, 5), (1, 1)), 1):
            await resize(pilot, *size)
            await press(pilot, "2")
            await resize(pilot, 80, 24)
            assert "1 Politiques" in shown(pilot)
            assert len(grid_screen(pilot).view.assessment.answers) == rank


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


async def warn(pilot: Driver, sentence: str) -> None:
    """Let the daily backup fail."""
    assert isinstance(pilot.app, CtgApp)
    pilot.app.warn(Refusal("sauvegarde", sentence))
    await settled(pilot)


async def test_a_message_moves_nothing_and_the_next_key_takes_it_away(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await write(pilot, "12")
        async for size in resized(pilot, (60, 16), (80, 24), (120, 40)):
            before = shown(pilot).splitlines()
            await press(pilot, "ctrl+s")
            rows = shown(pilot).splitlines()
            (said,) = (rank for rank, row in enumerate(rows) if row != before[rank])
            assert "Tout est enregistré automatiquement." in rows[said], size
            assert said == len(rows) - 2, "just above the foot"
            await press(pilot, "ctrl+z")
            assert "Tout est enregistré" not in shown(pilot)
            assert messages(pilot)[0].startswith("Annulé"), "in its place"
            await press(pilot, "ctrl+y", "right", "left")
            assert shown(pilot).splitlines()[1:] == before[1:], "the page is as before"


async def test_a_long_message_wraps_up_to_three_rows_and_never_at_a_no_break_space(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path, (80, 24)) as pilot:
        before = shown(pilot).splitlines()
        begin, end = "Sauvegarde " * 5, "Encore. " * 8
        await warn(pilot, f"{begin}de la\u00a0veille impossible\u00a0: réessayez. {end}Fin.")
        rows = shown(pilot).splitlines()
        assert rows[:-4] == before[:-4], "it covers the page, which does not move"
        assert "impossible\u00a0: réessayez." in rows[-3] + rows[-4]
        assert "Fin." in rows[-2]
        assert rows[-1] == before[-1]
        assert not any("de la veille impossible" in row.replace("\u00a0", " ") for row in rows)


GROUNDS = ("background", "surface", "panel", "ligne")
TEXTS = ("foreground", "accent", "warning", "error", "doux", "discret", "an-dernier", "ensemble")


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_can_be_told_from_its_ground(theme: str) -> None:
    colours = THEMES[theme].variables
    pairs = [*product(TEXTS, GROUNDS), ("curseur-texte", "curseur")]
    weak = [pair for pair in pairs if contrast(*(colours[role] for role in pair)) < 4.5]
    assert not weak
    drawn = [*product(("filet",), ("background", "surface")), ("accent", "panel")]
    assert not [pair for pair in drawn if contrast(*(colours[role] for role in pair)) < 3.0]


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
