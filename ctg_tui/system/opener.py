"""Opening a file or a folder with the default program of the system."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

from ctg_tui.domain.errors import Refusal
from ctg_tui.system.files import shown_name

_OPENABLE: Final = frozenset({".eml", ".html", ".xlsx", ".json", ".ics", ".txt"})
"""The formats that the program writes. The system would run some others instead of opening them."""
_PATIENCE: Final = 3.0
"""Seconds in which a failing opener exits."""


def show(path: Path) -> None:
    """Open a folder, or a file written by the program. Waits at most `_PATIENCE` seconds.

    Raises Refusal, naming the path so that the person can open it: `fichier-absent`, `ouverture-refusee`,
    `pas-de-bureau`, `ouverture-impossible`.
    """
    path = Path(os.path.abspath(path))  # noqa: PTH100 - unresolved, as the person gave it
    if not path.exists():
        raise Refusal("fichier-absent", f"« {shown_name(path)} » n’est plus là.", "Préparez-le de nouveau.")
    if not path.is_dir() and path.suffix not in _OPENABLE:
        raise _cannot_open("ouverture-refusee", path)
    if sys.platform == "win32":
        try:
            os.startfile(path)
        except OSError as error:
            raise _cannot_open("ouverture-impossible", path) from error
    elif sys.platform == "darwin":
        _run("open", path)
    else:
        if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            raise _cannot_open("pas-de-bureau", path)
        _run("xdg-open", path)


def _run(program: str, path: Path) -> None:
    """Start `program` on `path`, absolute so that it cannot be read as an option.

    The process is detached from the terminal: a text browser must not draw over the interface.
    """
    try:
        process = subprocess.Popen(
            [program, str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        failed = process.wait(_PATIENCE) != 0
    except subprocess.TimeoutExpired:
        # The opener lives as long as its window: a thread reaps it.
        threading.Thread(target=process.wait, daemon=True).start()
        return
    except (OSError, ValueError) as error:
        raise _cannot_open("ouverture-impossible", path) from error
    if failed:
        raise _cannot_open("ouverture-impossible", path)


def _cannot_open(code: str, path: Path) -> Refusal:
    return Refusal(
        code,
        f"« {shown_name(path)} » ne peut pas être ouvert d’ici. Il est bien à sa place.",
        f"Ouvrez-le vous-même : {path}",
    )
