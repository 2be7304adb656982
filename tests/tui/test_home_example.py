"""« Voir un exemple rempli »: the ordinary pages, marked as an example, and no trace of the visit."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.domain.assessment import PreparationTopic, Rating
from ctg_tui.domain.steps import check, wants_number
from ctg_tui.services.home import open_example
from ctg_tui.tui.commands import Destination
from ctg_tui.tui.page import Page
from tests.databases import Clock
from tests.tui.driving import in_database, make, press, shown
from tests.tui.person import Person


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
        for destination in Destination:
            if destination.is_of_files and destination is not Destination.HOME:
                await visit(person, destination)
                person.sees("Cette page n’est pas dans l’exemple")
            elif destination not in {Destination.HOME, Destination.ANSWER}:
                await visit(person, destination)
                assert person.page == destination.page
                head, banner, *_ = shown(person.pilot).replace("\N{NO-BREAK SPACE}", " ").splitlines()
                assert "enregistré" not in head, destination
                assert "EXEMPLE : tout y est fictif" in banner, destination
        await visit(person, Destination.SENDING)
        await person.does("f9")
        person.sees("aucun fichier n’en est fait")
        await person.does("ctrl+s")
        person.sees("rien n’est gardé", not_=("enregistré automatiquement",))
        await visit(person, Destination.FORM)
        await person.does("down", "down", "down", "Ailleurs")
        while person.page != "HomeScreen":
            await person.does("escape")
        assert bytes_of(person.folder) == before
        person.sees(not_=("tout y est fictif",))
    assert in_database(person.folder, "SELECT id FROM assessment") == [(made,)]


def test_the_example_is_complete_on_every_page() -> None:
    workspace, session = open_example(Clock())
    grid, assessment = session.grid, session.assessment
    assert check(grid, assessment) == ()
    assert set(assessment.answers) == set(grid.cells)
    assert set(assessment.preparation) == set(PreparationTopic)
    asked = {line.id for line in grid.indicators.values() if wants_number(line, assessment)}
    assert set(assessment.numbers) == asked
    assert assessment.actions
    assert not session.forecast.is_blank
    workspace.close()
