"""The settings of a person, theme, keyboard, cursor and mouse, in a small file beside the database."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from ctg_tui.system import places as stored_settings
from ctg_tui.tui.keyboards import DEFAULT_KEYBOARD, KEYBOARDS, Keyboard
from ctg_tui.tui.themes import DEFAULT_THEME, NO_COLOUR_THEME, THEMES


class Settings(NamedTuple):
    """Names of a theme and of a keyboard that exist; whether the cursor is visible, and the mouse used."""

    theme: str = DEFAULT_THEME
    keyboard: str = DEFAULT_KEYBOARD
    cursor: bool = False
    """Whether the terminal's cursor is visible, where the person works."""
    mouse: bool = True

    @property
    def painted(self) -> str:
        """The theme to start with: in two tones when `NO_COLOR` asks for it, whatever was chosen."""
        return NO_COLOUR_THEME if os.environ.get("NO_COLOR") else self.theme

    @property
    def keys(self) -> Keyboard:
        return KEYBOARDS[self.keyboard]


def load(folder: Path) -> Settings:
    """Return the settings stored in `folder`, with the default for each that is missing or invalid."""
    stored = stored_settings.read(folder)
    theme, keyboard = stored.get(stored_settings.THEME, ""), stored.get(stored_settings.KEYBOARD, "")
    return Settings(
        theme if theme in THEMES else DEFAULT_THEME,
        keyboard if keyboard in KEYBOARDS else DEFAULT_KEYBOARD,
        stored.get(stored_settings.CURSOR) == stored_settings.CURSOR_SHOWN,
        stored.get(stored_settings.MOUSE) != stored_settings.OFF,
    )


def save(folder: Path, settings: Settings) -> None:
    """Store the settings in `folder`. Raises WriteRefusal."""
    names = {
        stored_settings.THEME: settings.theme,
        stored_settings.KEYBOARD: settings.keyboard,
        stored_settings.CURSOR: stored_settings.CURSOR_SHOWN
        if settings.cursor
        else stored_settings.CURSOR_HIDDEN,
        stored_settings.MOUSE: stored_settings.ON if settings.mouse else stored_settings.OFF,
    }
    stored_settings.write(folder, names)
