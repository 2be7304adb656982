"""Texts half typed or refused: held once as the page is left, said, given back."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.storage.journal import read_forecast
from tests.databases import read_again
from tests.tui.driving import (
    DELAYS,
    make,
    message,
    messages,
    on_grid,
    one_line,
    page,
    press,
    running,
    shown,
    until,
    write,
)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


async def test_a_text_typed_without_a_rest_is_saved_all_the_same(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path, delays=DELAYS._replace(rest=3600, longest=0.5)) as pilot:
        await press(pilot, "enter")
        await write(pilot, "sans repos")
        await until(pilot, lambda: read_again(tmp_path).comments)
        await write(pilot, " ni fin")
        await until(pilot, lambda: read_again(tmp_path).comments == {"m1.a01": "sans repos ni fin"})
        await press(pilot, "escape", "ctrl+z")
    assert read_again(tmp_path).comments == {}, "one text, one undo"


async def test_hours_half_typed_hold_the_page_once_and_are_left_knowingly(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, ".etapes.previsionnel")
        await write(pilot, "douze")
        await press(pilot, "f4")
        assert page(pilot) == "ForecastScreen"
        assert "douze" in shown(pilot)
        assert "Un nombre d’heures s’écrit" in one_line(pilot)
        assert "douze » n’est pas enregistré" in plain(message(pilot))
        await press(pilot, "f4")
        assert page(pilot) == "ResultsScreen"
        said = "« douze » n’est pas enregistré (Heures par an)."
        assert [plain(message) for message in messages(pilot)] == [said], "said as it is lost"


async def test_escape_on_a_refused_text_gives_the_stored_value_back_and_says_what_it_leaves(
    tmp_path: Path,
) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, ".etapes.previsionnel")
        await write(pilot, "1607")
        for elsewhere in ((), ("down",)):
            await press(pilot, "enter", "up", "end", *["backspace"] * 7)
            await write(pilot, "douze")
            await press(pilot, *elsewhere, "escape")
            assert page(pilot) == "ForecastScreen"
            said = "« douze » n’est pas enregistré ; « 1607 » est remis."
            assert said in plain(message(pilot))
            assert "douze" not in plain(shown(pilot)).replace(said, "")
        await press(pilot, "escape")
        assert page(pilot) == "HomeScreen"
        forecast = read_forecast(pilot.app.workspace.store, 1).forecast  # type: ignore[attr-defined]
        assert forecast.lines[0].centihours == 160_700, "what was stored stays"
