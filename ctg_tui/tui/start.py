"""The way in for the command line: starts the interface, quickly."""

from __future__ import annotations

import gc
import os
from pathlib import Path


def run(base: Path | None, grid_file: Path | None) -> int:
    """Open the interface on a base (by default the user's own); gives the exit code. Raises Refusal.

    The collector of cycles sleeps until the first frame is there: importing makes many objects and no
    garbage, and looking for some takes a tenth of the start. `background` wakes it.
    """
    for name in ("COLUMNS", "LINES"):  # left by a parent, they would stand for the window and never follow it
        os.environ.pop(name, None)
    gc.disable()
    try:
        from ctg_tui.tui.app import run as run_app

        return run_app(base, grid_file)
    finally:
        gc.enable()
