"""Where the person's own files are kept when nothing else was chosen."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

DATABASE_NAME: Final = "ctg-tui.db"


def default_database() -> Path:
    """`CTG_TUI_BASE`, or the base in the user's data folder; on Windows, in `ctg-tui` of the person's folder.

    There, the Python of the Microsoft Store keeps what goes into the data folder in one of its own, which is
    another for each version of Python, and goes away with it.
    """
    chosen = os.environ.get("CTG_TUI_BASE", "").strip('"')  # the quotes of `set CTG_TUI_BASE="…"`
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        return Path.home() / "ctg-tui" / DATABASE_NAME
    import platformdirs  # only when nothing was chosen: costs a start 3 ms

    return Path(platformdirs.user_data_dir("ctg-tui", appauthor=False)) / DATABASE_NAME
