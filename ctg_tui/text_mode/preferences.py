"""Whether the person wants questions and answers: by a variable, or by the settings stored here."""

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

    @property
    def is_azerty(self) -> bool:
        """Whether `é` can stand for 2."""
        return self.keyboard == _AZERTY

    def prefer_text(self, is_text: bool) -> None:
        """Store how `ctg-tui` alone opens. Raises WriteRefusal."""
        write(self._folder, {DISPLAY: TEXT if is_text else SCREEN})
