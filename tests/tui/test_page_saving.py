"""What is shown without a mark is on the disk: a refused note is not shown, a text keeps its mark."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.domain.assessment import NOT_CONCERNED, Cell, Rating
from tests.databases import read_again
from tests.tui.driving import (
    DELAYS,
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
    until,
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
            assert NOT_YET in one_line(pilot)
        await write(pilot, "s")
        await until_written(pilot)
        assert not messages(pilot)
        with held(tmp_path):
            await write(pilot, "!")
            await press(pilot, "ctrl+q")
            assert messages(pilot) == [f"{NOT_STORED} Recommencez pour partir quand même."], (
                "for this text too"
            )
            await press(pilot, "backspace")
        await until_written(pilot)
        await press(pilot, "ctrl+s")
        assert "Tout est enregistré automatiquement" in shown(pilot)
        await press(pilot, "ctrl+c")
        assert "Ctrl+Q pour quitter" in shown(pilot)
        await press(pilot, "ctrl+q")
    assert pilot.app.return_code == 0
    assert read_again(tmp_path).comments == {"m1.a01": "textes"}


async def test_a_text_of_a_form_that_the_disk_refuses_holds_escape_once(person: Person) -> None:
    async with person.at("enter", ".etapes.entretien", "down"):
        with held(person.folder):
            await person.does("Un texte", "escape")
            person.sees(
                "« Un texte » n’est pas enregistré (Points forts).", "Recommencez pour partir quand même"
            )
        await person.does("escape")
    assert [*person.stored().preparation.values()] == ["Un texte"]


async def test_an_assessment_that_cannot_be_created_is_said_and_the_form_stays(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "n")
        with held(tmp_path):
            await write(pilot, "Ma commune")
            await press(pilot, "f5")
            assert page(pilot) == "NewAssessmentScreen"
            assert "Un autre programme utilise" in message(pilot)
        await press(pilot, "f5")
        await until_shown(pilot, "Ma commune")
    assert read_again(tmp_path, 2).identity.territory.name == "Ma commune"


async def test_the_first_change_of_a_definitive_assessment_asks_and_what_is_typed_meanwhile_waits(
    person: Person,
) -> None:
    make_final(person.folder)
    yes, before = ("right", "enter"), person.stored()
    async with person.at("enter", size=(80, 24)):
        for typed in ([*"Nous avons, à 3", "enter"], ["0", "1", "down", "up", "3"]):
            await type_fast(person.pilot, typed)
            person.sees("Modifier l’évaluation", "choisissez avec ↑ ↓.", not_=("Entrée valider",))
            await person.does("down")
            person.sees("Entrée valider")
            await person.does("escape")
            person.sees("Rien n’a été changé.", not_=("part avec l’envoi",))
        assert person.stored() == before
        await type_fast(person.pilot, [*"Nous avons, à 3", *yes, *" voix", "escape"])
    assert person.stored().comments == {"m1.a01": "Nous avons, à 3 voix"}
    assert person.stored().answers == before.answers
    async with person.at("enter", "home"):
        await type_fast(person.pilot, ["0", "é", "3", *yes, "&"])
    changed = {cell: note for cell, note in person.stored().answers.items() if note is not Rating.MOSTLY}
    assert changed == {FIRST: Rating.NO, THIRD: Rating.FULLY, Cell("m1.a02", "famille"): Rating.PARTLY}
    async with person.at("enter", "home", "left", "left"):
        await type_fast(person.pilot, ["1", *"énc Zut à 3", *yes, "escape"])
    assert person.stored().comments == {"m1.a01": "Nous avons, à 3 voix Zut à 3"}
    now = person.stored().answers
    assert [now[cell] for cell in (FIRST, SECOND, THIRD)] == [Rating.PARTLY, Rating.MOSTLY, NOT_CONCERNED]
    async with person.at("enter", ".etapes.vous"):
        await person.does(".etapes.entretien", "down", "x", "escape")
        person.sees("Rien n’a été changé.", not_=("pas encore",))
        await person.does(".etapes.vous")
        await type_fast(person.pilot, ["tab", "tab", "tab", "end", *"-Com", *yes, *"posé", "tab"])
    assert person.stored().identity.coordinators[0].last_name == "Nom-Composé"


async def test_a_text_typed_without_a_rest_is_saved_all_the_same(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path, delays=DELAYS._replace(rest=3600, longest=0.5)) as pilot:
        await press(pilot, "enter")
        await write(pilot, "sans repos")
        await until(pilot, lambda: read_again(tmp_path).comments)
        await write(pilot, " ni fin")
        await until(pilot, lambda: read_again(tmp_path).comments == {"m1.a01": "sans repos ni fin"})
        await press(pilot, "escape", "ctrl+z")
    assert read_again(tmp_path).comments == {}, "one text, one undo"
