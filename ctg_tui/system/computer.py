"""The computer: its local time, the programs that open files, the console and lines typed at it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

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


# Reading the lines that a person types, or that a file gives, on the standard input.


def typed_line() -> str:
    """Return the next line of the standard input, its newline included; empty at its end.

    It is UTF-8 whatever the locale; a byte that is not becomes « � ». Not `input()`: where the module
    `readline` is loaded it writes escape bytes, and it stops at a NUL.
    """
    if sys.stdin is None:
        return ""
    if isinstance(sys.stdin, io.TextIOWrapper) and sys.stdin.errors != "replace":
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # refused once a line was read
    return sys.stdin.readline()
