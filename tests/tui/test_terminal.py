"""The real program in a real terminal: its keys, its sizes, what it takes from its environment."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import NOT_CONCERNED, Cell, Rating
from ctg_tui.tui import terminal as module
from ctg_tui.tui.app import CtgApp
from ctg_tui.tui.characters import drawable
from tests.databases import read_again
from tests.tui.driving import WITHOUT_REST, make, make_final, on_grid, press, until, write
from tests.tui.terminal import opened, settled, to_grid


def test_an_escape_and_a_letter_at_once_leave_the_comment_as_one_after_the_other(tmp_path: Path) -> None:
    make(tmp_path)
    with opened(tmp_path, (80, 24)) as terminal:
        to_grid(terminal)
        terminal.type("\r")
        terminal.wait_for("Votre commentaire")
        terminal.type("Fait en mars")
        terminal.wait_for("Fait en mars")
        terminal.type("\x1bn\x1b")
        terminal.wait_for("NC")
        terminal.type("\x11")
        assert terminal.end() == 0
    stored = read_again(tmp_path)
    assert stored.comments == {"m1.a01": "Fait en mars"}
    assert list(stored.answers.values()) == [NOT_CONCERNED]


def test_a_sentence_typed_on_files_sent_as_definitive_asks_and_goes_on_with_all_its_letters(
    tmp_path: Path,
) -> None:
    make_final(tmp_path)
    with opened(tmp_path, (80, 24)) as terminal:
        to_grid(terminal)
        terminal.type("Nous avons vu, à 3\r")
        terminal.wait_for("Ce que vous avez tapé attend")
        terminal.type("\x1b[C\x1b[C\r et 4")
        terminal.wait_for("et 4")
        terminal.type("\x1b\x11")
        assert terminal.end() == 0
    stored = read_again(tmp_path)
    assert stored.comments == {"m1.a01": "Nous avons vu, à 3\n et 4"}
    assert {*stored.answers.values()} == {Rating.MOSTLY}


def test_a_byte_that_is_no_utf_8_stops_nothing(tmp_path: Path) -> None:
    make(tmp_path)
    with opened(tmp_path) as terminal:
        to_grid(terminal)
        terminal.child.send(b"\xe9t\xc3\xa9\x11")
        assert terminal.end() == 0
    assert read_again(tmp_path).comments == {"m1.a01": "\ufffdté"}


def test_the_page_takes_the_size_of_its_window_and_a_window_too_small_takes_no_key_but_ctrl_q(
    tmp_path: Path,
) -> None:
    make(tmp_path)
    with opened(tmp_path, size=(120, 40), COLUMNS="80", LINES="24") as terminal:
        to_grid(terminal)
        for columns, rows in ((120, 40), (100, 30)):
            terminal.screen.resize(rows, columns)
            terminal.child.setwinsize(rows, columns)
            settled(terminal)
            assert "F1\u00a0aide" in terminal.screen.display[rows - 1]
        terminal.type("2")
        terminal.wait_for("1 sur 42")
        for rows, columns in ((7, 20), (30, 100), (12, 50)):
            terminal.child.setwinsize(rows, columns)
        terminal.wait_for("trop petite")
        terminal.type("2\x11")
        assert terminal.end() == 0
    assert read_again(tmp_path).answers == {Cell("m1.a01", "famille"): Rating.MOSTLY}


def test_no_variable_of_textual_forbids_the_start_presses_a_key_or_makes_a_file_of_what_is_typed(
    tmp_path: Path,
) -> None:
    make(tmp_path)
    traces = tmp_path / "traces"
    traces.mkdir()
    variables = {
        "TEXTUAL": "debug",
        "TEXTUAL_DRIVER": "nulle.part:Pilote",
        "TEXTUAL_COLOR_SYSTEM": "zzz",
        "TEXTUAL_LOG": str(traces / "touches.txt"),
        "TEXTUAL_SCREENSHOT": "0",
        "TEXTUAL_SCREENSHOT_LOCATION": str(traces),
        "TEXTUAL_PRESS": "ctrl+q",
    }
    with opened(tmp_path, (120, 40), **variables) as terminal:
        to_grid(terminal)
        terminal.type("é")
        terminal.wait_for("1 sur 42")
        terminal.type("\x11")
        assert terminal.end() == 0
    assert list(traces.iterdir()) == []


def test_the_safe_level_writes_only_what_the_classic_windows_console_draws(tmp_path: Path) -> None:
    make(tmp_path)
    with opened(tmp_path, (120, 40), CTG_TUI_DESSIN="compatible") as terminal:
        to_grid(terminal)
        shown = ""
        for key in ("2", "\x1bOP", "\x1b", "\x1bOQ"):  # a note, F1, Échap, F2
            terminal.type(key)
            settled(terminal, 2)
            shown += terminal.text
    for character in set(terminal.raw.decode("utf-8", "replace")) - {"\ufffd"}:
        if character >= " ":
            assert drawable(character) == character, character
    assert "Donnez " in shown


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.night
def test_what_partial_repaints_left_on_the_window_is_what_a_new_window_shows(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    make(tmp_path)
    with opened(tmp_path, size) as terminal:
        to_grid(terminal)
        terminal.type('é"&à0123nnéé\x1b[B\x1b[B\x1b[C3211\x1b[6~')
        terminal.wait_for("►  2.1")
        terminal.type("23n1")
        settled(terminal)
        terminal.type("\x1b[5~")
        terminal.wait_for("1.14   ")
        terminal.type("\x1bOS")  # F4 and back
        terminal.wait_for("Il manque avant l’envoi")
        terminal.type("\x1b")
        terminal.wait_for("1 Politiques")
        settled(terminal)
        left = terminal.text
        terminal.type("\x11")
        assert terminal.end() == 0
    with opened(tmp_path, size) as terminal:
        terminal.wait_for("Val de Charente")
        terminal.type("\x07")  # Ctrl+G: where the cursor was left
        terminal.wait_for("1 Politiques")
        settled(terminal)
        anew = terminal.text
    assert left.splitlines()[1:] == anew.splitlines()[1:]


async def test_the_cross_of_a_windows_console_saves_the_comment_being_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Callable[[], object]] = []
    monkeypatch.setattr(module, "when_console_closes", asked.append)
    make(tmp_path)
    async with on_grid(tmp_path, delays=WITHOUT_REST) as pilot:
        app = pilot.app
        assert isinstance(app, CtgApp)
        with monkeypatch.context() as windows:
            windows.setattr(os, "name", "nt")
            module.heed_signals(app._end, app.refresh)
        await press(pilot, "enter")
        await write(pilot, "texte")
        assert read_again(tmp_path).comments == {}
        await asyncio.to_thread(asked[0])  # Windows calls it on a thread of its own
        await until(pilot, lambda: app.return_code is not None)
        assert read_again(tmp_path).comments == {"m1.a01": "texte"}
