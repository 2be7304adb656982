"""Text made fit for the cells of the screen, in the characters that the terminal can draw."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache, lru_cache
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from ctg_tui.wording.french import NBSP, thousands, wrap

ENVIRONMENT_NAME: Final = "CTG_TUI_DESSIN"

_PLAINER: Final = str.maketrans("✎→▸▾▴↵⏎✓✗⚠‑\N{NARROW NO-BREAK SPACE}━┃", "+►►▼▲◄◄√x!-\N{NO-BREAK SPACE}█║")
"""Characters of the interface that the classic Windows console lacks, and their stand-ins."""


class Level(StrEnum):
    """The characters that a terminal can draw.

    RICH: braille. COMPATIBLE: the characters of WGL4 only, all that the classic Windows console has in its
    fonts.
    """

    RICH = "riche"
    COMPATIBLE = "compatible"


def detect_level(encoding: str | None, environment: Mapping[str, str], platform: str = sys.platform) -> Level:
    """Return the best level for a stream in `encoding`, given `environment` (TERM, WT_SESSION…)."""
    try:
        "⣿●◆".encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return Level.COMPATIBLE
    if environment.get("TERM") in {"dumb", "linux"}:
        return Level.COMPATIBLE
    if platform == "win32" and not (environment.get("WT_SESSION") or environment.get("TERM_PROGRAM")):
        return Level.COMPATIBLE
    return Level.RICH


@cache
def current_level() -> Level:
    """Return the drawing level: `CTG_TUI_DESSIN` (`riche`, `compatible`), else the terminal's."""
    chosen = os.environ.get(ENVIRONMENT_NAME, "")
    if chosen in set(Level):
        return Level(chosen)
    return detect_level(getattr(sys.__stdout__, "encoding", None), os.environ)


def replacements(level: Level) -> Sequence[LineFilter]:
    """Return the line filters that replace the characters that `level` cannot draw."""
    return () if level is Level.RICH else (_Replacing(),)


class _Replacing(LineFilter):
    """Replaces each character that cannot be drawn, also in people's texts, by a stand-in as wide."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment
            if segment.text.isascii()
            else Segment(drawable(segment.text), segment.style, segment.control)
            for segment in segments
        ]


@lru_cache(maxsize=4096)
def drawable(text: str) -> str:
    """Return `text` in the characters of the classic Windows console, in as many cells."""
    plainer = text.translate(_PLAINER)
    return "".join(character if character in _WGL4 else _stand_in(character) for character in plainer)


def _stand_in(character: str) -> str:
    """Return the letter without its accent, else as many question marks as the character takes cells."""
    width = cell_len(character)
    bare = unicodedata.normalize("NFKD", character)[:1]
    return bare if bare.isascii() and bare.isprintable() and cell_len(bare) == width else "?" * width


_WGL4: Final = frozenset(
    [
        chr(code)
        for code in (*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x384, 0x3CF), *range(0x401, 0x460))
    ]
) | frozenset(
    "ƒǺǻǼǽǾǿˆˇˉ˘˙˚˛˜˝ẀẁẂẃẄẅỲỳ–—―‗‘’‚‛“”„†‡•…‰′″‹›‼‾⁄ⁿ₣₤₧€℅ℓ№™Ω℮⅛⅜⅝⅞←↑→↓↔↕↨∂∆∏∑−∕∙√∞∟∩∫≈≠≡≤≥⌂⌐⌠⌡"
    "─│┌┐└┘├┤┬┴┼═║╒╓╔╕╖╗╘╙╚╛╜╝╞╟╠╡╢╣╤╥╦╧╨╩╪╫╬▀▄█▌▐░▒▓■□▪▫▬▲►▼◄◊○●◘◙◦☺☻☼♀♂♠♣♥♦♪♫"
)
"""The characters in the fonts of the classic Windows console (Windows Glyph List 4)."""


ELLIPSIS = "…"


def fit(text: str, width: int, ellipsis: str = ELLIPSIS) -> str:
    """Return `text` in exactly `width` cells: cut with an ellipsis, or filled with spaces."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    room = width - cell_len(ellipsis)
    if room <= 0:
        return set_cell_size(text, width)
    return set_cell_size(set_cell_size(text, room).rstrip() + ellipsis, width)


def cut_at_a_word(text: str, width: int) -> str:
    """Return `text` in exactly `width` cells, cut after a whole word where it is too long."""
    if cell_len(text) <= width:
        return fit(text, width)
    return fit(wrap(text, max(width - 1, 1))[0].rstrip(f" {NBSP},;:·–—") + ELLIPSIS, width)


def full(limit: int) -> str:
    """Return the sentence for a field that takes no more than `limit` characters."""
    return f"{thousands(limit)} caractères au plus{NBSP}: la fin n’a pas été prise."
