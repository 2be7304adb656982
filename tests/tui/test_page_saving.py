"""An edit that could not be written is never shown as saved, stays marked, and is written at last."""

from __future__ import annotations

import re
import sqlite3
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Cell, Rating
from ctg_tui.domain.errors import typeset
from ctg_tui.storage import writer
from ctg_tui.storage.refusals import not_saved, replaced
from ctg_tui.storage.store import Store
from ctg_tui.storage.writer import Writer
from ctg_tui.tui.app import CtgApp
from ctg_tui.tui.dialogs import Question
from ctg_tui.tui.widgets.frame import Banner
from tests.databases import open_workspace, read_again
from tests.effort import some
from tests.tui.driving import (
    held,
    make,
    messages,
    on_grid,
    one_line,
    page,
    press,
    resize,
    running,
    shown,
    until,
    until_painted,
    until_shown,
    until_written,
    write,
)

FIRST = Cell("m1.a01", "famille")
_SQLITE_FAILURES = [
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_IOERR,
]


async def test_a_note_that_is_not_written_is_shown_with_its_mark_and_the_banner_says_why(
    tmp_path: Path,
) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        with held(tmp_path):
            await press(pilot, "2")
            for size in ((60, 16), (80, 24), (120, 40)):
                await resize(pilot, *size)
                await until_shown(pilot, "NON ENREGISTRÉ (1 changement en attente)")
                text = " ".join(shown(pilot).split())
                assert "Un autre programme utilise vos évaluations." in text
                assert re.search(r"Contribue[^│\n]*\s2\*\s+·\s+·", shown(pilot)), "shown as not saved"
                assert "Val de C" in text, "the head line stays in sight"
                assert size[0] < 80 or "Val de Charente" in text
                assert "enregistré 1" not in text
        await until_shown(pilot, "Tout est enregistré de nouveau.")
        await until_written(pilot)
        assert "2*" not in shown(pilot)
        assert not pilot.app.screen.query(Banner)
    assert read_again(tmp_path).answers == {FIRST: Rating.MOSTLY}


async def test_several_notes_wait_and_are_all_written_and_do_not_shift_those_typed_ahead(
    tmp_path: Path,
) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        with held(tmp_path):
            await press(pilot, "2", "down", "3")
            assert "2\u00a0changements en attente" in shown(pilot)
        await press(pilot, "1", "down", "2")
    assert read_again(tmp_path).answers == {
        FIRST: Rating.MOSTLY,
        Cell("m1.a02", "education"): Rating.FULLY,
        Cell("m1.a02", "social"): Rating.PARTLY,
        Cell("m1.a04", "famille"): Rating.MOSTLY,
    }


async def test_the_warning_goes_when_the_place_of_the_cursor_gets_the_note_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "RETRY_SECONDS", 3600)  # no try of its own does
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        with held(tmp_path):
            await press(pilot, "2")
            await until_shown(pilot, "NON ENREGISTRÉ")
        await press(pilot, "down")
        await until_shown(pilot, "Tout est enregistré de nouveau.")
        await until_written(pilot)
        assert not re.search(r"2\*", shown(pilot)), "no mark is left"
    assert read_again(tmp_path).answers == {FIRST: Rating.MOSTLY}


