"""Réponses: every point of the Caf on one page, a card each, answered in its card."""

from __future__ import annotations

import pytest

from ctg_tui.domain.assessment import Cell, Rating
from ctg_tui.domain.text import clean
from ctg_tui.domain.thread import PointState
from ctg_tui.services import editing
from ctg_tui.tui.widgets.fields import Choice
from ctg_tui.wording.french import NBSP
from tests.strategies import HOSTILE_TEXTS
from tests.threads import FOUR_QUESTIONS, SIX_NOTES, caf_says
from tests.tui.driving import control_characters, cursor, paste, resize, shown, until_written
from tests.tui.person import Person
from tests.tui.test_grid_thread import make_answered, states
from tests.tui.typing import type_fast

ANSWERS = ("ctrl+g", ".grille.reponses")
MOST_KEYS = 15


def keys(*typed: str) -> int:
    """Return how many keys that is; words are not counted."""
    return sum(" " not in one for one in typed)


def places_of_points(person: Person) -> int:
    return sum(state is not PointState.TO_SEE for state in states(person).values())


async def test_notes_and_questions_are_answered_in_few_keys_and_nothing_that_was_not_looked_at(
    person: Person,
) -> None:
    make_answered(person, *SIX_NOTES[:3], *FOUR_QUESTIONS[2:])
    taken, seen = ("right", "enter"), ("enter",)
    said = ("Avec la MSA.", "enter")
    answers = (taken, seen, taken, said, said)
    typed = ["enter", *(key for rank, each in enumerate(answers) for key in ("enter", *each)[not rank :])]
    async with person.at(*ANSWERS):
        above, heading, below, first = (line.split() for line in shown(person.pilot).splitlines()[1:5])
        assert (above, heading[:3], below, first[0]) == ([], ["À", "répondre", ":"], [], "►"), "air around"
        person.sees("À répondre : 5 points")
        looked_at = 0
        for key in typed:
            looked_at += key == "enter" and "Vos mots" in person.screen
            await person.does(key)
            await until_written(person.pilot)
            assert places_of_points(person) == looked_at, "each answer is to a form that was in sight"
        person.sees("Vous avez tout regardé. Vos réponses partent avec le prochain envoi.")
    assert keys(*typed) <= MOST_KEYS
    assert looked_at == 5
    changed = {cell for cell, note in person.stored().answers.items() if note is not Rating.MOSTLY}
    taken_at = {Cell("m1.a01", "famille"), Cell("m1.a02", "social")}
    assert changed == taken_at, "only the notes that she put"


async def test_the_grid_goes_on_with_what_was_begun_on_the_page(person: Person) -> None:
    make_answered(person, SIX_NOTES[4], SIX_NOTES[0])
    async with person.at(*ANSWERS, "down", "enter"):
        await person.does(*"Pas encore", "escape", "ctrl+z")
        person.sees("► ● 1.8 Famille", not_=("commencée",))  # one typing, one undo
        await person.does("ctrl+y")
        person.sees("► ● 1.8 Famille")
        person.sees("réponse commencée", "Réponse commencée : « Pas encore »", "À répondre : 2 points")
        await person.does("ctrl+g", "f3")
        assert cursor(person.pilot) == Cell("m1.a08", "famille")
        await person.does("enter")
        person.sees("Réponse (x) vu, reste 2 ( ) mettre 1 ( ) garder 2", "Vos mots Pas encore")
        await person.does("enter")
        assert person.page == "GridScreen"
        await until_written(person.pilot)
        assert states(person)["m1.a08", "famille"] is PointState.ANSWERED


async def test_a_click_chooses_and_keeps_nothing_and_undo_in_the_form_takes_back_what_was_begun(
    person: Person,
) -> None:
    make_answered(person, SIX_NOTES[0])
    async with person.at(*ANSWERS, "enter"):
        await person.pilot.click(Choice, offset=(20, 0))
        person.sees("(x) mettre 1", not_=("réglé",))
        for text in ("Oui", ", deux"):  # on the choices, then in the words
            await paste(person.pilot, text)
        person.sees("Vos mots Oui, deux")
        await person.does("up", "ctrl+z")
        person.sees("( ) mettre 1", "Vos mots facultatif")
        await until_written(person.pilot)
        assert person.stored().drafts == {}
        await type_fast(person.pilot, [*"Garder", "ctrl+z"])
        person.sees("Vos mots facultatif")
        await type_fast(person.pilot, ["ctrl+y"])
        person.sees("Vos mots Garder")


async def test_an_answer_that_no_file_could_hold_is_refused_and_its_words_stay(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_answered(person, *SIX_NOTES[:2])
    monkeypatch.setattr(editing, "MOST_ROWS", 2)
    async with person.at(*ANSWERS, "enter", "Trop", "enter"):
        person.sees("et ne peut pas en compter plus", "Vos mots Trop")
        assert person.stored().drafts == {}


async def test_what_the_caf_typed_is_text_on_the_cards_and_beside_the_form(person: Person) -> None:
    hostile = clean("".join(text for text in HOSTILE_TEXTS if len(text) < 1000), multiline=True)
    make_answered(person, caf_says("m1.a01/famille", hostile, Rating.FULLY, author=clean(hostile[:60])))
    async with person.at(*ANSWERS, size=(80, 24)):
        for key in ("enter", "x", "escape", "end"):
            await person.does(key)
            assert not control_characters(shown(person.pilot))


async def test_the_form_has_its_foot_at_any_size_and_only_its_own_keys_answer(person: Person) -> None:
    make_answered(person, *SIX_NOTES)
    async with person.at(*ANSWERS, "enter", size=(80, 24)):
        person.sees("Entrée répondre « vu » ← → choix Échap plus tard F1 Aide F2 autres")
        assert "(x) vu, reste 2  ( ) mettre 1  ( ) garder 2" in shown(person.pilot).replace(NBSP, " ")
        for size in ((1, 1), (300, 80), (60, 16), (80, 24)):
            await resize(person.pilot, *size)
        person.sees("Ligne 1.1 Famille. ")
        await person.does("Pas encore", "escape", "enter", "down", "up", *["down"] * 3)
        person.sees("(x) vu, reste 2 ( ) mettre 1 ( ) garder 2 ( ) pas de réponse", "Vos mots Pas encore")
        await until_written(person.pilot)
        assert [draft.words for draft in person.stored().drafts.values()] == ["Pas encore"]
        await person.does("up", *["right"] * 3, "down")
        person.sees("( ) garder 2 (x) pas de réponse", "Vos mots facultatif", not_=("!",))
        await until_written(person.pilot)
        assert person.stored().drafts == {}
        for key in ("f6", "f7", "f8", "ctrl+t", "f3", "f5", "f4", "f9"):
            await person.does(key)
        assert person.pilot.app.is_running
        assert set(states(person).values()) == {PointState.TO_SEE}, "none of them answers"
