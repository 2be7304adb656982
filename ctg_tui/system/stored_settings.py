"""The small file of a person's choices, beside the database: names and values, each a text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.system.files import atomic_write, read_regular

FILE_NAME: Final = "reglages.json"
DISPLAY: Final = "affichage"
"""The name of how the program opens: `TEXT` for questions and answers, else the interface."""
TEXT: Final = "texte"
SCREEN: Final = "ecran"
CURSOR: Final = "curseur"
"""The name of whether the terminal's cursor is shown."""
CURSOR_SHOWN: Final = "visible"
CURSOR_HIDDEN: Final = "cache"
KEYBOARD: Final = "clavier"
THEME: Final = "theme"
LAST_TIME: Final = "derniere-fois"
"""Whether last time's notes and comments stand beside the present ones: `OFF` hides them."""
MOUSE: Final = "souris"
"""Whether the interface takes the mouse: `OFF` leaves it to the terminal."""
ON: Final = "oui"
OFF: Final = "non"
_MAX_BYTES: Final = 65_536
"""Far above the size of the few names stored."""


def read(folder: Path) -> dict[str, str]:
    """Return the choices stored in `folder`; none when there is no file yet, or not one of ours."""
    try:
        stored = json.loads(read_regular(folder / FILE_NAME, _MAX_BYTES).decode("utf-8"))
    except (InvalidDocument, ValueError, RecursionError):
        stored = {}
    if not isinstance(stored, dict):
        return {}
    return {name: value for name, value in stored.items() if isinstance(value, str)}


def write(folder: Path, choices: Mapping[str, str]) -> None:
    """Store `choices` in `folder`, beside the others that are there. Raises WriteRefusal."""
    stored = {**read(folder), **choices}
    atomic_write(folder / FILE_NAME, f"{json.dumps(stored, indent=1)}\n".encode())
