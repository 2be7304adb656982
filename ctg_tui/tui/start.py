"""The entry point for the command line: start the interface, quickly; terminal input decoded leniently."""

from __future__ import annotations

import codecs
import gc
import importlib
import os
import signal
import sys
from pathlib import Path
from typing import Final

from ctg_tui.domain.text import REPLACEMENT
from ctg_tui.tui import FRAMES_A_SECOND
from ctg_tui.tui.textual_internals import decode_input_with, outlive_the_output

_START: Final = "\x1b[200~"
_END: Final = "\x1b[201~"
"""The sequences that terminals send before and after a paste (bracketed paste mode)."""
_ESCAPE: Final = "\x1b"


class TolerantDecoder:
    """An incremental decoder of UTF-8, with the interface of those of `codecs`, that never fails."""

    def __init__(self) -> None:
        self._bytes = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._in_paste = False
        self._behind = ""
        """Outside a paste, the last characters returned: the start of a paste can come in two pieces."""
        self._held = ""
        """Inside a paste, the characters that may begin its end."""

    def decode(self, data: bytes, final: bool = False) -> str:
        """Return the text of the next bytes; a paste comes without escapes."""
        text = self._held + self._bytes.decode(data, final)
        self._held = ""
        decoded: list[str] = []
        while text:
            text = self._pasted(text, decoded) if self._in_paste else self._typed(text, decoded)
        return "".join(decoded)

    def _typed(self, text: str, decoded: list[str]) -> str:
        """Append to `decoded` the text up to a paste, its start included; return the rest."""
        seen = self._behind + text
        start = seen.find(_START)
        if start < 0:
            decoded.append(text)
            self._behind = seen[-len(_START) + 1 :]
            return ""
        end = start + len(_START) - len(self._behind)
        decoded.append(text[:end])
        self._in_paste, self._behind = True, ""
        return text[end:]

    def _pasted(self, text: str, decoded: list[str]) -> str:
        """Append to `decoded` the pasted text, up to its end; return the rest."""
        inside, end, rest = text.partition(_END)
        if not end:
            end_length = next(size for size in range(len(_END) - 1, -1, -1) if inside.endswith(_END[:size]))
            inside, self._held = inside[: len(inside) - end_length], inside[len(inside) - end_length :]
        decoded += (inside.replace(_ESCAPE, REPLACEMENT), end)
        self._in_paste = not end
        return rest


class TerminalDecoder(TolerantDecoder):
    """Decode the input of a terminal; when it has gone, end the program as SIGHUP does."""

    def __init__(self) -> None:
        super().__init__()
        self._has_gone = False

    def decode(self, data: bytes, final: bool = False) -> str:
        """Return the text of the next bytes; without any, the terminal has gone."""
        if not data and not self._has_gone:
            self._has_gone = True
            hang_up()
        return super().decode(data, final)


def hang_up() -> None:
    """End the program as the system does when its terminal has gone."""
    os.kill(os.getpid(), signal.SIGHUP)


def take_any_bytes() -> None:
    """Make the driver of this system accept any bytes. Call it before the application runs."""
    decode_input_with(TerminalDecoder)


def end_with_the_terminal() -> None:
    """Make the driver of this system end the program once nothing can be written; as `take_any_bytes`."""
    outlive_the_output(hang_up)


# The entry point for the command line: start the interface, quickly.

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
    # MOVED

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