async def test_a_comment_that_waits_is_found_again_in_the_editor_and_written(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        with held(tmp_path):
            await press(pilot, "enter")
            await write(pilot, "texte")
            await press(pilot, "escape")
            assert "NON ENREGISTRÉ" in shown(pilot)
            await press(pilot, "enter")
            assert pilot.app.screen.query_one("CommentEditor").text == "texte"  # type: ignore[attr-defined]
        await until_written(pilot)
        await press(pilot, "escape")
    assert read_again(tmp_path).comments == {"m1.a01": "texte"}


async def test_quitting_with_something_unsaved_asks_first(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        with held(tmp_path):
            await press(pilot, "2", "ctrl+q")
            assert isinstance(pilot.app.screen, Question)
            assert "n’est pas encore enregistré" in shown(pilot)
            await press(pilot, "enter")  # the cursor of a grave question is on « non »
            assert pilot.app.is_running
            assert "NON ENREGISTRÉ" in shown(pilot)
        await until_written(pilot)
        await press(pilot, "ctrl+q")
    assert pilot.app.return_code == 0
    assert read_again(tmp_path).answers == {FIRST: Rating.MOSTLY}


async def test_banner_and_comment_leave_the_whole_page_in_sight(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        with held(tmp_path):
            await press(pilot, "2")
            for size in some(((60, 24), (80, 16), (80, 20), (120, 20), (80, 24), (120, 40))):
                await resize(pilot, *size)
                assert pilot.app.screen.max_scroll_y == 0, size
                await press(pilot, "enter")
                assert pilot.app.screen.query(Banner)
                assert "Échap\u00a0finir" in shown(pilot), "the foot"
                assert not pilot.app.screen.show_vertical_scrollbar, size
                await press(pilot, "escape")
        await until_written(pilot)
        assert not pilot.app.screen.query(Banner)
        assert not pilot.app.screen.has_class("-attente")


async def test_nothing_says_that_all_is_saved_while_something_is_not(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "ctrl+s")
        assert "tout est enregistré automatiquement" in shown(pilot)
        await press(pilot, "ctrl+c")
        assert "tout est déjà enregistré" in shown(pilot)
        with held(tmp_path):
            await press(pilot, "2")
            for key in ("ctrl+s", "ctrl+c"):
                await press(pilot, key)
                message = messages(pilot)[-1]
                assert "1\u00a0changement n’est pas encore enregistré." in message, key
                assert "tout est" not in shown(pilot), key
            await resize(pilot, 40, 10)
            await pilot.pause()
            assert "La fenêtre est trop" in shown(pilot)
            assert "tout est" not in shown(pilot)


def test_what_the_disk_says_before_the_first_page_or_after_the_last_is_no_error(tmp_path: Path) -> None:
    with closing(open_workspace(tmp_path)) as workspace:
        CtgApp(workspace).on_ctg_app_written()


async def test_what_opens_below_the_table_never_makes_the_page_higher_than_the_window(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        for size in some(((60, 16), (60, 24), (80, 16), (80, 20), (80, 24), (120, 20))):
            await resize(pilot, *size)
            for keys in (["enter"], ["escape", "f8"], ["escape"]):
                await press(pilot, *keys)
                assert pilot.app.screen.max_scroll_y == 0, (keys, size)
                assert "►" in shown(pilot), "the table is there too"


async def test_at_80_columns_the_banner_says_all_of_what_to_do(tmp_path: Path) -> None:
    refusals = [replaced(waits=True)]
    for code in _SQLITE_FAILURES:
        error = sqlite3.OperationalError("refused")
        error.sqlite_errorcode = code
        refusals.append(not_saved(error, waits=True))
    async with running(tmp_path, (80, 24)) as pilot:
        banner = Banner()
        await pilot.app.screen.mount(banner)
        for refusal in refusals:
            banner.show(refusal, 12)
            await until_painted(pilot)
            assert " ".join(typeset(refusal.advice).split()) in one_line(pilot)


@pytest.mark.parametrize(
    ("pages", "typed", "name"),
    [
        ((".etapes.entretien", "down", "enter"), ("x", "escape"), "PreparationScreen"),
        (("enter",), ("2", "escape"), "HomeScreen"),
    ],
)
async def test_a_base_that_another_program_holds_is_not_read_again_at_each_try(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    pages: tuple[str, ...],
    typed: tuple[str, ...],
    name: str,
) -> None:
    """Each reading would hold the page while the base is waited for, and show its message again."""
    make(tmp_path)
    tries = readings = 0
    attempt, reading = Writer._attempt, Store.reading

    def counted(self: Writer) -> None:
        nonlocal tries
        attempt(self)
        tries += 1

    def counted_too(self: Store) -> AbstractContextManager[None]:
        nonlocal readings
        readings += 1
        return reading(self)

    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, *pages)
        with held(tmp_path):
            await press(pilot, *typed)
            assert page(pilot) == name
            monkeypatch.setattr(Writer, "_attempt", counted)
            monkeypatch.setattr(Store, "reading", counted_too)
            await until(pilot, lambda: tries >= 3)
            assert not readings
        await until_written(pilot)


async def test_a_setting_chosen_while_a_save_waits_is_not_said_unchanged(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        with held(tmp_path):
            await press(pilot, "3")
            await until_shown(pilot, "NON ENREGISTRÉ")
            await press(pilot, ".app.theme", "down", "enter")
            app = pilot.app
            assert isinstance(app, CtgApp)
            assert app.theme == "clair"
            assert not messages(pilot)
            await press(pilot, "escape")
            assert page(pilot) == "HomeScreen"
            assert not messages(pilot)
        await until_written(pilot)
    assert read_again(tmp_path).answers == {FIRST: Rating.FULLY}
