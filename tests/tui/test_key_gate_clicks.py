"""What a key does on what is seen can be clicked: bar, road, buttons of a person."""

from __future__ import annotations

from pathlib import Path

from textual.widget import Widget

from ctg_tui.tui.widgets.buttons import PlainButton
from tests.tui.driving import Driver, make, on_grid, page, press, running, shown, write
from tests.tui.typing import at_rest


async def click_on(pilot: Driver, words: str, *, within: type[Widget] | None = None) -> None:
    """Click on the first place of the window that shows `words`."""
    for y, line in enumerate(shown(pilot).splitlines()):
        if words in line:
            await pilot.click(within, offset=(line.index(words) + 1, y))
            await at_rest(pilot)
            return
    raise AssertionError(f"{words} is not shown:\n{shown(pilot)}")


async def test_every_key_of_the_bar_can_be_clicked(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        for words, target in (
            ("F4\u00a0résultats", "ResultsScreen"),
            ("F1\u00a0aide", "HelpScreen"),
            ("F2\u00a0tout", "Chooser"),
        ):
            await click_on(pilot, words)
            assert page(pilot) == target
            await press(pilot, "escape")
            assert page(pilot) == "GridScreen"
        await click_on(pilot, "Échap\u00a0accueil")
        assert page(pilot) == "HomeScreen"


async def test_a_person_is_taken_away_by_a_click_and_only_after_a_question(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, ".accueil.renseignements")
        await click_on(pilot, "Ajouter une personne")
        await write(pilot, "Second")
        await at_rest(pilot)
        assert "Personne 2" in shown(pilot)
        await pilot.click(pilot.app.screen.query(PlainButton)[1])
        await at_rest(pilot)
        assert page(pilot) == "Question"
        await press(pilot, "down", "enter")
        assert "Personne 2" not in shown(pilot)
