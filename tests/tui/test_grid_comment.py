"""Grille: a comment loses no letter, whichever keys are typed and however the program ends."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.domain.assessment import Cell
from ctg_tui.domain.text import clean
from ctg_tui.tui.widgets.editor import CommentEditor
from tests.databases import read_again
from tests.strategies import SOME_HOSTILE_TEXTS, charente
from tests.tui.driving import (
    WITHOUT_REST,
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
    until_written,
    write,
)

EVERYTHING_TYPED = (
    "0123456789 azertyuiop AZERTYUIOP nNxXcCsSlLpPdDjJkKmMqQiIhHtT "
    "éèêëàâäùûüïîôöçœæÉÈÀÇŒ €$£µ§¤ &~\"#'{([-|`_\\^@)]=}°+ <>,?;.:/!*%¨ «\u00a0»\u202f’…–—"
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


async def test_a_command_in_the_middle_of_a_comment_loses_no_letter(tmp_path: Path) -> None:
    make(tmp_path)
    for number, key in enumerate(["f3", "f4", "f8"]):
        async with on_grid(tmp_path) as pilot:
            await press(pilot, "home", "enter")
            await write(pilot, str(number))
            await press(pilot, key)
            text = "".join(map(str, range(number + 1)))
            assert read_again(tmp_path).comments == {"m1.a01": text}, key


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


async def test_a_saved_comment_emptied_before_it_is_left_is_one_key_away(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "enter")
        await write(pilot, "Texte neuf.")
        await until(pilot, lambda: read_again(tmp_path).comments == {"m1.a01": "Texte neuf."})
        await press(pilot, "ctrl+z", "escape")
        assert not read_again(tmp_path).comments
        await press(pilot, "ctrl+z")
        assert read_again(tmp_path).comments == {"m1.a01": "Texte neuf."}


async def test_the_end_of_a_saved_comment_that_is_cut_is_one_key_away(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "enter")
        await write(pilot, "Trente minutes.")
        await until(pilot, lambda: read_again(tmp_path).comments == {"m1.a01": "Trente minutes."})
        await press(pilot, *["backspace"] * 8, "escape")
        assert read_again(tmp_path).comments == {"m1.a01": "Trente "}
        await press(pilot, "ctrl+z")
        assert read_again(tmp_path).comments == {"m1.a01": "Trente minutes."}


async def test_lines_are_kept_and_emptying_takes_the_comment_away(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "enter")
        await write(pilot, "un")
        await press(pilot, "enter")
        await write(pilot, "deux")
        await press(pilot, "escape")
        assert read_again(tmp_path).comments == {"m1.a01": "un\ndeux"}
        await press(pilot, "enter", *["backspace"] * 7, "escape")
    assert not read_again(tmp_path).comments


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


async def test_a_long_paste_stops_at_the_limit(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "enter")
        await write(pilot, "début ")
        await paste(pilot, "é" * 30_000)
        await press(pilot, "escape")
    comment = read_again(tmp_path).comments["m1.a01"]
    assert comment.startswith("début éé")
    assert len(comment) == 20_000


async def test_the_help_asked_while_a_comment_is_written_shows_no_key_of_notes(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "enter", "f1")
        assert page(pilot) == "HelpScreen"
        assert "Donner une note" not in shown(pilot)


async def test_a_comment_left_by_tab_is_undone_after_the_note_given_next(tmp_path: Path) -> None:
    """In the order typed, whatever the rest of the typing would have saved first."""
    make(tmp_path)
    async with on_grid(tmp_path, delays=WITHOUT_REST) as pilot:
        await press(pilot, "enter")
        await write(pilot, "texte")
        await press(pilot, "tab", "2", "ctrl+z")
        await until_written(pilot)
        assert read_again(tmp_path).answers == {}
        assert read_again(tmp_path).comments == {"m1.a01": "texte"}


async def test_the_whole_line_stands_above_its_comment_while_it_is_written(tmp_path: Path) -> None:
    make(tmp_path)
    longest = max(charente().missions[0].activities, key=lambda line: len(line.label))
    async with on_grid(tmp_path, (80, 24)) as pilot:
        await press(pilot, *["down"] * charente().missions[0].activities.index(longest), "enter")
        for size in ((80, 24), (100, 30), (120, 40), (200, 60)):
            await resize(pilot, *size)
            above = shown(pilot).partition("►")[2].partition("▌")[0].replace("·", " ")
            assert " ".join(longest.label.split()) in " ".join(above.split()), size


async def test_tab_ends_the_comment_and_the_next_note_goes_on(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "2", "2", "enter")
        await write(pilot, "texte")
        await press(pilot, "tab", "2")
        assert cursor(pilot) == Cell("m1.a02", "famille")
    stored = read_again(tmp_path)
    assert stored.comments == {"m1.a01": "texte"}
    assert len(stored.answers) == 3
