"""Grille: a note key notes at once, any other character begins the comment of the line with itself."""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path
from typing import Final

import pytest

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Rating
from tests.databases import read_again
from tests.effort import IS_NIGHT
from tests.strategies import charente
from tests.tui.driving import cursor, grid_screen, held, make, messages, on_grid, until_written
from tests.tui.person import Person
from tests.tui.typing import type_fast, type_slowly

WRITTEN: Final = (
    *("12 réunions", "né", "nc", "N", "NC", "Non, pas encore", "à revoir", "(voir avec Mme Petit)"),
    *("« le bilan » est prêt", "4 comités", "Élus absents", "nc réunions", "nous avons", "NC pour nous"),
    *("l’accueil", "mais", "pas", "document", "jamais", "qui ?", "idem", "[/red] $ {x}", '& 3 é " n'),
)
"""What people begin with in a line of a spreadsheet."""
TEXT: Final = """le la les un une des du de à au aux et ou où ni car donc mais nous vous ils elle on ce
qui que comité pilotage réunion élus élues année école été hiver budget équipe enfance jeunesse famille NC
éducation social habitants parents crèche accueil loisirs quartier commune partenaires Caf convention bilan
action projet diagnostic évaluation indicateurs tableau bord suivi plan lien mise place œuvre l’offre nc né
d’accueil n’a pas encore été fait, reprendre en mars; voir avec Mme Petit (3 fois par an) : - 2026 ! 12 4
Non N cette ces"""
SENTENCES: Final = 300 if IS_NIGHT else 16
NOTES: Final[dict[str, Answer]] = {
    **dict(zip("0123", Rating, strict=True)),
    **dict(zip('à&é"', Rating, strict=True)),
    "n": NOT_CONCERNED,
}


def sentences(number: int) -> list[str]:
    """Return so many sentences: those above, then some drawn."""
    chance = random.Random(40)
    drawn = (" ".join(chance.choices(TEXT.split(), k=chance.randint(1, 7))) for _ in range(number))
    return [*WRITTEN, *drawn][:number]


def expected(text: str) -> tuple[list[Answer], str]:
    """Return the notes that a sentence begins with, and the comment that is the rest of it.

    « N » or « NC » left alone is a note, any other character left alone is nothing.
    """
    notes: list[Answer] = []
    rest = text
    while rest[:1] in NOTES or rest[:1].isspace():
        if rest[0] in NOTES:
            notes.append(NOTES[rest[0]])
            rest = rest.removeprefix("nc") if rest.startswith("nc") else rest[1:]
        else:
            rest = rest.lstrip()
    if rest.strip() in {"N", "NC"}:
        return [*notes, NOT_CONCERNED], ""
    return notes, rest if len(rest.strip()) > 1 else ""


@pytest.mark.parametrize("fast", [True, False] if IS_NIGHT else [True])
async def test_a_sentence_typed_in_the_grid_is_its_comment_but_for_the_notes_it_begins_with(
    tmp_path: Path, fast: bool
) -> None:
    make(tmp_path)
    typing = type_fast if fast else type_slowly
    async with on_grid(tmp_path) as pilot:
        session = grid_screen(pilot).opened
        cells = session.grid.cells
        for text in sentences(SENTENCES):
            notes, comment = expected(text)
            await typing(pilot, list(text))
            line = cells[max(len(notes) - 1, 0)].activity if comment else ""
            await typing(pilot, ["escape"] if grid_screen(pilot).is_writing else [])
            await until_written(pilot)
            stored = read_again(tmp_path)
            assert stored.answers == dict(zip(cells, notes, strict=False)), text
            assert stored.comments == ({line: comment} if line else {}), text
            assert cursor(pilot) == cells[len(notes)], f"each note is seen in its place: {text}"
            await type_slowly(pilot, ["ctrl+z"] * (len(notes) + bool(comment)))
            await until_written(pilot)
            assert not read_again(tmp_path).answers, text
            assert not read_again(tmp_path).comments, text
            await type_slowly(pilot, ["home", "left", "left"])


