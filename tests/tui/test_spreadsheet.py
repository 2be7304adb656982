"""The Caf's workbook on the screen: found, read in three lists, taken, and sent filled."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Cell, Rating
from tests.databases import open_workspace
from tests.spreadsheet.workbooks import FIRST, KNOWN, OTHER, book_of, put
from tests.tui.driving import faults_of_typography, in_database, make, resized, shown
from tests.tui.person import Person

BEGIN = "Commencer une évaluation avec ce tableur"


@pytest.fixture
def folder(downloads: Path) -> Path:
    """Return the only folder in which workbooks are looked for."""
    return downloads


def number(folder: Path) -> int:
    ((found,),) = in_database(folder, "SELECT count(*) FROM assessment")
    return int(found)


async def reads_the_first(person: Person) -> None:
    """Open the first workbook of the list, and wait until it is read."""
    await person.does("o")
    await person.will_see("Tableur")
    await person.does("enter")
    await person.will_see(BEGIN)


async def test_four_keys_and_a_territory_lead_from_a_blank_workbook_to_its_grid(
    person: Person, folder: Path
) -> None:
    put(folder / "Grille Caf.xlsx", OTHER)
    async with person.at(identity=None):
        await reads_the_first(person)  # o, Entrée
        async for _ in resized(person.pilot, (80, 24), (120, 40)):
            person.sees("Vierge : nouvelle grille de 51 lignes", "Ligne de notre Caf")
            assert not faults_of_typography(shown(person.pilot))
        assert number(person.folder) == 0
        await person.does("enter")
        assert person.page == "FormScreen"
        await person.does("Rouillac", "ctrl+g")
        assert person.page == "GridScreen"
        person.sees("Ligne de notre Caf")
        assert "Workbook" not in str(person.pilot.app.screen_stack), "the pages of the workbook are closed"
    origin = "SELECT json_extract(facts, '$.installed') FROM document WHERE kind = 'grille'"
    assert in_database(person.folder, origin) == [(1,)]


async def test_the_three_lists_have_addresses_and_a_doubtful_value_is_taken_once_confirmed(
    person: Person, folder: Path
) -> None:
    label = book_of(KNOWN)["Grille"]["A8"].value
    put(folder / "grille.xlsx", B7=3, C7="2-3", A8=f"{label}, revu", B8=1)
    async with person.at(identity=None):
        await reads_the_first(person)
        person.sees(
            "À confirmer (1)",
            "[ ] Grille!B8",
            "Ce qui sera pris (1)",
            "[x] 1.1 : Famille 3",
            "Non lu",
            "Grille!C7",
        )
        await person.does("down", "down", "enter")
        person.sees("[x] Grille!B8")
        await person.does("home", "enter")
        assert person.page == "FormScreen"
    answers = {FIRST: Rating.FULLY, Cell("m1.a02", "famille"): Rating.PARTLY}
    assert person.stored().answers == answers


async def test_which_column_is_what_is_proposed_and_said_by_its_letter(person: Person, folder: Path) -> None:
    put(folder / "pour deux.xlsx", B7=3, F5="Famille", F7=1)
    async with person.at(identity=None):
        await reads_the_first(person)
        person.sees("lignes : A · Famille : B ou F · Éducation : C", "7 A Contribue", "B 3", "F 1")
        await person.does("down", "enter")
        assert person.page == "ColumnsScreen"
        async for _ in resized(person.pilot, (80, 24), (120, 40)):
            person.sees("Famille B,F", "7 A Contribue", "Entrée lire ainsi")
            assert not faults_of_typography(shown(person.pilot))
        await person.does("enter")
        person.sees("a plusieurs colonnes (B,F)")
        await person.does("escape", "enter", "ctrl+u", "f", "enter")
        await person.will_see("1.1 : Famille 1")
        assert person.page == "WorkbookScreen"
        await person.does("home", "enter")
    assert person.stored().answers == {FIRST: Rating.PARTLY}


async def test_the_chosen_assessment_is_completed_and_keeps_its_own_answers(
    person: Person, folder: Path
) -> None:
    made = make(person.folder)
    workspace = open_workspace(person.folder)
    workspace.open(made).rate(FIRST, Rating.NO)
    workspace.close()
    put(folder / "grille.xlsx", B7=3)
    async with person.at():
        await reads_the_first(person)
        person.sees("Compléter", "Déjà répondu ici")
        await person.does("down", "enter")
        assert person.page == "GridScreen"
    assert person.stored().answers == {FIRST: Rating.NO}
    assert number(person.folder) == 1
