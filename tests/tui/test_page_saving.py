"""What is shown without a mark is on the disk: a refused note is not shown, a text keeps its mark."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import Key

from ctg_tui.domain.assessment import Cell, Rating
from tests.databases import read_again
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
from tests.tui.typing import type_fast

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


def _key(name: str) -> Key:
    return Key(name, name if len(name) == 1 else None)


@pytest.mark.parametrize(
    ("way", "typed"),
    [
        (("enter", "enter"), "Deux fois par an"),
        ((".etapes.renseignements", *["down"] * 8), "8"),
        ((".etapes.previsionnel",), "803"),
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


async def test_the_first_change_of_a_definitive_assessment_asks_and_what_is_typed_meanwhile_waits(
    person: Person,
) -> None:
    make_final(person.folder)
    yes, before = ("right", "right", "enter"), person.stored()
    async with person.at("enter", size=(80, 24)):
        for typed in ([*"Nous avons, à 3", "enter"], ["0", "1", "down", "up", "3"]):
            await type_fast(person.pilot, typed)
            person.sees("Modifier l’évaluation", "Ce que vous avez tapé attend")
            await person.does("escape")
            person.sees("Rien n’a été changé.", not_=("part avec l’envoi",))
        assert person.stored() == before
        await type_fast(person.pilot, [*"Nous avons, à 3", *yes, *" voix", "escape"])
    assert person.stored().comments == {"m1.a01": "Nous avons, à 3 voix"}
    assert person.stored().answers == before.answers
    async with person.at("enter", "home"):
        await type_fast(person.pilot, ["0", "é", *yes, "&"])
    changed = {cell: note for cell, note in person.stored().answers.items() if note is not Rating.MOSTLY}
    assert changed == {FIRST: Rating.NO, THIRD: Rating.PARTLY}
    async with person.at("enter", ".etapes.renseignements"):
        await type_fast(person.pilot, ["tab", "tab", "tab", "end", *"-Com", *yes, *"posé", "tab"])
    assert person.stored().identity.coordinators[0].last_name == "Nom-Composé"
