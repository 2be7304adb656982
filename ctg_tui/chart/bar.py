"""A horizontal bar of progress, in the characters of each drawing level."""

from __future__ import annotations

from typing import Final

from ctg_tui.chart.levels import Level

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
