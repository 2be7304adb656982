"""« Vous »: found by a few letters, checked in place, kept, undone; a policy and its column are one."""

from __future__ import annotations

import pytest

from ctg_tui.domain.assessment import NOT_CONCERNED, Cell, Moment, Profile, Rating
from ctg_tui.domain.text import clean
from tests.strategies import SOME_HOSTILE_TEXTS, charente_of_caf
from tests.tui.driving import IDENTITY, WITHOUT_REST, control_characters, in_database, make, shown
from tests.tui.person import Person

VOUS = (".etapes.vous",)
YEAR, WHEN, GRID, LAST, FIRST, PROFILE, POLICIES, ADD, ADVISER, EMAIL = range(10)
"""The fields of an assessment of a known territory, in order."""


def down(field: int) -> list[str]:
    return ["down"] * field


# Beginning an assessment.


async def test_from_an_empty_folder_to_a_saved_note_in_six_keys_and_a_few_letters(person: Person) -> None:
    async with person.at("enter", "Val de", "down", "enter", "ctrl+g", "é", identity=None):
        assert person.page == "GridScreen"
    assert person.stored().answers == {Cell("m1.a01", "famille"): Rating.MOSTLY}
    assert person.stored().identity.territory == IDENTITY.territory
    assert person.stored().identity.year == 2027


