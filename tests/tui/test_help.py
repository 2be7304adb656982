"""The help: one screen a page; « Le cadre », from the help and from the palette, at every size."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.tui.widgets.listing import Listing
from ctg_tui.wording.help import PURPOSES
from tests.tui.driving import make, one_line, page, press, resized, running, shown, until, write
from tests.tui.test_page_every import WITH_REVIEWS, add_reviews
from tests.tui.walk import go_home


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


async def test_the_help_of_every_page_is_one_screen_with_its_keys(tmp_path: Path) -> None:
    add_reviews(tmp_path, make(tmp_path))
    async with running(tmp_path, (80, 24)) as pilot:
        for name, keys in {"HomeScreen": (), **WITH_REVIEWS}.items():
            await press(pilot, *keys, "f1")
            text = one_line(pilot)
            assert PURPOSES[name][:20] in text.replace("\N{NO-BREAK SPACE}", " "), name
            assert "Le guide" in text, (name, shown(pilot))
            assert "C Le cadre" in text, name
            listing = pilot.app.screen.query_one(Listing)
            assert listing.virtual_size.height <= listing.size.height, (name, shown(pilot))
            await press(pilot, "escape")
            await go_home(pilot)


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
