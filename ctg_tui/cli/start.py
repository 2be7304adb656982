"""A start with nothing but `--base` and `--grille`, without click.

Importing click and every command would take a tenth of the time to the first frame.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

_OPTIONS = {"--base": 0, "--grille": 1}


class Opening(NamedTuple):
    """The files for the interface to open; None for the default ones."""

    database: Path | None
    grid_file: Path | None


def plain_opening(arguments: Sequence[str]) -> Opening | None:
    """Return the files to open if `arguments` hold no more than their options and there is a terminal.

    None leaves the rest to click: other arguments, mistakes, no terminal.
    """
    files: list[Path | None] = [None, None]
    rest = list(arguments)
    while rest:
        name = rest.pop(0)
        if name not in _OPTIONS or not rest or rest[0].startswith("-") or not rest[0]:
            return None
        files[_OPTIONS[name]] = Path(rest.pop(0))
    return Opening(*files) if has_terminal() else None


def open_program(opening: Opening) -> int:
    """Open the interface, or questions and answers where they are wanted; return the exit code.

    In a terminal that only writes line after line, the person is asked. Raises Refusal.
    """
    from ctg_tui.storage.opening import chosen_database
    from ctg_tui.text_mode import preferences

    folder = chosen_database(opening.database).parent
    if preferences.is_wanted(folder) or (preferences.is_dumb_terminal() and preferences.offer()):
        from ctg_tui.text_mode.home import run as talk

        return talk(*opening)
    from ctg_tui.tui.start import run as open_interface

    return open_interface(*opening)


def has_terminal() -> bool:
    """Return True if the three standard streams are a terminal."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return all(stream is not None and stream.isatty() for stream in streams)