@pytest.mark.parametrize(
    ("size", "keys"),
    [((120, 40), ("right", "down", "right", "down")), ((60, 16), ("down", "down", "down"))],
    ids=["in a row", "one below the other"],
)
async def test_the_grid_with_the_proposed_lines_is_offered_after_the_caf_s(
    person: Person, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    async with person.at("n", "Ruffec", "enter", identity=None, size=size):
        await person.does("down", "down", *keys[:-1])
        person.sees(
            "14 lignes de la Caf",
            "51 lignes : 14 de la Caf, 37 proposées",
        )
        await person.does(keys[-1], "ctrl+g")
    assert person.stored().identity.moment is Moment.END
    assert person.stored().grid_id == "charente-2024-08-proposee"


async def test_entree_takes_the_one_match_and_the_first_of_several_by_a_second(person: Person) -> None:
    val = "Communauté de communes Val de Charente"
    for typed, keys in (("val de", ("enter", "enter")), ("de c", ("enter", "down", "enter"))):
        async with person.at("n", typed, *keys, identity=None):
            person.sees(val, not_=("! ",))
    async with person.at("n", "cognac", "down", "down", "enter", "ctrl+g", identity=None):
        assert person.page == "GridScreen"
    assert person.stored().identity.territory.name == "cognac"


async def test_a_second_assessment_of_the_same_year_is_asked_about(person: Person) -> None:
    form = ("n", "Val de Cha", "down", "enter")
    async with person.at(*form, "ctrl+g"):
        person.sees("existe déjà")
        await person.does("enter", "ctrl+u", "2029", "ctrl+g")
        assert person.page == "GridScreen"
        await person.does("escape", *form, "ctrl+g", "right", "enter")
        years = in_database(person.folder, "SELECT year FROM assessment ORDER BY id")
        assert years == [(2027,), (2029,), (2027,)]


# The form of an assessment.


async def test_another_territory_takes_the_siren_of_the_one_found_and_undo_gives_all_back(
    person: Person,
) -> None:
    async with person.at(*VOUS, "2", "escape", "up", "ctrl+u", "rouilla", "down", "enter"):
        person.sees("Rouillacais", not_=("SIREN",))
        stored = person.stored().identity
        assert (stored.territory.siren, stored.territory.department) == ("241600303", "16")
        assert stored.year == 2027, "what is typed ahead is refused in « Année »"
        await person.does("ctrl+z")
        assert person.stored().identity == IDENTITY


async def test_an_unknown_territory_shows_its_siren_and_none_is_refused(person: Person) -> None:
    async with person.at(*VOUS):
        await person.does("up", "ctrl+u", "tab")
        person.sees("Donnez le nom du territoire.")
        assert person.stored().identity == IDENTITY
        await person.does("shift+tab", "Ruffec", "enter")
        person.sees("SIREN facultatif")
        territory = person.stored().identity.territory
        assert (territory.name, territory.siren) == ("Ruffec", None), "the SIREN found was another's"
        await person.does("ctrl+z")
        assert person.stored().identity == IDENTITY


async def test_choices_are_made_with_the_arrows_and_an_odd_address_is_refused(person: Person) -> None:
    letters = (*down(WHEN), *"ae", *down(PROFILE - WHEN), "c", "down", "s", "up")
    async with person.at(*VOUS, *letters, *["up"] * (PROFILE - WHEN)):
        assert person.stored().identity == IDENTITY, "a letter on a choice changes nothing"
        await person.does("right", *down(PROFILE - WHEN), "right")
        await person.does(*down(EMAIL - PROFILE), "ctrl+u", "prenom@", "enter")
        person.sees("Un courriel s’écrit : prenom.nom@organisme.fr.", "prenom@")
    stored = person.stored().identity
    assert stored.adviser == IDENTITY.adviser
    assert stored.moment is Moment.END
    assert stored.coordinators[0].profile is Profile.THEMATIC


async def test_hostile_texts_are_kept_clean(person: Person) -> None:
    async with person.at(*VOUS, *down(ADVISER), delays=WITHOUT_REST):
        for text in SOME_HOSTILE_TEXTS:
            await person.does("ctrl+u", "ctrl+k", f"{text}!")
            assert not control_characters(shown(person.pilot))
            person.saves()
            assert person.stored().identity.adviser.name == clean(text.strip())[:200].strip()


# People.


async def test_people_come_and_go_keep_their_references_and_come_back(person: Person) -> None:
    async with person.at(*VOUS, size=(80, 60)):
        person.sees("Nom", not_=("Personne 1",))
        await person.does(*down(PROFILE + 2), "enter", "Second", *["down"] * 4, "enter", "Troisième", "enter")
        person.sees("Personne 1", "Personne 2", "Personne 3")
        people = person.stored().identity.coordinators
        assert [(one.ref, one.last_name) for one in people] == [
            ("c1", "Nom"),
            ("c2", "Second"),
            ("c3", "Troisième"),
        ]
        assert [one.profile for one in people] == [Profile.PROJECT_LEAD, Profile.THEMATIC, Profile.THEMATIC]
        await person.does(*["up"] * 4, ".fiche.retirer")  # in the second block
        person.sees("Retiré. Ctrl+Z le remet.")
        assert [one.ref for one in person.stored().identity.coordinators] == ["c1", "c3"]
        person.sees(not_=("Personne 3", "Second"))
        await person.does("ctrl+z")
        person.sees("Personne 3", "Second")
    assert len(person.stored().identity.coordinators) == 3


# A policy and its column.


async def test_a_policy_unticked_makes_its_column_nc_says_so_and_is_undone_once(person: Person) -> None:
    grid = charente_of_caf()
    make(person.folder, rating=Rating.PARTLY, grid=grid)
    cells = [Cell(line.id, "education") for line in grid.missions[0].activities]
    async with person.at(*VOUS, *down(POLICIES), "right", "space"):
        person.sees(f"Éducation : {len(cells)} cases à « non concerné ». Ctrl+Z revient en arrière.")
        stored = person.stored()
        assert {stored.answers[cell] for cell in cells} == {NOT_CONCERNED}
        assert stored.identity.coordinators[0].policies == ("famille", "social")
        await person.does("ctrl+z")
        person.sees("[x] Éducation")
        stored = person.stored()
        assert {stored.answers[cell] for cell in cells} == {Rating.PARTLY}
        assert stored.identity == IDENTITY
        await person.does("ctrl+y", "space")
        person.sees(f"Éducation : {len(cells)} cases avec les notes d’avant.")
        assert person.stored().identity.coordinators[0].policies == ("famille", "education", "social")
        assert person.stored().answers[cells[0]] is Rating.PARTLY
