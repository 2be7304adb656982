"""Keyboards and themes, and the person's settings in a small file beside the database."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from textual.message_pump import MessagePump
from textual.theme import Theme

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Rating
from ctg_tui.system import places
from ctg_tui.tui.characters import current_level, drawable

_NOT_CONCERNED_KEYS: Final = ("n",)
_CLEAR_KEYS: Final = ("delete", "backspace")


class Keyboard(NamedTuple):
    """A layout of keys."""

    id: str
    label: str

    @property
    def unshifted(self) -> str:
        """The characters of the keys 0 to 3 without Shift; empty where they are digits."""
        from ctg_tui.wording.typed import UNSHIFTED

        return UNSHIFTED.get(self.id, "")[: len(Rating)]

    @property
    def row(self) -> str:
        """The characters of the keys 1 to 6 without Shift; empty where they are digits."""
        from ctg_tui.wording.typed import UNSHIFTED

        return UNSHIFTED.get(self.id, "")[1:7]

    @property
    def answers(self) -> Mapping[str, Answer | None]:
        """The answer that each key gives, by Textual's key names; None clears."""
        keys: dict[str, Answer | None] = {str(int(note)): note for note in Rating}
        for note, character in zip(Rating, self.unshifted, strict=False):
            keys[_KEYS_OF_CHARACTERS.get(character, character)] = note
        keys |= dict.fromkeys(_NOT_CONCERNED_KEYS, NOT_CONCERNED)
        return keys | dict.fromkeys(_CLEAR_KEYS)

    @property
    def drawn(self) -> str:
        """`unshifted`, where the terminal can draw all of it: « à » drawn as « a » would name another key."""
        unshifted = self.unshifted
        return unshifted if drawable(unshifted, current_level()) == unshifted else ""

    def number_of(self, character: str) -> int | None:
        """Return the number of a key from 1 to 6, with or without Shift; None for another character."""
        if len(character) != 1:
            return None
        if character in self.row:
            return self.row.index(character) + 1
        return int(character) if character in "123456" else None

    @property
    def note_keys_text(self) -> str:
        """The keys of the notes, as the help shows them."""
        digits = "0 1 2 3"
        return f"{digits} ou {' '.join(self.drawn)}" if self.drawn else digits


_KEYS_OF_CHARACTERS: Final = {
    "&": "ampersand",
    '"': "quotation_mark",
    "*": "asterisk",
    "«": "left_pointing_double_angle_quotation_mark",
    "»": "right_pointing_double_angle_quotation_mark",
}

KEYBOARDS: Final[Mapping[str, Keyboard]] = {
    keyboard.id: keyboard
    for keyboard in (
        Keyboard("azerty", "AZERTY (France, Belgique)"),
        Keyboard("afnor", "AZERTY AFNOR (2019)"),
        Keyboard("bepo", "BÉPO"),
        Keyboard("qwerty", "QWERTY, QWERTZ"),
    )
}
DEFAULT_KEYBOARD: Final = "azerty"


def keyboard_of(pump: MessagePump) -> Keyboard:
    """Return the keyboard chosen in the settings of the app that `pump` belongs to."""
    settings = getattr(pump.app, "settings", None)
    keyboard: Keyboard = KEYBOARDS[DEFAULT_KEYBOARD] if settings is None else settings.keys
    return keyboard


# Four themes. No meaning rests on colour alone: each policy also has its mark.
#
# `accent` is a key, or the place one is at; `curseur` the ground of what Entrée or a digit acts on, once per
# page; `an-dernier` is last year and nothing else; `ligne` is the ground of the line being read; `doux` and
# `discret` are the two greys of text. `radar-dedans` tints the inside of the radar, `radar-anneau` draws its
# rings and spokes. `champ` is the style of a field without the focus: underlined where its ground is that of
# the page.

MAX_POLICY_COLOURS: Final = 6
"""Policies past the sixth take the colours again from the first; their marks differ."""


def _policies(*colours: str) -> dict[str, str]:
    return {f"politique-{number}": colour for number, colour in enumerate(colours, 1)}


