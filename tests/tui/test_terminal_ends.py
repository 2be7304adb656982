"""A note shown as saved is in the database, however the program ends in its terminal."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Cell, Rating
from ctg_tui.domain.errors import EXIT_DATABASE
from ctg_tui.services.backups import back_up
from tests.databases import DATABASE_NAME, Clock, read_again, spoil_journal
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


def test_damage_seen_after_the_first_frame_ends_the_program_with_what_to_do(tmp_path: Path) -> None:
    make(tmp_path)
    back_up(tmp_path / DATABASE_NAME, Clock())
    spoil_journal(tmp_path / DATABASE_NAME)
    spoilt = (tmp_path / DATABASE_NAME).read_bytes()
    with opened(tmp_path) as terminal:
        assert terminal.end() == EXIT_DATABASE
    printed = terminal.raw.rpartition(b"\x1b[?1049l")[2].decode()
    assert "abîmé" in printed
    assert "ctg-tui docteur" in printed
    assert "Traceback" not in terminal.raw.decode()
    assert (tmp_path / DATABASE_NAME).read_bytes() == spoilt


def test_ctrl_q_in_the_middle_of_a_comment_loses_no_letter(tmp_path: Path) -> None:
    make(tmp_path)
    typed = 'Œuvre « à suivre » : été, 0123 àé&" nN xX — 100\u00a0% …'
    with opened(tmp_path) as terminal:
        to_grid(terminal)
        terminal.type("\r")
        terminal.wait_for("Votre commentaire")
        terminal.type(typed)
        terminal.type("\x11")
        assert terminal.end() == 0
    assert read_again(tmp_path).comments == {"m1.a01": typed}


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


@pytest.mark.night
def test_a_window_that_stopped_reading_and_goes_does_not_keep_the_program(tmp_path: Path) -> None:
    make(tmp_path)
    with opened(tmp_path, starter=("-c", DEAF_TO_HANGUP, sys.executable)) as terminal:
        to_grid(terminal)
        typed = stored = 0
        while typed == stored and typed < 150:  # until the program waits for a terminal that reads nothing
            terminal.type("é")
            typed += 1
            ends = time.monotonic() + 2
            while stored < typed and time.monotonic() < ends:
                stored = len(read_again(tmp_path).answers)
        assert stored < typed, "the program never waited for its terminal"
        terminal.child.ptyproc.fileobj.close()
        end = time.monotonic() + PATIENCE
        while terminal.child.isalive():
            assert time.monotonic() < end, "the program outlives its window"
            time.sleep(0.05)
    assert len(read_again(tmp_path).answers) >= stored
