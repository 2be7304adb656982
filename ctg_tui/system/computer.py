"""The computer: its local time, the programs that open files, the console and lines typed at it."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import sleep
from typing import Any, Final

from ctg_tui.domain.errors import Refusal
from ctg_tui.system.files import shown_name


def utc_now() -> datetime:
    return datetime.now(UTC)


def local_time(moment: datetime) -> datetime:
    """Convert `moment` to the time zone of this computer, or to UTC when its zone is invalid.

    An odd `TZ` (`XXX+99`) is an offset of more than a day, which `astimezone` refuses. Some systems refuse
    the years that their C library cannot convert.
    """
    try:
        return moment.astimezone()
    except (ValueError, OverflowError, OSError):
        return moment.astimezone(UTC)


# Opening a file or a folder with the default program of the system.

_OPENABLE: Final = frozenset({".eml", ".html", ".xlsx", ".json", ".txt"})
"""The formats that the program writes. The system would run some others instead of opening them."""


def show(path: Path) -> None:
    """Open a folder, or a file written by the program.

    Raises Refusal, naming the path so that the person can open it: `fichier-absent`, `ouverture-impossible`.
    """
    path = Path(os.path.abspath(path))  # noqa: PTH100 - unresolved, as the person gave it
    if not path.exists():
        raise Refusal("fichier-absent", f"« {shown_name(path)} » n’est plus là.", "Préparez-le de nouveau.")
    is_openable = path.is_dir() or path.suffix in _OPENABLE
    try:
        if is_openable and sys.platform == "win32":
            os.startfile(path)
            return
        if is_openable and (sys.platform == "darwin" or os.environ.keys() & {"DISPLAY", "WAYLAND_DISPLAY"}):
            _start("open" if sys.platform == "darwin" else "xdg-open", path)
            return
    except OSError:  # no such program, or none for this file
        pass
    raise Refusal(
        "ouverture-impossible",
        f"« {shown_name(path)} » ne peut pas être ouvert d’ici. Il est bien à sa place.",
        f"Ouvrez-le vous-même : {path}",
    )


def _start(program: str, path: Path) -> None:
    """Start `program` on `path`, absolute so that it cannot be read as an option.

    The process is detached from the terminal: a text browser must not draw over the interface. A thread reaps
    it: the opener may live as long as its window.
    """
    process = subprocess.Popen(
        [program, str(path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    threading.Thread(target=process.wait, daemon=True).start()


# What Windows tells a program whose console is closed by its cross, or whose session ends.

_MAX_SECONDS: Final = 4.5
"""How long the program may take to end by itself: after five seconds Windows ends it, whatever it does.

Source: « HandlerRoutine callback function », Windows Console documentation.
"""
_ENDINGS: Final = frozenset({2, 5, 6})
"""CTRL_CLOSE_EVENT, CTRL_LOGOFF_EVENT, CTRL_SHUTDOWN_EVENT."""
_told: list[Any] = []
"""The function that Windows calls: it keeps a pointer to it, which is no reference for Python."""


def when_console_closes(ask_to_end: Callable[[], object]) -> None:
    """Let Windows call `ask_to_end`, on a thread of its own, before it ends the program.

    It takes the place of a former one. Does nothing on other systems, which send signals.
    """
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        set_handler = ctypes.windll.kernel32.SetConsoleCtrlHandler

        @ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.DWORD)
        def tell(event: int) -> bool:
            if event not in _ENDINGS:
                return False  # Ctrl+C and Ctrl+Break keep their usual meaning
            ask_to_end()
            sleep(_MAX_SECONDS)  # Windows ends the program when this returns; it ends by itself before
            return True

        while _told:
            set_handler(_told.pop(), False)
        if set_handler(tell, True):
            _told.append(tell)


# Reading the lines that a person types, or that a file gives, on the standard input.

_UTF_8: Final = ("utf-8", "surrogateescape")


def typed_line() -> str:
    """Return the next line of the standard input, its newline included; empty at its end.

    It is UTF-8 whatever the locale; a byte that is not becomes a lone surrogate (`is_utf_8`). Not `input()`:
    where the module `readline` is loaded it writes escape bytes, and it stops at a NUL.
    """
    if sys.stdin is None:
        return ""
    if isinstance(sys.stdin, io.TextIOWrapper) and (sys.stdin.encoding, sys.stdin.errors) != _UTF_8:
        encoding, errors = _UTF_8
        sys.stdin.reconfigure(encoding=encoding, errors=errors)  # refused once a line was read
    return sys.stdin.readline()


def is_utf_8(line: str) -> bool:
    """Return whether every byte of a line typed was UTF-8."""
    return re.search("[\ud800-\udfff]", line) is None
