"""What is written to the terminal for a partial repaint: from the first changed cell on, not the whole line.

Textual 8.2 (pinned) starts each changed piece at the left edge of its widget; on a slow connection the
unchanged left of a line is most of what is sent.
"""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate


class TrimmedUpdate(ChopsUpdate):
    """The same cells as a `ChopsUpdate`, without those before the first that changed."""

    def render_segments(self, console: Console) -> str:
        written: list[str] = []
        for y, start, end in self.spans:
            for right, (left, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                if strip is None or left >= end or right <= start:
                    continue
                first, last = max(left, start), min(right, end)
                if (first, last) != (left, right):
                    strip = strip.crop(first - left, last - left)
                written += (Control.move_to(first, y).segment.text, strip.render(console))
        return "".join(written)


def trimmed(update: Any) -> Any:
    """`update`, written from its first changed cell on when it is a partial repaint."""
    if type(update) is ChopsUpdate:
        return TrimmedUpdate(update.chops, update.spans, update.chop_ends)
    return update
