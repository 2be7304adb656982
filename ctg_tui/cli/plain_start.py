"""`ctg-tui` with nothing but `--base` and `--grille`: opened without the machinery of commands.

click and every command would be imported before the first frame, for a tenth of the start.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

_OPTIONS = {"--base": 0, "--grille": 1}


class Opening(NamedTuple):
    """What the interface is to open; None where the usual one is meant."""

    database: Path | None
    grid_file: Path | None


def plain_opening(arguments: Sequence[str]) -> Opening | None:
    """What to open, when `arguments` ask for the interface in the simplest way and there is a terminal.

    None leaves the answer to the commands: other arguments, mistakes, no terminal.
    """
    found: list[Path | None] = [None, None]
    rest = list(arguments)
    while rest:
        name = rest.pop(0)
        if name not in _OPTIONS or not rest or rest[0].startswith("-") or not rest[0]:
            return None
        found[_OPTIONS[name]] = Path(rest.pop(0))
    streams = (sys.stdin, sys.stdout, sys.stderr)
    if not all(stream is not None and stream.isatty() for stream in streams):
        return None
    return Opening(*found)
