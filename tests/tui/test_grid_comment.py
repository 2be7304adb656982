"""Grille: a comment loses no letter, whichever keys are typed and however the program ends."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from ctg_tui.domain.assessment import Cell
from ctg_tui.domain.text import clean
from ctg_tui.tui.widgets.editor import CommentEditor
from ctg_tui.tui.widgets.frame import HeadLine
from tests.databases import read_again
from tests.strategies import SOME_HOSTILE_TEXTS
from tests.tui.driving import (
    control_characters,
    cursor,
    make,
    on_grid,
    page,
    paste,
    press,
    resize,
    shown,
    until,
    write,
)
from tests.tui.person import Person

EVERYTHING_TYPED = (
    "0123456789 nNxXcCsSlLpPdDjJ éèêëàâùûïôçœæÉŒ €£µ§¤ &~\"#'{([-|`_\\^@)]=}°+ <>,?;.:/!*%¨ "
    "«\u00a0»\u202f’…–—"
)


async def test_every_printable_character_arrives_and_no_key_of_the_grid_acts(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "enter")
        await write(pilot, EVERYTHING_TYPED)
        assert cursor(pilot) == Cell("m1.a01", "famille")
        await press(pilot, "escape")
        assert page(pilot) == "GridScreen"
    stored = read_again(tmp_path)
    assert stored.comments == {"m1.a01": EVERYTHING_TYPED}
    assert not stored.answers


async def test_a_comment_is_saved_after_a_short_rest_and_one_edit_to_undo_once_left(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "enter")
        await write(pilot, "premier")
        await until(pilot, lambda: read_again(tmp_path).comments == {"m1.a01": "premier"})
        await write(pilot, " second")
        await press(pilot, "escape", "ctrl+z")
        assert not read_again(tmp_path).comments
        await press(pilot, "ctrl+y")
        assert read_again(tmp_path).comments == {"m1.a01": "premier second"}

        def is_kept(text: str) -> bool:
            return read_again(tmp_path).comments.get("m1.a02") == text

        await press(pilot, "down", "enter")
        for text in ("effacé", "autre"):
            await press(pilot, "ctrl+u")
            await write(pilot, text)
            await until(pilot, partial(is_kept, text))
        await press(pilot, "escape", "ctrl+z")
    assert read_again(tmp_path).comments["m1.a02"] == "effacé", "what was saved is met again"


async def test_hostile_texts_are_kept_clean_and_shown_as_text(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path, (80, 24)) as pilot:
        for text in SOME_HOSTILE_TEXTS:
            await press(pilot, "enter")
            await paste(pilot, text)
            assert not control_characters(pilot.app.screen.query_one(CommentEditor).text), text[:60]
            await press(pilot, "escape")
            assert not control_characters(shown(pilot)), text[:60]
            assert page(pilot) == "GridScreen", text[:60]
            assert read_again(tmp_path).comments.get("m1.a01", "") == clean(text, multiline=True), text[:60]
            await press(pilot, "ctrl+z")
            assert not read_again(tmp_path).comments, text[:60]


async def test_f6_puts_today_s_date_in_the_comment_of_a_line_or_an_indicator(person: Person) -> None:
    async with person.at("enter", "f6"):
        assert person.page == "GridScreen"
        assert not person.stored().comments, "nothing is written: F6 does nothing"
        for size in ((60, 16), (80, 24), (120, 40)):
            await resize(person.pilot, *size)
            await person.does("enter")
            person.sees("Échap finir F5", "F6 la date", "Commentaire de 1.1, part avec l’envoi")
            await person.does("escape")
            person.sees(not_=("F6 la date",))
        await person.does("enter")
        await resize(person.pilot, 80, 5)
        await resize(person.pilot, 80, 24)
        await person.does("escape")
        await person.does("enter", "Réunion du", "f6", ", 9 présents", "home", "f6", " : ", "escape")
        await person.does("end", "down", "down", "enter", "(", "f6", ")", "escape")
    today = "12\N{NO-BREAK SPACE}janvier 2027"
    written = f"{today} : Réunion du {today}, 9 présents"
    assert person.stored().comments == {"m1.a01": written, "m1.i02": f"({today})"}


async def test_a_letter_bears_its_mark_before_it_is_painted(person: Person) -> None:
    make(person.folder)
    async with person.at("enter", "enter"):
        screen = person.pilot.app.screen
        screen.query_one(CommentEditor).insert("L")  # no message is handled and no frame painted meanwhile
        assert "pas encore enregistré" in str(screen.query_one(HeadLine).content)
