"""What is shown without a mark is on the disk: a refused note is not shown, a text keeps its mark."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import Key

from ctg_tui.domain.assessment import NOT_CONCERNED, Cell, Rating
from tests.databases import read_again
from tests.effort import some
from tests.slow_disk import slow_disk
from tests.tui.driving import (
    DELAYS,
    WITHOUT_REST,
    held,
    make,
    make_final,
    message,
    messages,
    on_grid,
    one_line,
    page,
    press,
    resize,
    running,
    shown,
    until_shown,
    until_written,
    write,
)
from tests.tui.person import Person
from tests.tui.typing import type_fast, type_slowly

FIRST, SECOND, THIRD = (Cell("m1.a01", policy) for policy in ("famille", "education", "social"))
NOT_YET = "pas encore enregistré"
NOT_STORED = "Ce que vous écrivez n’est pas encore enregistré."


async def test_a_note_that_the_disk_refuses_is_not_taken_and_said_and_the_next_key_tries(
    tmp_path: Path,
) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        for size in ((60, 16), (80, 24), (120, 40)):
            await resize(pilot, *size)
            with held(tmp_path):
                await press(pilot, "2")
                assert "Un autre programme utilise vos évaluations." in message(pilot), size
                assert "rien n’a été changé" in message(pilot)
                assert "1 sur 42" not in one_line(pilot)
                assert "pas encore" not in shown(pilot), "nothing waits"
        await press(pilot, "2", "3")
        assert "2 sur 42" in one_line(pilot)
    assert read_again(tmp_path).answers == {FIRST: Rating.MOSTLY, SECOND: Rating.FULLY}


async def test_each_key_is_handled_in_order_on_a_slow_disk_and_none_is_lost(tmp_path: Path) -> None:
    make(tmp_path)
    with slow_disk(40):
        async with on_grid(tmp_path) as pilot:
            for key in ("2", "3", "n", "1", "ctrl+z", "0", "enter"):
                pilot.app.post_message(_key(key))
            await write(pilot, "2 réunions")
            await press(pilot, "escape")
    stored = read_again(tmp_path)
    assert [str(stored.answers[cell]) for cell in (FIRST, SECOND)] == ["2", "3"]
    assert stored.answers[Cell("m1.a02", "famille")] is Rating.NO
    assert [*stored.comments.values()] == ["2 réunions"]


def _key(name: str) -> Key:
    return Key(name, name if len(name) == 1 else None)


@pytest.mark.parametrize(
    ("way", "typed"),
    [
        (("enter", "enter"), "Deux fois par an"),
        ((".accueil.renseignements", *["down"] * 8), "8"),
        ((".accueil.previsionnel",), "803"),
    ],
)
async def test_what_is_typed_bears_the_mark_from_its_first_letter_to_its_commit(
    person: Person, way: tuple[str, ...], typed: str
) -> None:
    async with person.at(*way, delays=WITHOUT_REST) as person:
        person.sees(not_=("pas encore",))
        for letter in typed:
            await person.does(letter)
            person.sees(NOT_YET)
    async with person.at(*way, delays=DELAYS) as person:
        await person.does(typed)
        await until_written(person.pilot)
        person.sees("enregistré 13:02", not_=("pas encore",))


async def test_a_comment_that_the_disk_refuses_stays_in_its_editor_and_is_written_when_it_can_be(
    tmp_path: Path,
) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        with held(tmp_path):
            await press(pilot, "enter")
            await write(pilot, "texte")
            await press(pilot, "escape")
            editor = pilot.app.screen.query_one("CommentEditor")
            assert editor.text == "texte"  # type: ignore[attr-defined]
            assert editor.has_focus, "the cursor stays with what is not stored"
            assert NOT_YET in one_line(pilot)
            assert "Un autre programme utilise" in message(pilot)
        await until_written(pilot)
        await press(pilot, "escape")
        assert "pas encore" not in shown(pilot)
    assert read_again(tmp_path).comments == {"m1.a01": "texte"}


async def test_a_text_that_cannot_be_kept_holds_the_way_out_once_and_nothing_else_does(
    tmp_path: Path,
) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        with held(tmp_path):
            await press(pilot, "enter")
            await write(pilot, "texte")
            for key in ("ctrl+s", "ctrl+c"):
                await press(pilot, key)
                assert NOT_STORED in messages(pilot)[-1], key
            await press(pilot, "ctrl+q")
            assert messages(pilot) == [f"{NOT_STORED} Recommencez pour partir quand même."]
            assert pilot.app.is_running
        await until_written(pilot)
        await press(pilot, "ctrl+s")
        assert "tout est enregistré automatiquement" in shown(pilot)
        await press(pilot, "ctrl+c")
        assert "tout est déjà enregistré" in shown(pilot)
        await press(pilot, "ctrl+q")
    assert pilot.app.return_code == 0
    assert read_again(tmp_path).comments == {"m1.a01": "texte"}


async def test_what_was_said_of_a_text_that_could_not_be_saved_goes_with_its_save(person: Person) -> None:
    async with person.at("enter") as person:
        for key in ("", "ctrl+q"):
            with held(person.folder):
                await person.does("enter", "texte")
                await person.will_see("rien n’a été changé")
                if key:
                    await person.does(key)
                    person.sees(NOT_STORED)
            await until_written(person.pilot)
            assert not message(person.pilot)
            await person.does("s")
            assert not message(person.pilot), "nor does it come back with the next letter"
            await person.does("escape", "2")
            assert not message(person.pilot), "nor with a note"


async def test_details_that_the_disk_refuses_hold_the_page_once_and_are_written_when_it_takes_them(
    tmp_path: Path,
) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, ".accueil.renseignements", *["down"] * 8)  # the name of the adviser
        with held(tmp_path):
            await write(pilot, " Suite")
            await press(pilot, "f4")
            assert page(pilot) == "FormScreen"
            assert "Prénom Nom Suite » n’est pas enregistré (Nom)." in one_line(pilot)
        await until_written(pilot)
    assert read_again(tmp_path).identity.adviser.name == "Prénom Nom Suite"


async def test_an_assessment_that_cannot_be_created_is_said_and_the_form_stays(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "n")
        with held(tmp_path):
            await write(pilot, "Ma commune")
            await press(pilot, "ctrl+g")
            assert page(pilot) == "NewAssessmentScreen"
            assert "Un autre programme utilise" in message(pilot)
        await press(pilot, "ctrl+g")
        await until_shown(pilot, "Ma commune")
    assert read_again(tmp_path, 2).identity.territory.name == "Ma commune"


@pytest.mark.parametrize("seconds_between", some([0.0, None, 0.005], 2))
async def test_what_is_typed_as_the_question_comes_waits_for_yes_and_a_no_changes_nothing(
    person: Person, seconds_between: float | None
) -> None:
    make_final(person.folder)
    text = [*"Nous avons, à 3, vu Lœ", "backspace", "enter", *"non"]
    yes, before = ("right", "right", "enter"), person.stored()

    async def does(*keys: str) -> None:
        if seconds_between is None:
            await type_slowly(person.pilot, keys)
        else:
            await type_fast(person.pilot, keys, seconds_between)

    async with person.at("enter", size=(80, 24)):
        for typed in (text, [*"vous"], ["0", "1", "down", "3", "enter", *"Non"]):
            await does(*typed)
            person.sees("Modifier l’évaluation", "Ce que vous avez tapé attend")
            assert person.stored() == before
            await does("escape")
            person.sees("Rien n’a été changé.", not_=("part avec l’envoi",))
        for line, number in (("end", "1.14"), ("home", "1.1")):
            await does(line, *"Lu")
            person.sees("Modifier l’évaluation", f"Commentaire de {number}, part avec l’envoi")
            await does("escape")
        await does("down", "down", "down", *text, *yes, *" plus", "escape", "left")
    assert person.stored().comments == {"m1.a04": "Nous avons, à 3, vu L\nnon plus"}
    assert person.stored().answers == before.answers
    async with person.at("enter"):
        await does("home", "n", "c", "1", "down", "3", *"Oui", *yes, "!", "escape")
    changed = {cell: note for cell, note in person.stored().answers.items() if note is not Rating.MOSTLY}
    below = Cell("m1.a02", "social")
    assert changed == {FIRST: NOT_CONCERNED, SECOND: Rating.PARTLY, below: Rating.FULLY}
    assert person.stored().comments["m1.a02"] == "Oui!", "on the line just noted"
    async with person.at("enter"):
        await does("end", "down", "down", *"12", *yes, "3")
    assert person.stored().numbers == {"m1.i02": 123}
    async with person.at("enter", ".etapes.renseignements"):
        await does("tab", "tab", "tab", "end", *"-Composé", *yes, "tab")
    assert person.stored().identity.coordinators[0].last_name == "Nom-Composé"
