"""A message stands on the row above the foot, one at a time, until the next key."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.domain.errors import Refusal
from ctg_tui.tui.app import CtgApp
from tests.tui.driving import (
    Driver,
    make,
    messages,
    on_grid,
    press,
    resized,
    shown,
    write,
)
from tests.tui.typing import settled


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
            assert "tout est enregistré automatiquement." in rows[said], size
            assert said == len(rows) - 2, "just above the foot"
            await press(pilot, "ctrl+z")
            assert "Rien à faire" not in shown(pilot)
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
