"""Prévisionnel: hours and costs saved as typed, both readings of the estimate, a final one only read."""

from __future__ import annotations

from ctg_tui.domain.assessment import Coordinator, Profile
from ctg_tui.domain.forecast import ForecastLine
from tests.tui.driving import IDENTITY, faults_of_typography, give, make, resized, shown
from tests.tui.person import Person

FORECAST = (".etapes.previsionnel",)
"""The keys from the start to the page, in its first field."""
TWO = IDENTITY._replace(
    coordinators=(*IDENTITY.coordinators, Coordinator("c2", "Autre", "Prénom", Profile.THEMATIC))
)


def line_of(person: Person, position: int = 0) -> ForecastLine:
    return person.forecast().lines[position]


async def test_people_rates_and_sums_are_there_at_every_size_and_each_term_is_explained(
    person: Person,
) -> None:
    make(person.folder, TWO)
    async with person.at(*FORECAST, size=(120, 66)) as person:
        person.sees(
            *(
                "Nom Prénom",
                "Autre Prénom",
                "salaires dans un fichier à part",
                "Total 0 € · 2 personnes · 0 h",
            ),
            *("Part Caf estimée Choisissez le taux", "Taux de la Caf (x) aucun"),
            not_=("Plafond", "La Caf :", "deux façons"),
        )
        await person.does("100", "enter")
        person.sees("Total 0 € · 2 personnes · 100 h")
        await person.does("f1", "c")
        person.sees("80% des postes", "deux façons", "la part des postes aidés")
        await person.does("escape", "escape")
        async for size in resized(person.pilot):
            person.sees("Nom Prénom", "Heures par an", "Coût annuel (€)")
            assert not faults_of_typography(shown(person.pilot)), size


async def test_the_sum_of_both_readings_of_the_rate_is_one_sentence(
    person: Person,
) -> None:
    make(person.folder, TWO)
    async with person.at(*FORECAST, "1000", "enter", "60000", "enter", size=(120, 60)) as person:
        await person.does("500", "enter", "20000", "enter", "right", "right")
        person.sees(
            "À confirmer par la Caf. Plafond de 48 000 € par poste.",
            "Part Caf estimée 54 400 € (coût plafonné) ou 64 000 € (part plafonnée)",
        )
        await person.does("ctrl+z", "ctrl+z")
    assert person.forecast().rate is None


async def test_no_salary_is_on_any_page_but_its_own(person: Person) -> None:
    async with person.at(*FORECAST, "803", "enter", "24681,35", "enter", "f4") as person:
        person.sees(not_=("24681", "24 681"))
        for page in ("etapes.grille", "etapes.entretien", "etapes.vous"):
            await give(person.pilot, page)
            person.sees(not_=("24681", "24 681"))
        await person.does(*FORECAST, "ctrl+u", "escape")
        person.sees("Prévisionnel 1 ligne à compléter")
        await person.does(".etapes.envoi")
        person.sees("1 ligne du tableau prévisionnel à compléter")


async def test_the_line_of_somebody_taken_out_of_vous_stays_until_both_amounts_are_blank(
    person: Person,
) -> None:
    make(person.folder, TWO)
    async with person.at(*FORECAST, "1", "enter", "2", "enter", "10", "enter", "5000", "enter") as person:
        await person.does(".etapes.vous", *["down"] * 12, "enter", *FORECAST)
        person.sees("Autre Prénom (plus dans Vous)")
        assert [line.salary_cents for line in person.forecast().lines] == [200, 500_000]
