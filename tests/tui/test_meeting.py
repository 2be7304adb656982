"""Entretien: the day of the meeting, four texts, the points of the Caf, actions over the years."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Action, Moment, PreparationTopic, Rating
from ctg_tui.tui.form_page import FormPage
from tests.databases import open_workspace, read_again
from tests.threads import FOUR_QUESTIONS, SIX_NOTES, hears
from tests.tui.driving import IDENTITY, make, resize, until_stored
from tests.tui.person import Person

MEETING = (".etapes.entretien",)
"""The keys from the start to the page, on the day of the meeting."""
ADD = (*["down"] * 5, "enter")
"""The keys from there to the line of a new action."""
BOARD = Action("Tableau de bord partagé", "Prénom Nom", date(2026, 6, 30))


@pytest.fixture
def low(person: Person) -> Person:
    """Return a person whose every line is noted 1."""
    make(person.folder, rating=Rating.PARTLY)
    return person


def two_years(folder: Path, moment: Moment = Moment.YEARLY) -> None:
    """Make an assessment with an action and a text, and the one that follows it."""
    make(folder, IDENTITY._replace(year=2026), rating=Rating.MOSTLY)
    workspace = open_workspace(folder)
    workspace.open(1).plan("m1.a02", BOARD)
    workspace.open(1).prepare(PreparationTopic.WEAK_POINTS, "Peu d’habitants associés.")
    workspace.duplicate(1, 2027, moment)
    workspace.close()


def focus(person: Person, key: str) -> None:
    page = person.pilot.app.screen
    assert isinstance(page, FormPage)
    page.focus_field(key)


async def test_a_text_is_written_over_last_years_and_saved_on_quitting_in_its_middle(person: Person) -> None:
    two_years(person.folder)
    async with person.at(*MEETING) as person:
        person.sees("Points à travailler à écrire En 2026 : Peu d’habitants associés.")
        await person.does("down", "down", "Le réseau, à q", "ctrl+q")
    assert read_again(person.folder, 2).preparation == {PreparationTopic.WEAK_POINTS: "Le réseau, à q"}


async def test_a_text_of_a_file_longer_than_its_field_stays_as_it_is(low: Person) -> None:
    workspace = open_workspace(low.folder)
    workspace.open(1).plan("m1.a02", Action("Tableau de bord", "Prénom Nom, " * 30))
    workspace.close()
    before = low.stored()
    async with low.at(*MEETING, "f5", "escape") as person:
        assert person.page == "HomeScreen"
    assert low.stored() == before


async def test_undo_and_redo_in_a_text_are_of_what_was_typed_there(person: Person) -> None:
    text = {PreparationTopic.WEAK_POINTS: "cd"}
    async with person.at("enter", "2", *MEETING, "down", "down") as person:
        await person.does("cd")
        await until_stored(person.folder, person.pilot, "preparation", text)
        await person.does("ctrl+z")
        await until_stored(person.folder, person.pilot, "preparation", {})
        await person.does("ctrl+z")
        person.sees("Points à travailler à écrire")
        assert not person.stored().preparation
        await person.does("ctrl+y")
        await until_stored(person.folder, person.pilot, "preparation", text)
        await person.does("ctrl+y")
        person.sees("Points à travailler cd")


async def test_entree_goes_on_from_a_blank_text_and_from_the_words_of_an_action(low: Person) -> None:
    async with low.at(*MEETING, "down", "enter", "Un", "enter", "deux", "enter", "down", size=(120, 40)):
        await low.does(*["down"] * 2, "enter", "plan", "escape", "enter")
        for size in (80, 24), (60, 16), (120, 40):
            await resize(low.pilot, *size)
            low.sees("Ligne plan", "! Une ligne s’écrit par son numéro", "1.2 Développe et suit")
        await low.does("x")
        low.sees("! Une ligne s’écrit par son numéro", not_=("1.2 Développe",))
        await low.does("backspace")
        low.sees("1.2 Développe et suit", not_=("! ",))
        await low.does("enter", "Réunir", "enter", "Claude", "enter")
    assert low.stored().preparation == {PreparationTopic.WEAK_POINTS: "Un\ndeux"}
    assert low.stored().actions == {"m1.a02": Action("Réunir", "Claude")}


async def test_the_points_of_the_caf_lead_to_the_answers(person: Person) -> None:
    make(person.folder, rating=Rating.MOSTLY)
    hears(person.folder, SIX_NOTES[0], SIX_NOTES[4], *FOUR_QUESTIONS)
    async with person.at(*MEETING, size=(120, 40)):
        person.sees("Points de la Caf [ 6 à répondre ]")
        await person.does(*["down"] * 5, "enter")
        assert person.page == "AnswersScreen"
        for _ in range(6):
            await person.does("enter", "right", "enter")
        await person.does("escape")
        person.sees("Points de la Caf [ 6 réglé ]", not_=("à répondre",))
