"""The interface, in French: the only package that imports Textual. `run` starts it for the command line."""

from __future__ import annotations

import gc
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

_FRAMES_A_SECOND: Final = "120"
"""The radar is drawn a frame after the note; this clock stands still while nothing changes."""
# Textual reads it when it is imported.
os.environ.setdefault("TEXTUAL_FPS", _FRAMES_A_SECOND)


def run(database: Path | None) -> int:
    """Open the interface on a database (by default the user's own) and return the exit code.

    Raises Refusal. The garbage collector is disabled until the first frame: imports make many objects and no
    garbage, and scanning them takes a tenth of the start. `later.import_the_rest` enables it.
    """
    for name in ("COLUMNS", "LINES"):  # set by a parent, they would fix the size of the window
        os.environ.pop(name, None)
    # Textual reads variables of its own when it is imported. One writes every key to a file that others can
    # read, one takes pictures of the screen, others forbid the start: none is a choice of the person's.
    for name in [name for name in os.environ if name == "TEXTUAL" or name.startswith("TEXTUAL_")]:
        del os.environ[name]
    os.environ["TEXTUAL_FPS"] = _FRAMES_A_SECOND
    gc.disable()
    from ctg_tui.services.workspace import open_workspace
    from ctg_tui.tui.app import CtgApp
    from ctg_tui.tui.textual_internals import prepare_driver

    workspace = open_workspace(database, write=True)
    try:
        prepare_driver()
        app = CtgApp(workspace)
        try:
            app.run()
        finally:
            if app.first_error is not None:
                raise app.first_error
        with suppress(KeyboardInterrupt):  # Ctrl+C leaves the backup of the day, and no half-made file stays
            if app.backup is not None:
                app.backup.join()
    finally:
        workspace.close()
    return app.return_code or 0
