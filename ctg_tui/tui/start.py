"""The entry point for the command line: start the interface, quickly."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from pathlib import Path
from typing import Final

from ctg_tui.tui import FRAMES_A_SECOND

_TURN_SECONDS: Final = 0.0005
"""How long a thread keeps Python's lock that others wait for, until all modules are imported.

Textual writes each frame on a thread of its own: by default the first one would reach the terminal 5 ms late.
"""


def run(database: Path | None, grid_file: Path | None) -> int:
    """Open the interface on a database (by default the user's own) and return the exit code.

    Raises Refusal. The garbage collector is disabled until the first frame: imports make many objects and no
    garbage, and scanning them takes a tenth of the start. Threads take short turns until then too.
    `background` ends both.
    """
    for name in ("COLUMNS", "LINES"):  # set by a parent, they would fix the size of the window
        os.environ.pop(name, None)
    # Textual reads variables of its own when it is imported. One writes every key to a file that others can
    # read, one takes pictures of the screen, others forbid the start: none is a choice of the person's.
    for name in [name for name in os.environ if name == "TEXTUAL" or name.startswith("TEXTUAL_")]:
        del os.environ[name]
    os.environ["TEXTUAL_FPS"] = FRAMES_A_SECOND
    gc.disable()
    usual_turn = sys.getswitchinterval()
    sys.setswitchinterval(_TURN_SECONDS)
    try:
        import_asyncio_without_tls()
        return _run(database, grid_file)
    finally:
        gc.enable()
        sys.setswitchinterval(usual_turn)


def import_asyncio_without_tls() -> None:
    """Import `asyncio` as if Python had been built without OpenSSL, unless one of both is there already.

    Textual needs `asyncio`, which imports `ssl` if it can: 4 MB, and a fortieth of the start, for connections
    that this program never opens. Any later `import ssl` works as usual.
    """
    if "ssl" in sys.modules or "asyncio" in sys.modules:
        return
    sys.modules["ssl"] = None  # type: ignore[assignment]  # importing it then fails
    try:
        importlib.import_module("asyncio")
    finally:
        del sys.modules["ssl"]


def _run(database: Path | None, grid_file: Path | None) -> int:
    from ctg_tui.services.workspace import open_to_work
    from ctg_tui.tui.app import CtgApp
    from ctg_tui.tui.terminal import end_with_the_terminal, take_any_bytes

    workspace = open_to_work(database, grid_file)
    try:
        take_any_bytes()
        end_with_the_terminal()
        app = CtgApp(workspace)
        try:
            app.run(mouse=app.settings.mouse)
        finally:
            if app.first_error is not None:
                raise app.first_error
        app.backup.wait()
    finally:
        workspace.close()
    return app.return_code or 0
