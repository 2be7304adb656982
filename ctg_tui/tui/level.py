"""What the terminal can draw, asked once."""

from __future__ import annotations

import os
import sys
from functools import cache

from ctg_tui.chart.levels import Level, detect_level

ENVIRONMENT_NAME = "CTG_TUI_DESSIN"


@cache
def current_level() -> Level:
    """The drawing level: `CTG_TUI_DESSIN` (`rich`, `compatible` or `ascii`) or what the terminal tells."""
    chosen = os.environ.get(ENVIRONMENT_NAME, "")
    if chosen in set(Level):
        return Level(chosen)
    return detect_level(getattr(sys.__stdout__, "encoding", None), os.environ)
