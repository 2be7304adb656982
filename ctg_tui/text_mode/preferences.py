"""Whether the person wants questions and answers, or is offered them where nothing can be drawn."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from ctg_tui.system.places import DISPLAY, KEYBOARD, SCREEN, TEXT, read, write

VARIABLE: Final = "CTG_TUI_TEXTE"
_AZERTY: Final = "azerty"


class Preferences:
    """The settings of the folder of a database."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def is_text(self) -> bool:
        """Whether `ctg-tui` alone opens as questions and answers; `CTG_TUI_TEXTE` wins, 1 or 0."""
        asked = os.environ.get(VARIABLE, "").strip()
        if asked:
            return asked != "0"
        return read(self._folder).get(DISPLAY) == TEXT

    @property
    def keyboard(self) -> str:
        """The id of the keyboard chosen in the interface, AZERTY by default."""
        return read(self._folder).get(KEYBOARD, _AZERTY)

    def prefer_text(self, is_text: bool) -> None:
        """Store how `ctg-tui` alone opens. Raises WriteRefusal."""
        write(self._folder, {DISPLAY: TEXT if is_text else SCREEN})


_OFFER: Final = (
    "Ce terminal ne sait pas dessiner la grille. Continuer par questions et réponses ? "
    "Entrée pour oui, « non » pour ouvrir la grille quand même."
)


def is_wanted(folder: Path) -> bool:
    """Return whether `ctg-tui` alone opens as questions and answers: by a variable, or in `folder`."""
    return Preferences(folder).is_text


def is_dumb_terminal() -> bool:
    """Return whether the terminal says that it can only write line after line."""
    return os.environ.get("TERM") == "dumb"


def offer() -> bool:
    """Ask whether to go on as questions and answers in a terminal that draws nothing; Entrée is « oui »."""
    from ctg_tui.text_mode.dialogue import Quit, on_terminal

    dialogue = on_terminal()
    try:
        return not dialogue.line(f"{_OFFER} Réponse :").strip().lower().startswith("n")
    except Quit:
        return True
