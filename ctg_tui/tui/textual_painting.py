"""The private parts of Textual 8.2 (pinned) that paint, under public names of our own.

See `textual_internals`, which has the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from textual import screen as textual_screen
from textual._compositor import Compositor, CompositorUpdate
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget


class Pieces(CompositorUpdate):
    """A repaint of pieces of lines, each with its first cell: column, line, picture."""

    def __init__(self, pieces: Sequence[tuple[int, int, Strip]]) -> None:
        self.pieces = pieces

    def render_segments(self, console: Console) -> str:
        return "".join([f"\x1b[{y + 1};{x + 1}H{strip.render(console)}" for x, y, strip in self.pieces])


class CellCompositor(Compositor):
    """A compositor whose partial repaints hold the cells that were asked for, and no others.

    Textual's own cuts each line with a changed cell at every widget, and writes it from the left edge of the
    widgets that changed: a third of a millisecond at each key, and most of the bytes on a slow connection.
    """

    _areas: Sequence[tuple[int, int, int, int, Widget, Region]] = ()
    """What is seen of each widget, the front first: left, right, top, bottom, and its part of the widget."""
    _areas_of: object = None

    def render_partial_update(self) -> Pieces | None:  # type: ignore[override]
        spans = [*self._regions_to_spans(self._dirty_regions)]
        self._dirty_regions.clear()
        if not spans:
            return None
        if self._areas_of is not self.visible_widgets:
            self._areas = [_area(widget, *place) for widget, place in self.visible_widgets.items()]
            self._areas_of = self.visible_widgets
        painted: dict[Widget, list[Strip]] = {}
        return Pieces([piece for span in spans for piece in self._pieces(*span, painted)])

    def _pieces(
        self, y: int, start: int, end: int, painted: dict[Widget, list[Strip]]
    ) -> Iterable[tuple[int, int, Strip]]:
        """Yield the picture of the line `y` from `start` to `end`, each piece from the widget in front."""
        missing = [(start, end)]
        for left, right, top, bottom, widget, part in self._areas:
            if not top <= y < bottom or right <= start or end <= left:
                continue
            hidden = []
            for first, last in missing:
                begin, stop = max(first, left), min(last, right)
                if begin >= stop:
                    hidden.append((first, last))
                    continue
                if widget not in painted:
                    painted[widget] = widget.render_lines(part)
                yield begin, y, painted[widget][y - top].crop(begin - left, stop - left)
                hidden += [(one, other) for one, other in ((first, begin), (stop, last)) if one < other]
            missing = hidden
            if not missing:
                break


def _area(widget: Widget, region: Region, clip: Region) -> tuple[int, int, int, int, Widget, Region]:
    seen = region.intersection(clip)
    return seen.x, seen.right, seen.y, seen.bottom, widget, seen.translate(-region.offset)


def compose_cell_by_cell() -> None:
    """Let every screen made from now on have a `CellCompositor`."""
    setattr(textual_screen, "Compositor", CellCompositor)  # noqa: B010 - imported there, not in its types


def refresh_cells(screen: Screen[Any], cells: Iterable[Region]) -> None:
    """Paint these cells of the screen at its next frame, with all that its widgets ask for.

    `screen.refresh(…)` would take them for the whole screen, and drop the refreshes of widgets in that frame.
    """
    screen._compositor._dirty_regions.update(cells)
    screen._dirty_widgets |= {screen}
    screen.check_idle()
