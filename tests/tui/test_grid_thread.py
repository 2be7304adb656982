"""What the Caf said of a line stands beside it in the grid, and is answered there."""

from __future__ import annotations

import re

import pytest

from ctg_tui.domain.assessment import Cell, Rating, Said
from ctg_tui.domain.text import clean
from ctg_tui.domain.thread import PointState, points_of
from tests.strategies import HOSTILE_TEXTS, charente_of_caf
from tests.threads import FOUR_QUESTIONS, SIX_NOTES, caf_says, hears
from tests.tui.driving import control_characters, cursor, make, resize, shown, until_written
from tests.tui.person import Person

ON_GRID = "ctrl+g"
FAMILLE, EDUCATION, SOCIAL = (Cell("m1.a01", policy) for policy in ("famille", "education", "social"))


def make_answered(person: Person, *rows: Said, rating: Rating | None = Rating.MOSTLY) -> None:
    """Make an assessment, every cell noted, of which the Caf said `rows`."""
    make(person.folder, rating=rating, grid=charente_of_caf())
    hears(person.folder, *rows)


def states(person: Person) -> dict[tuple[str | None, str | None], PointState]:
    """Return the state of each point, by its place, as the database has it."""
    points = points_of(person.stored(), charente_of_caf())
    return {(point.line, point.policy): point.state for point in points}


def row(person: Person, number: str) -> str:
    """Return the row of the table with that number of a line."""
    return next(
        line for line in shown(person.pilot).splitlines() if line.lstrip("► ").startswith(f"{number} ")
    )


async def at_first_line(person: Person) -> None:
    await person.does("tab", "shift+tab", *["left"] * 3)


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 16)])
async def test_a_line_with_something_open_bears_a_mark_and_what_was_said_of_it_stands_below(
    person: Person, size: tuple[int, int]
) -> None:
    later = caf_says("m1.a01", "Et en 2027 ?", author="Prénom Autre", days=2)
    make_answered(person, *SIX_NOTES, later)
    async with person.at(ON_GRID, size=size):
        await at_first_line(person)
        assert "●" in row(person, "1.1")
        assert "●" not in row(person, "1.3")
        to_answer = "Caf (Prénom Nom), 15 mars : Famille, 1 plutôt que 2. « Le COPIL ne s’est réuni"
        person.sees(to_answer[: size[0] - 18])
        if size[1] < 30:  # a row: the point that Entrée answers, and that it goes on
            assert re.search(r"●   Caf (.*\n)?.*\S… *$", shown(person.pilot), re.MULTILINE)
        else:
            later_words = "Caf (Prénom Autre), 17 mars : « Et en 2027 ? »"
            assert 0 < person.screen.index(to_answer) < person.screen.find(later_words)


async def test_f3_goes_to_the_next_open_point_then_to_the_next_blank_cell(person: Person) -> None:
    make_answered(person, SIX_NOTES[0], SIX_NOTES[4], *FOUR_QUESTIONS[2:])
    async with person.at(ON_GRID):
        await at_first_line(person)
        await person.does("delete", "f3")
        assert cursor(person.pilot) == Cell("m1.a08", "famille")
        person.sees("F3 point suivant")
        await person.does("f3")
        assert cursor(person.pilot) == FAMILLE, "round to the first"
        await person.does("enter", "enter", "f3", "enter", "enter")
        person.sees(not_=("●",))
        await person.does("3", "f3")  # not of what no line of the grid shows
        assert cursor(person.pilot) == FAMILLE, "the blank cell"


async def test_enter_answers_the_point_of_the_cell_and_the_cursor_stays(person: Person) -> None:
    make_answered(person, SIX_NOTES[0], SIX_NOTES[1])
    async with person.at(ON_GRID):
        await at_first_line(person)
        await person.does("right", "enter")
        person.sees("Ligne 1.1 Éducation. ", "(x) vu, reste 2 ( ) mettre 1 ( ) garder 2")
        await person.does("enter")
        assert cursor(person.pilot) == EDUCATION
        await until_written(person.pilot)
        assert states(person) == {FAMILLE: PointState.TO_SEE, EDUCATION: PointState.SETTLED}
        await person.does("enter")
        person.sees("Ligne 1.1 Famille. ")  # the only one left on the line
        await person.does("right", "enter")
        await until_written(person.pilot)
        assert person.stored().answers[FAMILLE] is Rating.PARTLY
        assert person.page == "GridScreen"
        person.sees("Votre réponse : Famille, note 1", not_=("●",))
        await person.does("ctrl+z")
        person.sees("Annulé : réponse à la Caf, ligne 1.1 Famille", "●")
        await until_written(person.pilot)
        assert person.stored().answers[FAMILLE] is Rating.MOSTLY


async def test_right_after_a_note_enter_answers_the_line_just_noted_and_the_foot_says_so(
    person: Person,
) -> None:
    make_answered(person, SIX_NOTES[0], SIX_NOTES[2])
    async with person.at(ON_GRID):
        await at_first_line(person)
        await person.does("right", "right", "3")
        assert cursor(person.pilot).activity == "m1.a02"
        for width, height in ((60, 16), (80, 24), (120, 30)):
            await resize(person.pilot, width, height)
            person.sees("0 Non", "Entrée répondre 1.1")
        await person.does("enter")
        person.sees("Ligne 1.1 Famille. ")
        await person.does("Non, deux fois", "escape")
        assert person.page == "GridScreen"
        await person.does("up")
        person.sees("Réponse commencée : Famille. « Non, deux fois »", "●")
        await until_written(person.pilot)
        assert states(person)[FAMILLE] is PointState.TO_SEE
        await person.does("down")
        person.sees("Entrée répondre 1.2")


async def test_a_letter_always_comments_on_a_line_with_an_open_point_too(person: Person) -> None:
    make_answered(person, SIX_NOTES[0])
    async with person.at(ON_GRID):
        await at_first_line(person)
        await person.does("Vu avec le COPIL")
        person.sees("Commentaire de 1.1, part avec l’envoi", "« Le COPIL ne s’est réuni qu’une fois. »")
        await person.does("escape")
        await until_written(person.pilot)
        await resize(person.pilot, 80, 24)
        assert re.search(r"●   Caf .*\n.* ✎ Vu avec le COPIL", shown(person.pilot)), "both in sight"
    assert person.stored().comments == {"m1.a01": "Vu avec le COPIL"}
    assert states(person) == {FAMILLE: PointState.TO_SEE}


async def test_what_the_caf_typed_is_text_in_the_zone_and_above_the_comment(person: Person) -> None:
    hostile = clean("".join(text for text in HOSTILE_TEXTS if len(text) < 1000), multiline=True)
    make_answered(person, caf_says("m1.a01/famille", hostile, author=clean(hostile[:60])))
    async with person.at(ON_GRID, size=(60, 16)):
        await at_first_line(person)
        for key in ("x", "escape", "enter", "y"):
            await person.does(key)
            assert not control_characters(shown(person.pilot))
