"""The settings of a person, theme and keyboard, in a small file beside the database."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final, NamedTuple

from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.system.files import atomic_write, read_regular
from ctg_tui.tui.keyboards import DEFAULT_KEYBOARD, KEYBOARDS, Keyboard
from ctg_tui.tui.themes import DEFAULT_THEME, NO_COLOUR_THEME, THEMES

FILE_NAME: Final = "reglages.json"
_MAX_BYTES: Final = 65_536
"""Far above the size of the two names stored."""


class Settings(NamedTuple):
    """Names of a theme and of a keyboard that exist."""

    theme: str = DEFAULT_THEME
    keyboard: str = DEFAULT_KEYBOARD

    @property
    def painted(self) -> str:
        """The theme to start with: in two tones when `NO_COLOR` asks for it, whatever was chosen."""
        return NO_COLOUR_THEME if os.environ.get("NO_COLOR") else self.theme

    @property
    def keys(self) -> Keyboard:
        return KEYBOARDS[self.keyboard]


def load(folder: Path) -> Settings:
    """Return the settings stored in `folder`, with the default for each that is missing or invalid."""
    try:
        stored = json.loads(read_regular(folder / FILE_NAME, _MAX_BYTES).decode("utf-8"))
    except (InvalidDocument, ValueError, RecursionError):
        stored = {}  # no file yet, or not one of ours: use the defaults
    if not isinstance(stored, dict):
        stored = {}
    theme, keyboard = str(stored.get("theme")), str(stored.get("clavier"))
    return Settings(
        theme if theme in THEMES else DEFAULT_THEME,
        keyboard if keyboard in KEYBOARDS else DEFAULT_KEYBOARD,
    )


def save(folder: Path, settings: Settings) -> None:
    """Store the settings in `folder`. Raises WriteRefusal."""
    names = {"theme": settings.theme, "clavier": settings.keyboard}
    atomic_write(folder / FILE_NAME, f"{json.dumps(names, indent=1)}\n".encode())
