"""« Vous »: found by a few letters, checked in place, kept, undone; a policy and its column are one."""

from __future__ import annotations

from ctg_tui.domain.assessment import Profile
from ctg_tui.domain.text import clean
from tests.strategies import SOME_HOSTILE_TEXTS
from tests.tui.driving import IDENTITY, WITHOUT_REST, control_characters, shown
from tests.tui.person import Person

VOUS = (".etapes.vous",)
YEAR, WHEN, GRID, LAST, FIRST, PROFILE, POLICIES, ADD, ADVISER, EMAIL = range(10)
"""The fields of an assessment of a known territory, in order."""


def down(field: int) -> list[str]:
    return ["down"] * field


# Beginning an assessment.


async def test_entree_takes_the_one_match_and_the_first_of_several_by_a_second(person: Person) -> None:
    val = "Communauté de communes Val de Charente"
    for typed, keys in (("val de", ("enter", "enter")), ("de c", ("enter", "down", "enter"))):
        async with person.at("n", typed, *keys, identity=None):
            person.sees(val, not_=("! ",))
    async with person.at("n", "cognac", "down", "down", "enter", "ctrl+g", identity=None):
        assert person.page == "GridScreen"
    assert person.stored().identity.territory.name == "cognac"


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
