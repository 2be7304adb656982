"""A message stands on the row above the foot, one at a time, until the next key."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.domain.errors import Refusal
from ctg_tui.tui.app import CtgApp
from ctg_tui.tui.later import Delays
from tests.tui.driving import (
    Driver,
    make,
    messages,
    on_grid,
    page,
    press,
    resized,
    running,
    shown,
    until,
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


async def test_a_message_never_stands_over_what_it_does_not_speak_of(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "2", "ctrl+z", "f4")
        assert page(pilot) == "ResultsScreen"
        assert not messages(pilot)
        await press(pilot, "ctrl+s", "f2")
        assert "Rien à faire" not in shown(pilot)


async def test_what_is_said_on_leaving_is_seen_on_the_page_that_one_comes_to(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "n")
        await write(pilot, "Ma")
        await press(pilot, "escape")
        assert page(pilot) == "HomeScreen"
        assert "Aucune évaluation n’a été créée." in shown(pilot)


async def test_a_warning_about_the_program_stays_its_time_on_every_page(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, delays=Delays(backup=3600, warning=3600)) as pilot:
        await warn(pilot, "La sauvegarde n’a pas été faite.")
        await press(pilot, "enter", "ctrl+s")
        assert "La sauvegarde n’a" not in shown(pilot), "one at a time"
        for key in ("f2", "escape", "f4"):
            await press(pilot, key)
            assert "La sauvegarde n’a pas été faite." in shown(pilot), key
    async with running(tmp_path, delays=Delays(backup=3600, warning=0.3)) as pilot:
        await warn(pilot, "La sauvegarde n’a pas été faite.")
        await until(pilot, lambda: "La sauvegarde" not in shown(pilot))


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
