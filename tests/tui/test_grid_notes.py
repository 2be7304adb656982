"""Grille: notes given by keys are in the database before they are on the screen, and the figures follow."""

from __future__ import annotations

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Cell, Rating
from ctg_tui.domain.scores import score
from ctg_tui.wording.french import percentage
from tests.strategies import charente, charente_of_caf
from tests.tui.driving import cursor, faults_of_typography, resized, shown, until_painted
from tests.tui.person import Person

UNSHIFTED = 'à&é"'
MISSION_1 = [cell for cell in charente().cells if cell.activity.startswith("m1.")]


async def test_the_42_cells_of_the_caf_take_42_unshifted_azerty_keys(person: Person) -> None:
    keys = [UNSHIFTED[rank % 4] for rank in range(42)]
    async with person.at("enter", grid=charente_of_caf()):
        await person.does("".join(keys))
        assert person.stored().answers == {cell: Rating(rank % 4) for rank, cell in enumerate(MISSION_1)}
        assert cursor(person.pilot) == Cell("m1.a14", "social"), "never from a note into a number by itself"
        person.sees("Les 42 cases de la Caf sont remplies. Reste 1 nombre à donner : F3.")
        await person.does("f3", "5")
        assert person.stored().numbers == {"m1.i02": 5}
        await person.does("f3")
        person.sees("Rien n’est vide. F5 : l’entretien.", not_=("F3 vide",))


async def test_the_end_of_a_mission_says_what_is_left_and_the_next_note_goes_there(person: Person) -> None:
    async with person.at("enter"):
        await person.does("2" * 42)
        person.sees("Les 42 cases de la Caf sont remplies.")
        person.sees("1 Politiques 67 %", "► 2.1")
        await person.does("3")
    assert person.stored().answers[Cell("m2.a01", "famille")] is Rating.FULLY


async def test_digits_with_and_without_shift_and_n_give_every_answer_and_suppr_takes_it_away(
    person: Person,
) -> None:
    typed = "0123n" + UNSHIFTED
    expected: list[Answer] = [*Rating, NOT_CONCERNED, *Rating]
    async with person.at("enter", typed):
        answers = person.stored().answers
        assert [answers.get(cell) for cell in charente().cells[: len(typed)]] == expected
        person.sees("enregistré")
        await person.does("up", "delete", "right", "backspace")
        assert len(person.stored().answers) == len(typed) - 2


async def test_every_figure_on_screen_is_that_of_the_domain(person: Person) -> None:
    grid = charente()
    async with person.at("enter"):
        await person.does("310n22" + "03n1")
        scores = score(grid, person.stored().answers)
        async for _ in resized(person.pilot):
            await until_painted(person.pilot)
            text = shown(person.pilot)
            row = next(line for line in text.splitlines() if "Famille" in line and "%" in line)
            for policy in grid.policies:
                assert percentage(scores.rubrics["m1", policy.id]) in row
            assert percentage(scores.missions["m1"]) in text, "beside its mission"
            person.sees("10 sur 42")
            assert not faults_of_typography(text)


async def test_undo_and_redo_show_what_they_change_also_after_a_restart(person: Person) -> None:
    async with person.at("enter", "2", "3", "down", "down"):
        pass
    async with person.at("enter", "ctrl+z"):
        assert cursor(person.pilot) == Cell("m1.a01", "education")
        assert person.stored().answers == {Cell("m1.a01", "famille"): Rating.MOSTLY}
        person.sees("Annulé : note 3, ligne 1.1 Éducation.")
        await person.does("ctrl+y")
        assert len(person.stored().answers) == 2
        await person.does("ctrl+z", "ctrl+z", "ctrl+z")
        person.sees("Il n’y a rien à annuler.")
    assert not person.stored().answers


async def test_f8_says_where_a_figure_comes_from(person: Person) -> None:
    async with person.at("enter", size=(80, 24)):
        await person.does("2nn1nn", "f8")
        person.sees("Mission 1, Famille : 50 %", "3 points sur 6 (")
        await person.does("f8", "2", "f8")
        person.sees("5 points sur 9 (")
        await person.does("escape")
        person.sees(not_=("points sur",))
