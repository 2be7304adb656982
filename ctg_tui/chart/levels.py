"""The three drawing levels, and the characters of each."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple


class Level(StrEnum):
    """The characters that a terminal can draw.

    RICH: braille. COMPATIBLE: the characters of WGL4 only, all that the classic Windows console has in its
    fonts. ASCII: for terminals and locales without UTF-8.
    """

    RICH = "riche"
    COMPATIBLE = "compatible"
    ASCII = "ascii"


class Glyphs(NamedTuple):
    """The characters of one level. A `line` of None is drawn in braille, eight dots to a cell."""

    ring: str | None
    spoke: str | None
    marks: str
    """The marks of the policies at the vertices and in the legend, in order; the last one is the whole's."""
    lines: str | None
    """For each mark, the character its outline is made of."""
    hollow_marks: str
    """The marks of proposed lines."""
    past_mark: str
    """The mark of last time's outline, whose line is dotted."""
    past_line: str | None
    dash: str
    ellipsis: str
    proposed: str
    """Follows the number of an axis of proposed lines."""
    space: str
    """Before a colon or a sign of per cent: no-break where the level has it."""


GLYPHS: Mapping[Level, Glyphs] = {
    Level.RICH: Glyphs(
        None, None, "●▲■▼►◄◆", None, "○△□▽▷◁◇", "×", None, "—", "…", "°", "\N{NO-BREAK SPACE}"
    ),
    Level.COMPATIBLE: Glyphs(
        "·", "·", "●▲■▼►◄♦", "•+▪¤»«*", "○∆□¬>‹◊", "×", "∙", "—", "…", "°", "\N{NO-BREAK SPACE}"
    ),
    Level.ASCII: Glyphs(".", ".", "O^#V>&@", "-'=~;!+", "oauyzsd", "x", ",", "-", "...", "*", " "),
}

_IN_LETTERS: Final = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "€": "EUR", "≤": "<=", "≥": ">=", "±": "+/-"}
)


def spelled(text: str, level: Level) -> str:
    """Return `text` with « œ » and « € » in letters where only ASCII is drawn; call it before lines are cut.

    A stand-in of one cell makes another word: « ouvre » of « œuvre ».
    """
    return text.translate(_IN_LETTERS) if level is Level.ASCII else text


def detect_level(encoding: str | None, environment: Mapping[str, str], platform: str = sys.platform) -> Level:
    """Return the best level for a stream in `encoding`, given `environment` (TERM, WT_SESSION…)."""
    try:
        "⣿●◆".encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return Level.ASCII
    if environment.get("TERM") == "dumb":
        return Level.ASCII
    if environment.get("TERM") == "linux":
        return Level.COMPATIBLE
    if platform == "win32" and not (environment.get("WT_SESSION") or environment.get("TERM_PROGRAM")):
        return Level.COMPATIBLE
    return Level.RICH


_EIGHTHS: Final = " ▏▎▍▌▋▊▉"


def bar(part: int, whole: int, width: int, level: Level) -> str:
    """Draw `part` of `whole` as a bar of exactly `width` columns; full only when `part` equals `whole`."""
    if level is Level.RICH:
        eighths = width * 8 * part // whole if whole else 0
        full, rest = divmod(eighths, 8)
        return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(width, "·")
    full = width * part // whole if whole else 0
    done, todo = ("█", "░") if level is Level.COMPATIBLE else ("#", ".")
    return done * full + todo * (width - full)
