"""A mission of which the Caf gives the title alone, and the proposed lines that one key takes there."""

from __future__ import annotations

from ctg_tui.domain.assessment import Cell, Rating
from tests.strategies import charente_of_caf
from tests.tui.person import Person

TO_NOTE = "Les noter aussi : 37 lignes proposées dans les missions 2 à 4"


async def test_a_mission_without_a_line_shows_those_that_entree_takes_and_ctrl_z_gives_back(
    person: Person,
) -> None:
    async with person.at("enter", "3", "tab", grid=charente_of_caf()):
        person.sees(
            "Mettre en adéquation l'offre d'accueil aux besoins des familles",
            "La Caf n’en demande rien : son document n’en donne que le titre.",
            TO_NOTE,
            "2.12 Suit la fréquentation",
            "Entrée les noter aussi",
        )
        await person.does("enter")
        person.sees(
            "37 lignes proposées dans les missions 2 à 4, comptées à part. Ctrl+Z pour annuler.",
            "► 2.1° Participe",
        )
        await person.does("2")
        person.sees("2° Offre 67 %")
        assert person.stored().answers == {
            Cell("m1.a01", "famille"): Rating.FULLY,
            Cell("m2.a01", "education"): Rating.MOSTLY,
        }
        await person.does("ctrl+z", "ctrl+z")
        person.sees(TO_NOTE)
    assert person.stored().grid_id == "charente-2024-08"
    assert person.stored().answers == {Cell("m1.a01", "famille"): Rating.FULLY}
