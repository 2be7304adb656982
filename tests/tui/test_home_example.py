"""« Voir un exemple rempli »: the ordinary pages, marked as an example, and no trace of the visit."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.domain.assessment import Rating
from ctg_tui.tui.app import page_class
from ctg_tui.tui.commands import Destination, Need
from ctg_tui.tui.page import Page
from tests.tui.driving import in_database, make, press, resize, shown
from tests.tui.person import Person

OF_OWN_FILES = [place for place in Destination if place.needs & Need.OWN_FILES]
PAGES = [place for place in Destination if place not in {*OF_OWN_FILES, Destination.HOME}]


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def visit(person: Person, destination: Destination) -> None:
    top = person.pilot.app.screen
    assert isinstance(top, Page)
    top.visit(destination)
    await person.pilot.pause()
    await press(person.pilot)


async def test_every_page_says_that_it_is_an_example_and_a_visit_leaves_every_byte_of_the_folder(
    person: Person,
) -> None:
    made = make(person.folder, rating=Rating.PARTLY)
    async with person.at(identity=None):
        before = bytes_of(person.folder)
        await person.does("x", "0", "n", "enter", "Un essai.", "escape", "ctrl+z")
        for rank, destination in enumerate(PAGES):
            await visit(person, destination)
            assert person.page == page_class(destination).__name__
            if not rank % 4:
                await resize(person.pilot, *((120, 40), (80, 24))[rank // 4 % 2])
            await person.will_see("tout y est fictif")
            head, banner, *_ = shown(person.pilot).replace("\N{NO-BREAK SPACE}", " ").splitlines()
            assert "enregistré" not in head, destination
            assert "EXEMPLE : tout y est fictif" in banner, destination
        await visit(person, Destination.FORM)
        await person.does("down", "down", "down", "Ailleurs")
        while person.page != "HomeScreen":
            await person.does("escape")
        assert bytes_of(person.folder) == before
        person.sees(not_=("tout y est fictif",))
    assert in_database(person.folder, "SELECT id FROM assessment") == [(made,)]


async def test_the_example_is_never_written_nor_sent_nor_said_to_be_saved(person: Person) -> None:
    async with person.at("x", "f9", identity=None):
        before = bytes_of(person.folder)
        await person.does("f9")
        person.sees("aucun fichier n’est créé")
        await person.does("ctrl+s")
        person.sees("rien n’est gardé", not_=("enregistré automatiquement",))
        assert bytes_of(person.folder) == before


async def test_the_pages_of_one_s_own_files_are_not_in_the_example(person: Person) -> None:
    async with person.at("x", identity=None):
        for destination in OF_OWN_FILES:
            await visit(person, destination)
            assert person.page == "GridScreen"
            person.sees("Cette page n’est pas dans l’exemple")
