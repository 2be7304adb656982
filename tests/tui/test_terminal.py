"""The real program in a real terminal: its keys, its sizes, its ends; a note shown as saved is stored."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import NOT_CONCERNED
from ctg_tui.tui.characters import drawable
from tests.databases import read_again
from tests.effort import some
from tests.tui.driving import make
from tests.tui.terminal import PATIENCE, opened, to_grid


def test_an_escape_and_a_letter_at_once_leave_the_comment_as_one_after_the_other(tmp_path: Path) -> None:
    make(tmp_path)
    with opened(tmp_path, (80, 24)) as terminal:
        to_grid(terminal)
        terminal.type("\r")
        terminal.wait_for("Votre commentaire")
        terminal.type("Fait en mars")
        terminal.wait_for("Fait en mars")
        terminal.type("\x1bn")
        terminal.wait_for("1 sur 42")
        terminal.type("\x11")
        assert terminal.end() == 0
    stored = read_again(tmp_path)
    assert stored.comments == {"m1.a01": "Fait en mars"}
    assert list(stored.answers.values()) == [NOT_CONCERNED]


def test_a_byte_that_is_no_utf_8_stops_nothing(tmp_path: Path) -> None:
    make(tmp_path)
    with opened(tmp_path) as terminal:
        to_grid(terminal)
        terminal.child.send(b"\xe9t\xc3\xa9\x11")
        assert terminal.end() == 0
    assert read_again(tmp_path).comments == {"m1.a01": "\ufffdté"}


def test_the_page_takes_the_last_size_of_its_window(tmp_path: Path) -> None:
    make(tmp_path)
    with opened(tmp_path, size=(120, 40), COLUMNS="80", LINES="24") as terminal:
        to_grid(terminal)
        for columns, rows in ((120, 40), (100, 30)):
            terminal.screen.resize(rows, columns)
            terminal.child.setwinsize(rows, columns)
            terminal.settle()
            assert "F1\u00a0Aide" in terminal.screen.display[rows - 1]
        terminal.type("2")
        terminal.wait_for("1 sur 42")
        for rows, columns in ((7, 20), (30, 100), (12, 50)):
            terminal.child.setwinsize(rows, columns)
        terminal.screen.resize(12, 50)
        terminal.settle()
        assert terminal.screen.display[11].startswith(" Entrée")
        terminal.type("\x11")
        assert terminal.end() == 0


def test_the_safe_level_writes_only_what_the_classic_windows_console_draws(tmp_path: Path) -> None:
    make(tmp_path)
    with opened(tmp_path, (120, 40), CTG_TUI_DESSIN="compatible") as terminal:
        to_grid(terminal)
        shown = ""
        for key in ("2", "\x1bOP", "\x1b", "\x1bOQ"):  # a note, F1, Échap, F2
            terminal.type(key)
            terminal.settle()
            shown += terminal.text
    for character in set(terminal.raw.decode("utf-8", "replace")) - {"\ufffd"}:
        if character >= " ":
            assert drawable(character) == character, character
    assert "Donner une note" in shown


@pytest.mark.parametrize("number", some([signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT], 4))
def test_a_signal_saves_the_text_and_gives_the_terminal_back(tmp_path: Path, number: signal.Signals) -> None:
    make(tmp_path)
    with opened(tmp_path) as terminal:
        to_grid(terminal)
        terminal.type("\r")
        terminal.wait_for("Votre commentaire")
        terminal.type("avant la fin")
        terminal.wait_for("avant la fin")
        terminal.child.kill(number)
        assert terminal.end() == 128 + number
    assert read_again(tmp_path).comments == {"m1.a01": "avant la fin"}
    assert b"\x1b[?1049l" in terminal.raw, "back from the alternate screen"
    assert b"\x1b[?25h" in terminal.raw, "the cursor is visible again"


def test_ctrl_z_undoes_and_never_stops_the_program_not_even_on_its_way_out(tmp_path: Path) -> None:
    make(tmp_path)
    with opened(tmp_path) as terminal:
        to_grid(terminal)
        terminal.type("é")
        terminal.wait_for("1 sur 42")
        terminal.child.kill(signal.SIGTSTP)  # the effect of Ctrl+Z in a terminal that was given back
        terminal.type("&")
        terminal.wait_for("2 sur 42")
        terminal.type("\x11\x1a")
        while terminal.child.isalive() and b"\x1b[?1049l" not in terminal.raw:
            terminal.raw += terminal.child.read_nonblocking(65536, timeout=PATIENCE)
        terminal.type("\x1a\x1a")
        assert terminal.end() == 0


def test_closing_the_window_in_the_middle_of_a_comment_loses_no_letter(tmp_path: Path) -> None:
    make(tmp_path)
    with opened(tmp_path) as terminal:
        to_grid(terminal)
        terminal.type("\r")
        terminal.wait_for("Votre commentaire")
        terminal.type("fenêtre fermée")
        terminal.wait_for("fenêtre fermée")
        terminal.child.ptyproc.fileobj.close()
        end = time.monotonic() + PATIENCE
        while terminal.child.isalive():
            assert time.monotonic() < end, "the program outlives its window"
            time.sleep(0.05)
    assert read_again(tmp_path).comments == {"m1.a01": "fenêtre fermée"}