@pytest.mark.parametrize("keys", [("escape",), ("f4",), ("ctrl+q",)])
async def test_nc_in_capitals_is_noted_in_its_cell_however_it_is_left(
    person: Person, keys: tuple[str, ...]
) -> None:
    async with person.at("enter", "right", "NC", *keys):
        pass
    stored = person.stored()
    assert [(cell.policy, answer) for cell, answer in stored.answers.items()] == [
        ("education", NOT_CONCERNED)
    ]
    assert not stored.comments


async def test_a_letter_alone_stays_until_it_is_ended_and_nc_until_the_disk_takes_it(person: Person) -> None:
    async with person.at("enter", "right"):
        box = grid_screen(person.pilot)
        for letter in ("L", "N"):
            await person.does(letter)
            for keys in (("ctrl+s",), ("f1", "escape")):
                await person.does(*keys)
                assert box.is_writing, (letter, keys)
                person.sees(f" {letter} ", "pas encore enregistré")
            person.sees("Échap finir" if letter == "L" else "Échap noter NC")
            if letter == "L":
                await person.does("escape")
        with held(person.folder):
            await person.does("escape")
            person.sees("Un autre programme utilise vos évaluations.", "pas encore enregistré")
            await person.does("ctrl+s")
            person.sees("n’est pas encore enregistré.", not_=("Tout est enregistré",))
            await person.does("ctrl+q")
            assert person.pilot.app.is_running
            assert "Recommencez pour partir quand même." in messages(person.pilot)[-1]
            assert box.is_writing
        await person.does("ctrl+q")
    assert [*person.stored().answers.values()] == [NOT_CONCERNED]
    assert not person.stored().comments


async def test_what_begins_a_comment_goes_to_the_end_of_the_one_that_is_there(person: Person) -> None:
    async with person.at("enter", "enter", "Fait.", "escape"):
        await person.does("Revu", "escape")
        assert person.stored().comments == {"m1.a01": "Fait. Revu"}
        for left in ("L", "N"):
            await person.does("up", "home", "left", "left", left, "escape")
            assert person.stored().comments == {"m1.a01": "Fait. Revu"}, left
        assert [*person.stored().answers.values()] == [NOT_CONCERNED]
        await person.does("home", "un rapport\nde deux lignes !", "escape")
    assert person.stored().comments == {"m1.a01": "Fait. Revu un rapport\nde deux lignes"}, "a paste too"


async def test_on_an_indicator_digits_are_its_number_and_a_sentence_its_comment(person: Person) -> None:
    async with person.at("enter", "end", "down", "down"):
        await person.does("12 réunions", "escape")
        assert person.stored().numbers == {"m1.i02": 12}
        await person.does("up", "non", "escape", "down", "N", "escape")
    stored = person.stored()
    assert stored.comments == {"m1.i02": "réunions", "m1.i01": "non"}
    assert not stored.answers


async def test_a_comment_lands_on_the_line_just_noted_for_each_place_in_a_row(person: Person) -> None:
    async with person.at("enter"):
        number = 0
        expected_comments: dict[str, str] = {}
        for notes, begins in product((1, 2, 3), ("enter", "")):
            cells = charente().cells
            line = cells[number + notes - 1].activity
            await type_fast(person.pilot, ["2"] * notes)
            await person.will_see(f"Entrée commenter 1.{int(line[-2:])}")
            keys = [begins] if begins else []
            await type_fast(person.pilot, [*keys, *f"Lu {number}", "escape"])
            number += notes
            assert cursor(person.pilot) == cells[number], "the next note goes on"
            said = expected_comments.get(line, "")
            expected_comments[line] = f"{said}{' ' * bool(said and not begins)}Lu {number - notes}"
        await until_written(person.pilot)
    stored = person.stored()
    assert stored.comments == expected_comments
    assert set(stored.answers) == set(charente().cells[:number])
