"""The keys of the notes, the themes, and the one chosen, in a small file beside the database."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from textual.theme import Theme

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Rating
from ctg_tui.system import places

NOTE_KEYS: Final[Mapping[str, Answer | None]] = {
    **{str(int(note)): note for note in Rating},
    **dict(zip(("à", "ampersand", "é", "quotation_mark"), Rating, strict=True)),
    "n": NOT_CONCERNED,
    "delete": None,
    "backspace": None,
}
"""The answer that each key gives, by Textual's names: digits, also without Shift on AZERTY; None clears."""
NOTE_KEYS_TEXT: Final = '0 1 2 3 ou à & é "'
"""The keys of the notes, as the help shows them."""


# Three themes. No meaning rests on colour alone.
#
# `accent` is a key, or the place one is at; `curseur` the ground of what Entrée or a digit acts on, once per
# page; `an-dernier` is last year and nothing else; `ligne` is the ground of the line being read; `doux` and
# `discret` are the two greys of text. `radar-dedans` tints the inside of the radar, `radar-anneau` draws its
# rings and spokes. `champ` is the style of a field without the focus: underlined where its ground is that of
# the page.

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
THEMES: Final = {theme.name: theme for theme in (DARK, LIGHT, HIGH_CONTRAST)}
THEME_LABELS: Final = {
    "sombre": "Sombre",
    "clair": "Clair",
    "contraste": "Contraste élevé",
}
DEFAULT_THEME: Final = "sombre"


def load(folder: Path) -> str:
    """Return the name of the theme stored in `folder`; the default one when it is missing or invalid."""
    theme = places.read(folder).get(places.THEME, "")
    return theme if theme in THEMES else DEFAULT_THEME


def save(folder: Path, theme: str) -> None:
    """Store the theme in `folder`. Raises WriteRefusal."""
    places.write(folder, {places.THEME: theme})
