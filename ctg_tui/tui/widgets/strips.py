"""The base of the widgets that paint themselves line by line, and repaint only what changed.

A widget gives its whole picture in `paint`; the picture is compared with the one on the screen, and only the
cells from the first to the last that differ in each line are refreshed: a key costs a few cells, not a table.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

Line = Sequence[Segment]
"""The pieces of one line, as wide as the widget at most."""


class StripWidget(Widget):
    """Subclasses give `paint`, and call `repaint` when what they show may have changed."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - as Widget
        super().__init__(id=id, classes=classes)
        self._lines: list[Line] = []
        self._painted_for: tuple[int, int] | None = None

    def paint(self, width: int, height: int) -> list[Line]:
        """The whole picture in `width` × `height` cells; missing lines are blank."""
        raise NotImplementedError

    def style_of(self, name: str) -> Style:
        """The style of a component class."""
        return self.get_component_rich_style(name, partial=True)

    def repaint(self) -> None:
        """Paint anew, and refresh the cells that changed."""
        width, height = self.size
        if self._painted_for != (width, height):
            self._painted_for = None
            self.refresh()
            return
        before, self._lines = self._lines, self.paint(width, height)
        changed = [
            Region(start, y, end - start, 1)
            for y in range(max(len(before), len(self._lines)))
            if (span := _changed(_line(before, y), _line(self._lines, y), width)) is not None
            for start, end in [span]
        ]
        if changed:
            self.refresh(*changed)

    def notify_style_update(self) -> None:
        self._painted_for = None
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        if self._painted_for != (width, height):
            self._lines = self.paint(width, height)
            self._painted_for = (width, height)
        return (
            Strip(_line(self._lines, y))
            .adjust_cell_length(width, self.rich_style)
            .apply_style(self.rich_style)
        )


def _line(lines: Sequence[Line], y: int) -> Line:
    return lines[y] if y < len(lines) else ()


def _changed(before: Line, after: Line, width: int) -> tuple[int, int] | None:
    """The first cell that differs and the one past the last; None when the lines are equal."""
    if before == after:
        return None
    start = 0
    for old, new in zip(before, after, strict=False):
        if old != new:
            break
        start += cell_len(old.text)
    end = width
    lengths = sum(cell_len(one.text) for one in before), sum(cell_len(one.text) for one in after)
    if lengths[0] == lengths[1]:
        end = lengths[0]
        for old, new in zip(reversed(before), reversed(after), strict=False):
            if old != new:
                break
            end -= cell_len(old.text)
    return start, max(start, min(end, width))
