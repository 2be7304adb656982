"""« Voir un exemple rempli »: the ordinary pages, marked as an example, and no trace of the visit."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Rating
from ctg_tui.tui.commands import Destination
from ctg_tui.tui.home.page import HomeScreen
from ctg_tui.tui.page import OF_OWN_FILES, Page
from ctg_tui.tui.pages import page_class
from ctg_tui.wording.help import NOTES
from tests.tui.driving import (
    Driver,
    in_database,
    make,
    messages,
    one_line,
    page,
    press,
    resized,
    running,
    shown,
    write,
)

PAGES = [place for place in Destination if place not in {*OF_OWN_FILES, Destination.HOME}]


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def visit(pilot: Driver, destination: Destination) -> None:
    top = pilot.app.screen
    assert isinstance(top, Page)
    top.visit(destination)
    await pilot.pause()
    await press(pilot)


async def test_every_page_says_that_it_is_an_example_and_what_it_shows(tmp_path: Path) -> None:
    async with running(tmp_path) as pilot:
        await press(pilot, "x")
        for destination in PAGES:
            await visit(pilot, destination)
            name = page_class(destination).__name__
            assert page(pilot) == name
            assert name in NOTES
            async for size in resized(pilot, (60, 16), (80, 24), (120, 40)):
                lines = shown(pilot).splitlines()
                assert "EXEMPLE" in lines[0]
                assert "EXEMPLE\N{NO-BREAK SPACE}: tout y est fictif" in lines[2]
                assert "2 Grille 42/42" in lines[1]
                if size != (60, 16):
                    assert NOTES[name] in lines[3]
                assert "enregistré à " not in shown(pilot)


async def test_a_visit_leaves_every_byte_of_the_folder_as_it_was(tmp_path: Path) -> None:
    made = make(tmp_path, rating=Rating.PARTLY)
    out = tmp_path / "envoi"
    out.mkdir()
    async with running(tmp_path) as pilot:
        before = bytes_of(tmp_path)
        await press(pilot, "x", "0", "n", "enter")
        await write(pilot, "Un essai.")
        await press(pilot, "escape", "ctrl+z", "f5", "4", "2", "escape")
        for destination in PAGES:
            await visit(pilot, destination)
        await visit(pilot, Destination.FORM)
        await write(pilot, "Ailleurs")
        while page(pilot) != "HomeScreen":
            await press(pilot, "escape")
        assert bytes_of(tmp_path) == before
        assert "Exemple" not in one_line(pilot)
    assert in_database(tmp_path, "SELECT id FROM assessment") == [(made,)]


async def test_what_was_tried_is_gone_at_the_next_visit(tmp_path: Path) -> None:
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "x")
        whole = one_line(pilot)
        await press(pilot, "home", "0", "0", "0")
        assert one_line(pilot) != whole
        await press(pilot, "escape", "x")
        assert one_line(pilot) == whole


async def test_a_noted_line_of_the_example_has_a_history(tmp_path: Path) -> None:
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "x", "h")
        assert "Famille\N{NO-BREAK SPACE}: sans réponse → " in shown(pilot)
        assert "Aucune réponse" not in shown(pilot)
        await press(pilot, "ctrl+z")
        assert messages(pilot) == ["Il n’y a rien à annuler."]


async def test_the_example_is_never_written_nor_sent(tmp_path: Path) -> None:
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "x", "f9")
        before = bytes_of(tmp_path)
        await press(pilot, "f9")
        assert "aucun fichier n’en est fait" in one_line(pilot)
        assert bytes_of(tmp_path) == before


async def test_the_pages_of_one_s_own_files_are_not_in_the_example(tmp_path: Path) -> None:
    async with running(tmp_path) as pilot:
        await press(pilot, "x")
        for destination in OF_OWN_FILES:
            await visit(pilot, destination)
            assert page(pilot) == "GridScreen"
            assert "Cette page n’est pas dans l’exemple" in one_line(pilot)


async def test_the_example_never_says_that_it_is_saved(tmp_path: Path) -> None:
    async with running(tmp_path) as pilot:
        await press(pilot, "x", "2", "ctrl+s")
        assert "enregistré automatiquement" not in one_line(pilot)
        assert one_line(pilot).count("rien n’est gardé") == 2, "on the page, and in the message"


async def test_quitting_from_the_example_closes_it(tmp_path: Path) -> None:
    async with running(tmp_path) as pilot:
        await press(pilot, "x")
        home = pilot.app.screen_stack[0]
        assert isinstance(home, HomeScreen)
        example = home._example
        assert example is not None
        await press(pilot, "2", "ctrl+q")
    assert not example.store.is_open


async def test_a_fact_of_the_example_is_never_said_to_be_saved(tmp_path: Path) -> None:
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "x", "k")
        await write(pilot, "Une réunion")
        await press(pilot, "enter", "k", "escape")
        head = shown(pilot).splitlines()[0]
    assert "1\u00a0fait" in head
    assert "enregistré" not in head


async def test_a_choice_made_in_the_example_is_written_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "ici"
    here.mkdir()
    (here / "reglages.json").write_text('{"derniere-fois": "non"}')
    monkeypatch.chdir(here)
    before = bytes_of(here)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "x")
        assert "2026\u00a0: Famille" in shown(pilot)
        await press(pilot, ".grille.derniere-fois")
        assert "de la dernière fois" in shown(pilot)
        await press(pilot, ".grille.derniere-fois", "escape")
    assert bytes_of(here) == before
