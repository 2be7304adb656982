"""The two drawing levels and the characters of each, and the bars that need nothing else."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from enum import StrEnum
from itertools import groupby
from typing import Final, NamedTuple


class Level(StrEnum):
    """The characters that a terminal can draw.

    RICH: braille. COMPATIBLE: the characters of WGL4 only, all that the classic Windows console has in its
    fonts.
    """

    RICH = "riche"
    COMPATIBLE = "compatible"


class Segment(NamedTuple):
    """Some text of one role (`radar` lists them), as its caller maps roles to colours.

    `is_inside`: it stands on the ground of the radar's inside.
    """

    text: str
    role: str = ""
    is_inside: bool = False


OUTLINE: Final = "outline"
"""This year's line."""
BEFORE: Final = "before"
"""Last year's line, and its figures."""
RING: Final = "ring"
"""Rings, spokes and the empty end of a bar: hardly seen."""


class Glyphs(NamedTuple):
    """The characters of one level; a line of None is drawn in braille, eight dots to a cell."""

    outline: str | None
    ring: str | None
    before: str
    """Each point of last year's line."""
    this_year: str
    """This year in the legend."""
    full: str
    rest: str
    tick: str


GLYPHS: Mapping[Level, Glyphs] = {
    Level.RICH: Glyphs(None, None, "•", "━━", "━", "─", "┃"),
    Level.COMPATIBLE: Glyphs("█", "·", "•", "██", "█", "─", "║"),
}


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


def gauge(now: int | None, before: int | None, width: int, level: Level) -> tuple[Segment, ...]:
    """Draw a percentage as a thin bar of exactly `width` columns, with a tick at last year's.

    Without a percentage it is blank but for the tick.
    """
    glyphs = GLYPHS[level]
    full = 0 if now is None else (width * now + 50) // 100
    tick = None if before is None else min((width * before + 50) // 100, width - 1)
    if now is not None and before is not None and tick is not None and width > 1:
        if now > before:  # however little: what rose goes on behind the tick, what fell ends before it
            tick = min(tick, width - 2)
            full = max(full, tick + 2)
        else:
            full = min(full, tick) if now < before else tick
    cells = [(glyphs.full, OUTLINE)] * full
    cells += [(" " if now is None else glyphs.rest, RING)] * (width - full)
    if tick is not None and width > 0:
        cells[tick] = (glyphs.tick, BEFORE)
    return runs(Segment(*cell) for cell in cells)


def runs(cells: Iterable[Segment]) -> tuple[Segment, ...]:
    """Return the same text with neighbours of one role and ground in one piece."""
    joined = groupby(cells, key=lambda cell: cell[1:])
    return tuple(Segment("".join(cell.text for cell in group), *look) for look, group in joined)
