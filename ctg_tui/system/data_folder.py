"""The default folder of the person's files."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

DATABASE_NAME: Final = "ctg-tui.db"


def default_database() -> Path:
    """Return the path of `CTG_TUI_BASE`, else of the database in the user's data folder.

    On Windows it is in `ctg-tui` of the home folder: Python from the Microsoft Store redirects the data
    folder to one of its own, which is deleted with that version of Python.
    """
    chosen = os.environ.get("CTG_TUI_BASE", "").strip('"')  # the quotes of `set CTG_TUI_BASE="…"`
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        return Path.home() / "ctg-tui" / DATABASE_NAME
    import platformdirs  # this import takes 3 ms

    return Path(platformdirs.user_data_dir("ctg-tui", appauthor=False)) / DATABASE_NAME
