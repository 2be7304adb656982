"""The page is laid out for the size that the window has, however fast the sizes follow each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Cell, Rating
from tests.databases import read_again
from tests.tui.driving import make
from tests.tui.terminal import Terminal, opened, to_grid

BEHIND = (
    "import sys;"
    "from textual.drivers.linux_driver import LinuxDriver as Driver;"
    "sizes = iter([(120, 40)]);"
    "Driver._get_terminal_size = lambda self: next(sizes, (40, 10));"
    "sys.argv[1:3] = [];"
    "from ctg_tui.__main__ import main;"
    "sys.exit(main())"
)
"""Our program; a reading of the size that was interrupted by the next one comes after it, as the last."""


@pytest.mark.night
def test_a_size_read_too_early_does_not_stay(tmp_path: Path) -> None:
    make(tmp_path)
    with opened(tmp_path, starter=("-c", BEHIND)) as terminal:
        to_grid(terminal)
        terminal.settle()
        terminal.screen.resize(30, 100)
        terminal.screen.reset()
        terminal.child.setwinsize(30, 100)
        terminal.wait_for("1 Politiques")
        assert "trop petite" not in terminal.text


def resize(terminal: Terminal, columns: int, rows: int) -> None:
    """Give the terminal another size, and forget what was on its screen."""
    terminal.screen.resize(rows, columns)
    terminal.screen.reset()
    terminal.child.setwinsize(rows, columns)


def test_a_window_too_small_takes_no_key_but_ctrl_q_and_says_so(tmp_path: Path) -> None:
    make(tmp_path)
    with opened(tmp_path, size=(50, 12)) as terminal:
        terminal.wait_for("trop petite")
        terminal.settle()
        terminal.type("\r22")
        terminal.settle()
        assert "trop petite" in terminal.text
        resize(terminal, 100, 30)
        terminal.wait_for("Val de Charente")
        assert not read_again(tmp_path).answers
        terminal.type("\r")
        terminal.wait_for("1 Politiques")
        terminal.type("2")
        terminal.wait_for("1 sur 42")
        resize(terminal, 50, 12)
        terminal.wait_for("trop petite")
        terminal.type("2\x11")
        assert terminal.end() == 0
    assert read_again(tmp_path).answers == {Cell("m1.a01", "famille"): Rating.MOSTLY}
