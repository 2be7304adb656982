"""What a person chose once for all: theme and keyboard, in a small file beside the base."""

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
"""Far above the two names that are kept."""


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
    """The settings kept in `folder`; what is missing or not understood takes its usual value."""
    try:
        kept = json.loads(read_regular(folder / FILE_NAME, _MAX_BYTES).decode("utf-8"))
    except (InvalidDocument, ValueError, RecursionError):
        kept = {}  # never chosen, or a file that is not ours: the usual values are the answer
    if not isinstance(kept, dict):
        kept = {}
    theme, keyboard = str(kept.get("theme")), str(kept.get("clavier"))
    return Settings(
        theme if theme in THEMES else DEFAULT_THEME,
        keyboard if keyboard in KEYBOARDS else DEFAULT_KEYBOARD,
    )


def keep(folder: Path, settings: Settings) -> None:
    """Write the settings. Raises WriteRefusal."""
    names = {"theme": settings.theme, "clavier": settings.keyboard}
    atomic_write(folder / FILE_NAME, f"{json.dumps(names, indent=1)}\n".encode())
