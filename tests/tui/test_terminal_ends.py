"""A note shown as saved is in the database, however the program ends in its terminal."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Cell, Rating
from tests.databases import read_again
from tests.effort import some
from tests.tui.driving import make
from tests.tui.terminal import DEAF_TO_HANGUP, PATIENCE, opened, to_grid


def test_after_kill_9_all_that_was_shown_as_saved_is_there_and_the_cursor_stands_there(
    tmp_path: Path,
) -> None:
    make(tmp_path)
    with opened(tmp_path) as terminal:
        to_grid(terminal)
        terminal.type("é")
        terminal.wait_for("1 sur 42")
        terminal.type("&")
        terminal.wait_for("2 sur 42")
        terminal.child.kill(signal.SIGKILL)
        assert terminal.end() == -signal.SIGKILL
    answers = read_again(tmp_path).answers
    assert answers == {Cell("m1.a01", "famille"): Rating.MOSTLY, Cell("m1.a01", "education"): Rating.PARTLY}
    with opened(tmp_path) as terminal:
        to_grid(terminal)
        terminal.type("3")
        terminal.wait_for("3 sur 42")
        terminal.type("\x11")
        assert terminal.end() == 0
    assert read_again(tmp_path).answers[Cell("m1.a01", "social")] is Rating.FULLY


@pytest.mark.parametrize("number", some([signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT], 2))
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


@pytest.mark.parametrize("starter", some([("-c", DEAF_TO_HANGUP, sys.executable), ()], 2))
def test_closing_the_window_in_the_middle_of_a_comment_loses_no_letter(
    tmp_path: Path, starter: tuple[str, ...]
) -> None:
    make(tmp_path)
    with opened(tmp_path, starter=starter) as terminal:
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
