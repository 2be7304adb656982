"""Accueil: by what is there, the date that counts, one way on; a next year, a version, a deletion, asked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from ctg_tui.domain.assessment import PreparationTopic, Rating, Territory
from ctg_tui.domain.steps import check, wants_number
from ctg_tui.services.home import open_example
from ctg_tui.tui.commands import Destination
from ctg_tui.tui.page import Page
from tests.databases import DATABASE_NAME, Clock, open_workspace, raw
from tests.received import an_assessment, receive, submission, write
from tests.strategies import SOME_HOSTILE_TEXTS
from tests.tui.driving import (
    IDENTITY,
    control_characters,
    in_database,
    make,
    press,
    shown,
    until,
)
from tests.tui.person import Person

SAID_AT = datetime(2027, 1, 12, 10, tzinfo=UTC)


def years(person: Person) -> list[tuple[int]]:
    return in_database(person.folder, "SELECT year FROM assessment ORDER BY id")


# What is there.


async def test_a_draft_whose_lines_are_all_noted_goes_on_at_the_next_step(person: Person) -> None:
    make(person.folder, rating=Rating.MOSTLY)
    async with person.at(identity=None):
        await person.will_see("Continuer : Entretien")
        person.sees("Ctrl+G Grille", "1 nombre à donner", not_=("Continuer : 1 nombre", "continuer :"))
        await person.does("enter")
        assert person.page == "PreparationScreen"
        await person.does("escape", "ctrl+g", "home", "backspace", "escape")
        await person.will_see("Continuer à la ligne")


async def test_only_files_received_open_on_their_page_and_lead_back_to_the_doors(person: Person) -> None:
    workspace = open_workspace(person.folder)
    receive(workspace, write(person.folder / "recus", [submission(an_assessment())]))
    workspace.close()
    async with person.at(identity=None):
        await until(person.pilot, lambda: person.page == "ReceivedScreen")
        await person.does("escape")
        assert person.page == "HomeScreen"
        person.sees("Commencer une évaluation")
        person.sees("R Fichiers reçus")


async def test_a_hostile_name_is_only_a_name(person: Person) -> None:
    for text in SOME_HOSTILE_TEXTS:
        make(person.folder, IDENTITY._replace(territory=Territory(text)))
    async with person.at(identity=None):
        for _ in SOME_HOSTILE_TEXTS:
            assert not control_characters(shown(person.pilot))
            await person.does("delete")
            assert not control_characters(shown(person.pilot))
            await person.does("escape", "down")
            assert person.page == "HomeScreen"


async def test_an_unknown_grid_is_said_on_its_line_and_a_list_that_cannot_be_read_is_not_shown_as_empty(
    person: Person,
) -> None:
    make(person.folder)
    with raw(person.folder / DATABASE_NAME) as database:
        database.execute("UPDATE assessment SET grid = json_set(grid, '$.empreinte', 'ailleurs')")
    async with person.at("enter", identity=None):
        assert person.page == "HomeScreen"
        person.sees("grille introuvable", "grille installer")
    with raw(person.folder / DATABASE_NAME) as database:
        database.execute("UPDATE assessment SET created_at = 'hier'")
    async with person.at(identity=None):
        person.sees("est abîmé", "ctg-tui docteur", not_=("Aucune évaluation",))


# A next year, a version, a deletion.


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
                await person.will_see("EXEMPLE : tout y est fictif")
                head, banner, *_ = shown(person.pilot).replace("\N{NO-BREAK SPACE}", " ").splitlines()
                assert "enregistré" not in head, destination
                assert "EXEMPLE : tout y est fictif" in banner, destination
        await visit(person, Destination.SENDING)
        await person.does("f9")
        person.sees("aucun fichier n’en est fait")
        await person.does("ctrl+s")
        person.sees("rien n’est gardé", not_=("enregistré automatiquement",))
        await visit(person, Destination.DETAILS)
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
