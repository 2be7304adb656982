"""The themes, and the one chosen, in a small file beside the database."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from textual.theme import Theme

from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.system.files import atomic_write, read_regular

# Three themes. No meaning rests on colour alone.
#
# `accent` is a key, or the place one is at; `curseur` the ground of what Entrée or a digit acts on, once per
# page; `an-dernier` is last year and nothing else; `ligne` is the ground of the line being read; `doux` and
# `discret` are the two greys of text. `radar-dedans` tints the inside of the radar, `radar-anneau` draws its
# rings and spokes. `champ` is the style of a field without the focus: underlined where its ground is that of
# the page.

_COLOURS: Final = """
                sombre   clair    contraste
foreground      #e4e4e0  #1d2126  #ffffff
background      #14161a  #fbfaf7  #000000
surface         #1a1d22  #f3f1ec  #000000
panel           #1e2127  #ecebe6  #1a1a1a
accent          #7cc4bd  #0f625c  #66ffe6
warning         #e39b6f  #9a4a12  #ffb366
error           #e08a7d  #a3301f  #ff8080
doux            #b4b7bc  #454b54  #ffffff
discret         #8f949c  #5f6670  #d0d0d0
filet           #6b727b  #837e72  #a0a0a0
border          #8f949c  #837e72  #ffffff
ensemble        #ffffff  #000000  #ffffff
curseur         #17605b  #17605b  #ffffff
curseur-texte   #ffffff  #ffffff  #000000
curseur-an-dernier #f0cf98 #f0cf98 #000000
ligne           #262b33  #e0e6e4  #2a2a2a
an-dernier      #cfa765  #7d5300  #ffd24d
radar-dedans    #173c3c  #cfe4e0  #004d47
radar-anneau    #666d76  #979284  #909090
champ           none     none     underline
"""


def _themes() -> dict[str, Theme]:
    names, *rows = (row.split() for row in _COLOURS.strip().splitlines())
    roles = [role for role, *_ in rows]
    return {
        name: _theme(name, dict(zip(roles, colours, strict=True)))
        for name, colours in zip(names, zip(*(row[1:] for row in rows), strict=True), strict=True)
    }


def _theme(name: str, colours: dict[str, str]) -> Theme:
    return Theme(
        name,
        primary=colours["foreground"],
        secondary=colours["doux"],
        warning=colours["warning"],
        error=colours["error"],
        success=colours["accent"],
        accent=colours["accent"],
        foreground=colours["foreground"],
        background=colours["background"],
        surface=colours["surface"],
        panel=colours["panel"],
        dark=name != "clair",
        variables=colours
        | {
            "block-cursor-background": colours["curseur"],
            "block-cursor-foreground": colours["curseur-texte"],
            "border-blurred": colours["filet"],
        },
    )


THEMES: Final = _themes()
THEME_LABELS: Final = {"sombre": "Sombre", "clair": "Clair", "contraste": "Contraste élevé"}
DEFAULT_THEME: Final = "sombre"
FILE_NAME: Final = "theme.txt"
_MAX_BYTES: Final = 100


def load(folder: Path) -> str:
    """Return the name of the theme stored in `folder`; the default one when it is missing or invalid."""
    try:
        theme = read_regular(folder / FILE_NAME, _MAX_BYTES).decode(errors="replace").strip()
    except InvalidDocument:  # none yet
        return DEFAULT_THEME
    return theme if theme in THEMES else DEFAULT_THEME


def save(folder: Path, theme: str) -> None:
    """Store the theme in `folder`. Raises WriteRefusal."""
    atomic_write(folder / FILE_NAME, f"{theme}\n".encode())
