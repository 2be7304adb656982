"""Whether a spreadsheet program has a file open: each writes a small file beside it meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_LOCKS: Final = (("~${}", "Excel"), (".~lock.{}#", "LibreOffice"))


def program_with(path: Path) -> str:
    """Return the name of the program that has `path` open; empty when none is known to."""
    try:
        names = {entry.name for entry in path.parent.iterdir()}
    except (OSError, ValueError):  # a folder that cannot be listed: reading the file reports its own error
        return ""
    return next((program for lock, program in _LOCKS if lock.format(path.name) in names), "")
