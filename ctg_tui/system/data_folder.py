"""The default folder of the person's files."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

DATABASE_NAME: Final = "ctg-tui.db"


def default_database() -> Path:
    """Return `CTG_TUI_BASE`, or the database in the folder that the program makes for itself."""
    chosen = os.environ.get("CTG_TUI_BASE", "").strip('"')  # the quotes of `set CTG_TUI_BASE="…"`
    return Path(chosen) if chosen else own_folder() / DATABASE_NAME


def own_folder() -> Path:
    """Return the folder that the program makes for itself; any other belongs to the person who chose it.

    It is `ctg-tui` in the user's data folder and, on Windows, in the person's folder: there, the Python of
    the Microsoft Store keeps what goes into the data folder in one of its own, which is another for each
    version of Python, and goes away with it.
    """
    if sys.platform == "win32":
        return Path.home() / "ctg-tui"
    import platformdirs  # this import takes 3 ms

    return Path(platformdirs.user_data_dir("ctg-tui", appauthor=False))
