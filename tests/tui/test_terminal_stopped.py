"""A program that was stopped goes on as before: one reader of the keyboard, and an end that ends."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Cell, Rating
from tests.databases import read_again
from tests.tui.driving import make
from tests.tui.terminal import PATIENCE, Terminal, opened, to_grid

termios = pytest.importorskip("termios", reason="Windows stops no program")

NOTES = {
    Cell("m1.a01", "famille"): Rating.MOSTLY,
    Cell("m1.a01", "education"): Rating.PARTLY,
    Cell("m1.a01", "social"): Rating.FULLY,
}


def note_and_quit(terminal: Terminal) -> None:
    terminal.type('é&"')
    terminal.wait_for("3 sur 42")
    terminal.type("\x11")
    assert terminal.end() == 0


def is_raw(terminal: Terminal) -> bool:
    return not termios.tcgetattr(terminal.child.fileno())[3] & (termios.ICANON | termios.ECHO)


@pytest.mark.night
def test_a_program_that_goes_on_takes_the_next_keys_and_ends_when_it_is_quit(tmp_path: Path) -> None:
    """Frozen and woken, or told to go on though nothing stopped it, as a closing window tells it."""
    make(tmp_path)
    with opened(tmp_path) as terminal:
        to_grid(terminal)
        for _ in range(4):
            terminal.child.kill(signal.SIGSTOP)
            terminal.child.kill(signal.SIGCONT)
            terminal.settle()
        note_and_quit(terminal)
    assert read_again(tmp_path).answers == NOTES


def test_back_from_a_shell_the_program_takes_the_terminal_and_paints_it_anew(tmp_path: Path) -> None:
    make(tmp_path)
    with opened(tmp_path) as terminal:
        to_grid(terminal)
        shells = termios.tcgetattr(terminal.child.fileno())
        terminal.child.kill(signal.SIGSTOP)
        shells[3] |= termios.ICANON | termios.ECHO
        termios.tcsetattr(terminal.child.fileno(), termios.TCSANOW, shells)
        terminal.screen.reset()
        terminal.child.kill(signal.SIGCONT)
        terminal.wait_for("1 Politiques")
        end = time.monotonic() + PATIENCE
        while not is_raw(terminal):
            assert time.monotonic() < end, "keys wait for Entrée"
            time.sleep(0.05)
        note_and_quit(terminal)
    assert read_again(tmp_path).answers == NOTES
