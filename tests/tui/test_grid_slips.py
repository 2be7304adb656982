"""Grille: a letter shows what it would do, and a sentence typed there by mistake does little."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Assessment, Cell, Rating
from ctg_tui.tui.view import DetailMode, Direction
from tests.databases import open_workspace, read_again
from tests.effort import IS_NIGHT, some
from tests.tui.driving import IDENTITY, cursor, grid_screen, make, on_grid, shown
from tests.tui.person import Person
from tests.tui.typing import type_fast, type_slowly

TEXT = """le la les un une des du de à au aux et ou où ni car donc mais nous vous ils elle on ce cette ces
qui que comité pilotage réunion élus élues année école été hiver budget équipe enfance jeunesse famille
éducation social habitants parents crèche accueil loisirs quartier commune partenaires Caf convention bilan
action projet diagnostic évaluation indicateurs tableau bord suivi plan lien mise place œuvre l’offre
d’accueil n’a pas encore été fait, reprendre en mars; voir avec Mme Petit (3 fois par an) : 12 - 2026 !"""
WORDS = TEXT.split()
SENTENCES = 300 if IS_NIGHT else 3
LETTERS = 40
NOTES = {*"0123nN", *'à&é"'}


def sentence(chance: random.Random) -> str:
    text = ""
    while len(text) < LETTERS:
        text += chance.choice(WORDS) + " "
    return text[:LETTERS]


def before_the_first_letter(text: str) -> tuple[int, int]:
    """Return how many cells and how many lines a sentence may change: by the keys of notes it begins with."""
    cells = lines = 0
    whole = False
    for character in text:
        if character in NOTES:
            lines += whole
            cells += not whole
            whole = False
        elif character in "lL":
            whole = not whole
        elif not character.isspace():
            break
        else:
            whole = False
    return cells, lines


def without_answers(assessment: Assessment) -> Assessment:
    return assessment._replace(answers={}, set_aside={})


@pytest.mark.parametrize("fast", [True, False])
async def test_a_sentence_typed_in_the_grid_changes_no_more_than_the_notes_it_begins_with(
    tmp_path: Path, fast: bool
) -> None:
    make(tmp_path)
    chance = random.Random(40 + fast)
    async with on_grid(tmp_path) as pilot:
        session = grid_screen(pilot).opened
        for _ in range(SENTENCES):
            text, before = sentence(chance), session.assessment
            await (type_fast if fast else type_slowly)(pilot, list(text))
            view, after = grid_screen(pilot).view, session.assessment
            cells, lines = before_the_first_letter(text)
            was, now = before.answers, after.answers
            changed = [cell for cell in {*was, *now} if was.get(cell) != now.get(cell)]
            assert len(changed) <= cells + 3 * lines, text
            assert without_answers(after) == without_answers(before), text
            assert (view.direction, view.aside) == (Direction.ACROSS, DetailMode.LINE), text
            assert not list(tmp_path.glob("*.toml")), text
            if view.typed or view.whole_line:
                await type_slowly(pilot, ["escape"])
            await type_slowly(pilot, ["ctrl+z"] * (cells + lines))
            assert session.assessment.answers == was, text


async def test_fast_and_slowly_leave_the_same(tmp_path: Path) -> None:
    chance = random.Random(7)
    for rank in range(SENTENCES // 3):
        text = sentence(chance)
        left = []
        for name, typing in (("vite", type_fast), ("lent", type_slowly)):
            folder = tmp_path / f"{rank}-{name}"
            folder.mkdir()
            make(folder)
            async with on_grid(folder) as pilot:
                await typing(pilot, list(text))
                view = grid_screen(pilot).view
                left.append((view.assessment.answers, view.cell, view.typed))
        assert left[0] == left[1], text


def make_second_year(folder: Path) -> None:
    """Make an assessment that follows another one, which has a note and a comment on its first line."""
    workspace = open_workspace(folder)
    former = workspace.open(workspace.create(IDENTITY._replace(year=2026)))
    former.rate(former.grid.cells[0], Rating.PARTLY)
    former.comment("m1.a01", "Pas encore d’outil commun.")
    workspace.duplicate(former.assessment.id, 2027, IDENTITY.moment)
    workspace.close()


async def test_a_letter_says_what_it_would_do_and_enter_does_it(person: Person) -> None:
    make_second_year(person.folder)
    for size in some(((60, 16), (80, 24), (120, 40)), 2):
        async with person.at("enter", "m", size=size):
            person.sees("M : reprendre le commentaire de 2026 ?", "Entrée oui", "Échap non")
            await person.does("escape")
            person.sees(not_=("M : reprendre le commentaire",))
            await person.does("m", "enter", "ctrl+z")
            person.sees("Annulé : commentaire.")


async def test_a_letter_that_would_change_nothing_says_so_and_asks_nothing(person: Person) -> None:
    make_second_year(person.folder)
    for size in some(((60, 16), (80, 24), (120, 40)), 3):
        async with person.at("enter", "m", size=size):
            if "reprendre le commentaire de 2026 ?" in person.screen:
                await person.does("enter", "m")
            person.sees("M : Ce commentaire est déjà repris.", "d’accord", not_=(" ?", "Entrée oui"))
            await person.does("enter")
            person.sees(not_=("déjà repris", "Échap finir"))
            await person.does("m", "é")
            person.sees("« mé » n’est pas gardé.")
            await person.does("escape", "down", "m")
            person.sees("M : Cette ligne était sans commentaire la dernière fois.", not_=(" ?",))
            await person.does("escape", "up")
    assert not read_again(person.folder, 2).answers, "é is no note behind it"


async def test_from_the_second_letter_on_a_sentence_is_told_where_it_goes(person: Person) -> None:
    async with person.at("enter"):
        await person.does("m", "é")
        person.sees("« mé » n’est pas gardé. Entrée : écrire le commentaire · Échap : rien")
        assert not person.stored().answers, "é is no note in a sentence"
        await person.does("enter", "Le vrai texte", "escape")
        assert person.stored().comments == {"m1.a01": "Le vrai texte"}


@pytest.mark.parametrize("key", some(["f3", "down", "ctrl+z", "tab", "f8"], 2))
async def test_an_arrow_or_an_f_key_ends_a_sentence_and_acts(person: Person, key: str) -> None:
    async with person.at("enter", "2", "b", "o", "n"):
        person.sees("n’est pas gardé. Entrée")
        here = cursor(person.pilot)
        await person.does(key)
        person.sees(not_=("n’est pas gardé. Entrée",))
        if key == "ctrl+z":
            assert not person.stored().answers
        elif key == "f8":
            person.sees("Pourquoi")
        else:
            assert cursor(person.pilot) != here


async def test_a_click_ends_a_sentence_and_acts(person: Person) -> None:
    async with person.at("enter", "b", "o", "n"):
        lines = shown(person.pilot).splitlines()
        third = next(y for y, line in enumerate(lines) if line.startswith("  1.3 "))
        await person.pilot.click(offset=(10, third))
        assert cursor(person.pilot) == Cell("m1.a03", "famille")
        person.sees(not_=("n’est pas gardé. Entrée",))


async def test_after_l_the_next_key_that_is_no_note_ends_it(person: Person) -> None:
    async with person.at("enter", "l", "u", "escape", "2"):
        assert len(person.stored().answers) == 1
        await person.does("l", "l", "2")
        assert len(person.stored().answers) == 2


async def test_letters_without_a_command_do_nothing_on_enter_but_open_the_comment(person: Person) -> None:
    async with person.at("enter"):
        for letter in "atghjkorsuyvefxq":
            await person.does(letter)
            person.sees(f"« {letter} » n’est pas gardé. Entrée : écrire le commentaire · Échap : rien")
            await person.does("escape")
        assert person.page == "GridScreen"
