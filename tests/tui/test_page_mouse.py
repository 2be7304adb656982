"""Grille, with the mouse alone but for the typing of words: what a key does can be clicked."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.domain.assessment import Cell, Rating
from ctg_tui.tui.grid.commands import GRID_COMMANDS
from ctg_tui.tui.widgets.fields import TextField
from tests.databases import read_again
from tests.tui.driving import (
    Driver,
    cursor,
    make,
    page,
    press,
    running,
    shown,
    until,
    until_painted,
    write,
)
from tests.tui.typing import at_rest, settled


async def click(pilot: Driver, words: str, *, within: str = "Screen", last: bool = False) -> None:
    """Click on the first letter of `words`, as they stand on the screen, in the widget `within`."""
    await until_painted(pilot)
    region = pilot.app.screen.query_one(within).region if within != "Screen" else pilot.app.screen.region
    lines = shown(pilot).replace("\N{NO-BREAK SPACE}", " ").splitlines()
    places = [
        (region.x + line[region.x : region.right].index(words), y)
        for y, line in enumerate(lines)
        if region.y <= y < region.bottom and words in line[region.x : region.right]
    ]
    assert places, f"« {words} » is not seen in {within}:\n{shown(pilot)}"
    await pilot.click(offset=places[-1 if last else 0])
    await at_rest(pilot)
    await pilot.pause()


async def give(pilot: Driver, command_id: str) -> None:
    """Choose a command in the list of all, found by its sentence."""
    await until_painted(pilot)
    (sentence,) = [each.sentence for each in GRID_COMMANDS if each.id == command_id]
    if "F2" in shown(pilot):
        await click(pilot, "F2", within="Foot")
    else:
        await press(pilot, "f2")
    pilot.app.screen.query_one(TextField).value = sentence
    await settled(pilot)
    await click(pilot, sentence.replace("\N{NO-BREAK SPACE}", " ")[:40], within="Listing")


async def test_the_whole_grid_with_the_mouse_alone(tmp_path: Path) -> None:
    """In a small window, where room is least: other sizes have the same to click."""
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await click(pilot, "2027", within="Listing")  # the list of Accueil: on the item under the cursor
        assert page(pilot) == "GridScreen"
        # cells, columns, missions
        await click(pilot, "1.3", within="GridTable")
        assert cursor(pilot) == Cell("m1.a03", "famille")
        await click(pilot, "3° ", within="GridTable")
        assert cursor(pilot) == Cell("m3.a01", "famille")
        await click(pilot, "1 Pol", within="GridTable")
        assert cursor(pilot) == Cell("m1.a01", "famille")
        # a comment: only its words are typed
        await click(pilot, "commenter", within="Foot")
        await write(pilot, "Vu en COPIL")
        await click(pilot, "Échap", within="Foot")
        await until(pilot, lambda: read_again(tmp_path).comments == {"m1.a01": "Vu en COPIL"})
        await click(pilot, "2 Majoritairement", within="GridTable")
        assert read_again(tmp_path).answers == {Cell("m1.a01", "famille"): Rating.MOSTLY}
        # the next blank cell, a search
        await give(pilot, "grille.suivante")
        assert cursor(pilot) == Cell("m1.a01", "social")
        await give(pilot, "grille.chercher")
        await write(pilot, "suit le partenariat")
        await click(pilot, "1.14", within="Listing")
        assert cursor(pilot) == Cell("m1.a14", "social")
        # undone, and once again
        await give(pilot, "grille.annuler")
        assert not read_again(tmp_path).answers
        await give(pilot, "grille.refaire")
        assert len(read_again(tmp_path).answers) == 1
