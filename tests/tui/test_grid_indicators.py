"""Grille: the indicators below the lines: a number typed in place, a comment."""

from __future__ import annotations

from ctg_tui.domain.assessment import Coordinator, Profile, Rating
from tests.databases import open_workspace, read_again
from tests.strategies import charente_of_caf
from tests.tui.driving import IDENTITY, grid_screen
from tests.tui.person import Person

TO_NUMBER = ("end", "down", "down")
"""From a line of mission 1: its last line, its first indicator, which is a heading, then the second."""


async def test_a_number_is_typed_in_place_saved_at_each_digit_and_undone_at_once(person: Person) -> None:
    async with person.at("enter", grid=charente_of_caf(), size=(80, 24)):
        await person.does(*TO_NUMBER, "1")
        assert person.stored().numbers == {"m1.i02": 1}
        await person.does("2")
        assert person.stored().numbers == {"m1.i02": 12}
        await person.does("down")
        await person.does("7")
        assert person.stored().numbers == {"m1.i02": 7}, "the first digit begins another number"
        await person.does("ctrl+z")
        assert person.stored().numbers == {"m1.i02": 12}
        await person.does("ctrl+z")
        assert not person.stored().numbers
        assert grid_screen(person.pilot).view.indicator == "m1.i02"
        await person.does("home")
        assert grid_screen(person.pilot).view.place.line == "m1.a01", "the first line of the mission"
        assert not person.stored().answers


async def test_numbers_are_understood_without_shift_up_to_999_999(person: Person) -> None:
    async with person.at("enter"):
        await person.does(*TO_NUMBER)
        for typed in ("12", "&é"):
            await person.does("up", "down", typed)
            assert person.stored().numbers == {"m1.i02": 12}, typed
        await person.does("up", "down", "9999990")
        assert person.stored().numbers == {"m1.i02": 999_999}
        person.sees("Ce nombre est trop grand : 999 999 au plus.")
        await person.does("delete", *["delete"] * 5)
        assert not person.stored().numbers


async def test_an_indicator_reserved_for_others_takes_nothing(person: Person) -> None:
    people = (Coordinator("c1", "Nom", "Prénom", Profile.THEMATIC, ("famille",)),)
    async with person.at("enter", identity=IDENTITY._replace(coordinators=people)):
        await person.does(*TO_NUMBER, "3", "enter")
        person.sees("réservée au")
        await person.does("escape")
    assert not person.stored().numbers


async def test_last_years_number_and_comment_stand_beside(person: Person) -> None:
    workspace = open_workspace(person.folder)
    former = workspace.open(workspace.create(IDENTITY._replace(year=2026)))
    former.rate(former.grid.cells[0], Rating.FULLY)
    former.count("m1.i02", 47)
    former.comment("m1.i02", "Deux par trimestre.")
    made = workspace.duplicate(former.assessment.id, 2027, IDENTITY.moment)
    workspace.close()
    async with person.at("enter"):
        await person.does(*TO_NUMBER)
        person.sees("nombre 2026", "47")
        await person.does("enter", "f7", "escape")
    assert read_again(person.folder, made).comments == {"m1.i02": "Deux par trimestre."}
