"""« Vous »: found by a few letters, checked in place, kept, undone; a policy and its column are one."""

from __future__ import annotations

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


async def test_entree_takes_the_offer_under_the_cursor_at_first_the_nearest(person: Person) -> None:
    val = "Communauté de communes Val de Charente"
    for typed, keys in (("cdc val charente", ("enter", "enter")), ("de c", ("down", "enter"))):
        async with person.at("n", typed, *keys, identity=None):
            person.sees(val, not_=("! ",))
    async with person.at("n", size=(80, 24), identity=None):
        await person.does("de c")
        person.sees("Entrée prendre", "↑ ↓ choisir", "F5 commencer")
        await person.does("enter")
        person.sees("Cœur de Charente", not_=("Entrée prendre",))
    async with person.at("n", "cognac", "down", "enter", "f5", identity=None):
        assert person.page == "GridScreen"
    assert person.stored().identity.territory.name == "cognac"


# The form of an assessment.


async def test_what_is_offered_for_a_text_goes_with_it_when_it_is_undone(person: Person) -> None:
    async with person.at(*VOUS, "up", "ctrl+u", "angoul", delays=WITHOUT_REST):
        person.saves()
        person.sees("Grand Angoulême", "Garder")
        await person.does("ctrl+z")
        person.sees("Val de Charente", not_=("Angoulême", "Garder"))
        await person.does("enter")
        assert person.stored().identity.territory == IDENTITY.territory


async def test_hostile_texts_are_kept_clean(person: Person) -> None:
    async with person.at(*VOUS, *down(ADVISER), delays=WITHOUT_REST):
        for text in SOME_HOSTILE_TEXTS:
            await person.does("ctrl+u", "ctrl+k", f"{text}!")
            assert not control_characters(shown(person.pilot))
            person.saves()
            assert person.stored().identity.adviser.name == clean(text.strip())[:200].strip()
