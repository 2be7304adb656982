"""The help: « Le cadre », from the help and from the palette, at every size."""

from __future__ import annotations

from pathlib import Path

from tests.tui.driving import make, one_line, page, press, resized, running, shown, until, write


async def test_the_framework_opens_from_the_help_and_is_read_to_its_end(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "f1")
        async for size in resized(pilot):
            assert "[ C  Le cadre ]" in shown(pilot), size
            await press(pilot, "c")
            assert "La coordination des CTG c'est accompagner" in one_line(pilot), size
            await press(pilot, "end")
            await until(pilot, lambda: "Bonus territoire CTG" in shown(pilot))
            await press(pilot, "escape")
            assert page(pilot) == "HelpScreen"


async def test_it_opens_with_a_click_in_the_help(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "f1")
        await pilot.click("#cadre")
        await until(pilot, lambda: page(pilot) == "FrameworkScreen")


async def test_it_opens_from_the_palette_over_any_page(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "enter", "f2")
        await write(pilot, "cadre")
        await press(pilot, "enter")
        await until(pilot, lambda: page(pilot) == "FrameworkScreen")
        assert "Non concerné" in shown(pilot)
        await press(pilot, "c")
        assert page(pilot) == "GridScreen"