DARK: Final = Theme(
    name="sombre",
    primary="#e4e4e0",
    secondary="#b4b7bc",
    accent="#7cc4bd",
    warning="#e39b6f",
    error="#e08a7d",
    success="#7cc4bd",
    foreground="#e4e4e0",
    background="#14161a",
    surface="#1a1d22",
    panel="#1e2127",
    variables={
        **_policies("#7fb4e6", "#e69ab4", "#9fcf8f", "#cf9fd6", "#e69a8a", "#9fb8c8"),
        "champ": "none",
        "discret": "#8f949c",
        "filet": "#6b727b",
        "ensemble": "#ffffff",
        "curseur": "#17605b",
        "curseur-texte": "#ffffff",
        "doux": "#b4b7bc",
        "ligne": "#262b33",
        "an-dernier": "#cfa765",
        "radar-dedans": "#173c3c",
        "radar-anneau": "#333942",
        "block-cursor-background": "#17605b",
        "block-cursor-foreground": "#ffffff",
        "border": "#8f949c",
        "border-blurred": "#6b727b",
    },
)
LIGHT: Final = Theme(
    name="clair",
    primary="#1d2126",
    secondary="#454b54",
    accent="#0f625c",
    warning="#9a4a12",
    error="#a3301f",
    success="#0f625c",
    foreground="#1d2126",
    background="#fbfaf7",
    surface="#f3f1ec",
    panel="#ecebe6",
    dark=False,
    variables={
        **_policies("#1f5a99", "#97305e", "#2f6b2f", "#7a3b86", "#a3301f", "#4a5f6b"),
        "champ": "none",
        "discret": "#5f6670",
        "filet": "#837e72",
        "ensemble": "#000000",
        "curseur": "#17605b",
        "curseur-texte": "#ffffff",
        "doux": "#454b54",
        "ligne": "#e0e6e4",
        "an-dernier": "#7d5300",
        "radar-dedans": "#cfe4e0",
        "radar-anneau": "#c4c0b6",
        "block-cursor-background": "#17605b",
        "block-cursor-foreground": "#ffffff",
        "border": "#837e72",
        "border-blurred": "#837e72",
    },
)
HIGH_CONTRAST: Final = Theme(
    name="contraste",
    primary="#ffffff",
    secondary="#ffffff",
    accent="#66ffe6",
    warning="#ffb366",
    error="#ff8080",
    success="#66ffe6",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1a1a1a",
    variables={
        **_policies("#66d9ff", "#ff99c2", "#80ff80", "#d9b3ff", "#ffb366", "#c2d6e0"),
        "champ": "underline",
        "discret": "#d0d0d0",
        "filet": "#a0a0a0",
        "ensemble": "#ffffff",
        "curseur": "#ffffff",
        "curseur-texte": "#000000",
        "doux": "#ffffff",
        "ligne": "#2a2a2a",
        "an-dernier": "#ffd24d",
        "radar-dedans": "#004d47",
        "radar-anneau": "#808080",
        "block-cursor-background": "#ffffff",
        "block-cursor-foreground": "#000000",
        "border": "#ffffff",
        "border-blurred": "#a0a0a0",
    },
)
TWO_TONE: Final = Theme(
    name="deux-tons",
    primary="#ffffff",
    secondary="#ffffff",
    accent="#ffffff",
    warning="#ffffff",
    error="#ffffff",
    success="#ffffff",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000000",
    luminosity_spread=0,
    text_alpha=1,
    variables={
        **_policies(*["#ffffff"] * MAX_POLICY_COLOURS),
        "champ": "underline",
        "discret": "#ffffff",
        "filet": "#ffffff",
        "ensemble": "#ffffff",
        "curseur": "#ffffff",
        "curseur-texte": "#000000",
        "doux": "#ffffff",
        "ligne": "#000000",
        "an-dernier": "#ffffff",
        "radar-dedans": "#000000",
        "radar-anneau": "#ffffff",
        "block-cursor-background": "#ffffff",
        "block-cursor-foreground": "#000000",
        "border": "#ffffff",
        "border-blurred": "#ffffff",
    },
)

THEMES: Final = {theme.name: theme for theme in (DARK, LIGHT, HIGH_CONTRAST, TWO_TONE)}
THEME_LABELS: Final = {
    "sombre": "Sombre",
    "clair": "Clair",
    "contraste": "Contraste élevé",
    "deux-tons": "Noir et blanc",
}
DEFAULT_THEME: Final = "sombre"
NO_COLOUR_THEME: Final = "deux-tons"


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
    stored = places.read(folder)
    theme, keyboard = stored.get(places.THEME, ""), stored.get(places.KEYBOARD, "")
    return Settings(
        theme if theme in THEMES else DEFAULT_THEME,
        keyboard if keyboard in KEYBOARDS else DEFAULT_KEYBOARD,
        stored.get(places.CURSOR) == places.CURSOR_SHOWN,
        stored.get(places.MOUSE) != places.OFF,
    )


def save(folder: Path, settings: Settings) -> None:
    """Store the settings in `folder`. Raises WriteRefusal."""
    names = {
        places.THEME: settings.theme,
        places.KEYBOARD: settings.keyboard,
        places.CURSOR: places.CURSOR_SHOWN if settings.cursor else places.CURSOR_HIDDEN,
        places.MOUSE: places.ON if settings.mouse else places.OFF,
    }
    places.write(folder, names)
