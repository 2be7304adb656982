"""F2: what can be done beside what the page shows, by group, found by a few letters; the settings in one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ctg_tui.domain.errors import typeset
from ctg_tui.tui.app import FILE_NAME, THEMES
from ctg_tui.tui.page import Page
from ctg_tui.tui.widgets.listing import Listing
from tests.effort import some
from tests.tui.driving import (
    Driver,
    faults_of_typography,
    make,
    make_final,
    on_grid,
    page,
    press,
    running,
    shown,
    write,
)
from tests.tui.test_page_every import receive_another


async def read_whole(pilot: Driver) -> str:
    """Return the list that F2 opens, read to its end, as one line."""
    rows = shown(pilot).splitlines()
    for _ in pilot.app.screen.query_one(Listing).keys:
        await press(pilot, "down")
        rows += shown(pilot).splitlines()
    assert not faults_of_typography("\n".join(rows))
    return " ".join(rows)


@pytest.mark.usefixtures("documents")
async def test_each_command_is_in_sight_or_in_the_list_and_none_is_cut(tmp_path: Path) -> None:
    make_final(tmp_path)
    receive_another(tmp_path)
    for size in some(((60, 16), (120, 40)), 2):
        async with running(tmp_path, size) as pilot:
            for way in ((), ("enter",), ("f4",)):
                await press(pilot, *way)
                top = pilot.app.screen
                assert isinstance(top, Page)
                in_sight = {command.id for command in top.in_sight}
                listed = [one for one in top.commands() if one.palette and one.id not in in_sight]
                await press(pilot, "f2")
                text = await read_whole(pilot)
                words = set(re.findall(r"\w+", text))
                for command in listed:
                    assert set(re.findall(r"\w+", typeset(command.help))) <= words, command.id
                    assert command.key_text in text
                steps = [
                    text.find(word)
                    for word in ("Vous\N{NO-BREAK SPACE}:", "Préparer l’entretien", "Remplir le tableau")
                ]
                assert -1 not in steps, "each step, in its order"
                assert steps == sorted(steps)
                assert way != ("enter",) or "Remplir la grille" not in text, "the page one is on"
                keys = [key for key in pilot.app.screen.query_one(Listing).keys if key]
                assert page(pilot) == "Chooser"
                assert len(keys) <= 15 or way, "the list of Accueil is read at a glance"
                await press(pilot, "escape")


async def test_what_is_in_sight_is_found_by_its_words_too_without_accents(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "f2")
        await write(pilot, "numeros")
        assert "Aucun résultat." in shown(pilot)
        await press(pilot, *["backspace"] * 7)
        await write(pilot, "resultats")
        await press(pilot, "enter")
        assert page(pilot) == "ResultsScreen"
        await press(pilot, "escape", "ctrl+p")
        await write(pilot, "changer de grille")
        await press(pilot, "enter")
        assert page(pilot) == "FormScreen"
        await press(pilot, "f2")
        await write(pilot, "grille")
        await press(pilot, "enter")
        assert page(pilot) == "GridScreen", "the name of a page comes before what is on another"


async def test_a_theme_is_chosen_among_the_settings_and_kept(tmp_path: Path) -> None:
    make(tmp_path)
    stored = tmp_path / FILE_NAME
    async with on_grid(tmp_path) as pilot:
        for theme in [*THEMES][1:]:
            await press(pilot, "f2", *"theme", "enter", "down", "enter")
            assert pilot.app.theme == theme
            assert stored.read_text("utf-8").strip() == theme
            await press(pilot, "f2", *"theme", "enter", "enter")
            assert pilot.app.theme == theme, "it opens on the present one: Entrée changes nothing"
    async with running(tmp_path) as pilot:
        assert pilot.app.theme == theme
