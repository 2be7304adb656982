"""The page is laid out for the size that the window has, however fast the sizes follow each other."""

from __future__ import annotations

from pathlib import Path

from tests.tui.driving import make
from tests.tui.terminal import opened, to_grid

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


def test_a_size_read_too_early_does_not_stay(tmp_path: Path) -> None:
    make(tmp_path)
    with opened(tmp_path, starter=("-c", BEHIND)) as terminal:
        to_grid(terminal)
        terminal.settle()
        terminal.screen.resize(30, 100)
        terminal.screen.reset()
        terminal.child.setwinsize(30, 100)
        terminal.wait_for("Réalisation")
        assert "trop petite" not in terminal.text
