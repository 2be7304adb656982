"""The five steps: one row at the top of every page, F5 to what lacks, Échap up to Accueil."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.domain.assessment import Rating
from ctg_tui.services.details import EMAIL
from ctg_tui.tui.form_page import FormPage
from ctg_tui.tui.widgets.frame import HeadLine
from tests.databases import FIRST_CELL, Clock, open_workspace
from tests.effort import some
from tests.tui import driving
from tests.tui.driving import IDENTITY, make, make_final, shown, until
from tests.tui.person import Person
from tests.tui.typing import at_rest


def head(person: Person) -> str:
    return shown(person.pilot).splitlines()[0].replace("\N{NO-BREAK SPACE}", " ")


async def test_every_step_is_named_at_any_width_the_year_whole_and_what_is_not_saved_said(
    person: Person,
) -> None:
    async with person.at("enter", ".etapes.vous"):
        for width in (60, 80, 120, 200):
            await driving.resize(person.pilot, width, 24)
            row = head(person)
            assert "Vous ✓" in row, row
            assert all(name in row for name in ("Entr", "Prév", "Envoi")) is (width >= 80), row
            assert "Val de Charente · 2027" in row
            assert ("enregistré " in row) is (width != 80), row
            assert "%" not in row
        await person.does("home", "x")
        for width in (200, 60):
            await driving.resize(person.pilot, width, 24)
            await until(person.pilot, lambda: "Val de Ch" in head(person), "the first row")
            assert "2027" in head(person)


async def test_f5_goes_to_the_field_that_lacks_and_keeps_what_is_typed_there(person: Person) -> None:
    make(person.folder, IDENTITY._replace(adviser=IDENTITY.adviser._replace(email="")))
    for way in ("f5",), ("enter", ".etapes.vous"):
        async with person.at(*way):
            assert isinstance(page := person.pilot.app.screen, FormPage)
            assert page.focused is page.row(EMAIL).field
    async with person.at("f5"):
        await person.does("prenom.nom@exemple.fr", "f5")
        assert person.page == "GridScreen"
        assert person.stored().identity.adviser.email == "prenom.nom@exemple.fr"


async def test_a_click_on_a_step_goes_to_it(person: Person) -> None:
    async with person.at("enter"):
        for name, target in (("Prévisionnel", "ForecastScreen"), ("Grille", "GridScreen")):
            await person.pilot.click(HeadLine, offset=(head(person).index(name) + 2, 0))
            await at_rest(person.pilot)
            assert person.page == target
        await person.pilot.click("Foot", offset=(shown(person.pilot).splitlines()[-1].index("F4") + 1, 0))
        await at_rest(person.pilot)
        assert person.page == "ResultsScreen", "a click on a key of the foot presses it"


async def test_escape_goes_up_to_accueil_whatever_was_visited(person: Person) -> None:
    wander = ("enter", "f9", ".etapes.previsionnel", "f4", ".etapes.entretien", ".etapes.vous")
    async with person.at():
        for last in some((".etapes.grille", ".etapes.previsionnel", "f9", "f4"), 4):
            await person.does(*wander, last, "escape")
            assert person.page == "HomeScreen", last


async def test_f4_over_the_grid_comes_back_to_the_cell_one_left(person: Person) -> None:
    async with person.at("enter", "down", "down", "right"):
        cell = driving.cursor(person.pilot)
        for back in ("escape", "f4"):
            await person.does("f4")
            assert person.page == "ResultsScreen"
            await person.does(back)
            assert person.page == "GridScreen"
            assert driving.cursor(person.pilot) == cell
        await person.does("escape")
        assert person.page == "HomeScreen"


def test_definitive_files_are_a_step_done_until_the_next_change(tmp_path: Path) -> None:
    made, clock = make_final(tmp_path), Clock()
    clock.pass_by(minutes=1)
    workspace = open_workspace(tmp_path, clock)
    session = workspace.open(made)
    was_sent = session.is_sent
    session.rate(FIRST_CELL, Rating.NO)
    assert (was_sent, session.is_sent, workspace.open(made).is_sent) == (True, False, False)
    workspace.close()
