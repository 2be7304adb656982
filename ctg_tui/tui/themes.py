"""Four themes. No meaning rests on colour alone: each policy also has its mark.

`champ` is the style of a field without the focus: where its ground is that of the page, it is underlined.
"""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

MAX_POLICY_COLOURS: Final = 6
"""Policies past the sixth take the colours again from the first; their marks differ."""


def _policies(*colours: str) -> dict[str, str]:
    return {f"politique-{number}": colour for number, colour in enumerate(colours, 1)}


DARK: Final = Theme(
    name="sombre",
    primary="#7aa2d6",
    secondary="#56779f",
    accent="#e8b86b",
    warning="#e8b86b",
    error="#e08a7d",
    success="#8fbf8f",
    foreground="#dfe3e8",
    background="#16191d",
    surface="#1c2025",
    panel="#262b31",
    variables={
        **_policies("#7fb4e6", "#e8b86b", "#9fcf8f", "#cf9fd6", "#e69a8a", "#84cfc8"),
        "champ": "none",
        "discret": "#8b949e",
        "filet": "#717a84",
        "ensemble": "#f2f4f7",
        "curseur": "#2f4a6b",
        "curseur-texte": "#ffffff",
        "block-cursor-background": "#2f4a6b",
        "block-cursor-foreground": "#ffffff",
        "border": "#7aa2d6",
        "border-blurred": "#717a84",
    },
)
LIGHT: Final = Theme(
    name="clair",
    primary="#1f5a99",
    secondary="#4a6f96",
    accent="#8a5a00",
    warning="#8a5a00",
    error="#a3301f",
    success="#2f6b2f",
    foreground="#1d2126",
    background="#fbfaf7",
    surface="#f3f1ec",
    panel="#e7e4dc",
    dark=False,
    variables={
        **_policies("#1f5a99", "#8a5a00", "#2f6b2f", "#7a3b86", "#a3301f", "#0f6b63"),
        "champ": "none",
        "discret": "#5f6670",
        "filet": "#837e72",
        "ensemble": "#000000",
        "curseur": "#cfe0f3",
        "curseur-texte": "#0b1a2b",
        "block-cursor-background": "#cfe0f3",
        "block-cursor-foreground": "#0b1a2b",
        "border": "#1f5a99",
        "border-blurred": "#837e72",
    },
)
HIGH_CONTRAST: Final = Theme(
    name="contraste",
    primary="#66d9ff",
    secondary="#ffffff",
    accent="#ffff00",
    warning="#ffff00",
    error="#ff8080",
    success="#80ff80",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1a1a1a",
    variables={
        **_policies("#66d9ff", "#ffff00", "#80ff80", "#ff99ff", "#ffb366", "#99ffee"),
        "champ": "underline",
        "discret": "#d0d0d0",
        "filet": "#a0a0a0",
        "ensemble": "#ffffff",
        "curseur": "#ffffff",
        "curseur-texte": "#000000",
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
