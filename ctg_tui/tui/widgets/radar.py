"""The radar of a page, drawn in a frame of its own after the note: once for a burst of keys."""

from __future__ import annotations

from typing import ClassVar, Final

from rich.segment import Segment

from ctg_tui.chart import levels
from ctg_tui.chart.figures import By, Figures, axis_key, by_policy, default_axes, figures, past_of
from ctg_tui.chart.levels import BEFORE, OUTLINE, RING, Level
from ctg_tui.chart.radar import CURRENT, FIGURE, POLICY, TEXT, Drawing, radar, side_by_side
from ctg_tui.domain.results import LastTime
from ctg_tui.tui.settings import MAX_POLICY_COLOURS, NO_COLOUR_THEME
from ctg_tui.tui.view import View
from ctg_tui.tui.widgets.strips import Line
from ctg_tui.tui.widgets.table import Panel

_MARGIN: Final = 1
_COLOURS: Final = {
    RING: "$radar-anneau",
    BEFORE: "$an-dernier",
    OUTLINE: "$ensemble",
    TEXT: "$doux",
    CURRENT: "$accent",
    FIGURE: "$foreground",
    **{f"{POLICY}{rank}": f"$politique-{rank + 1}" for rank in range(MAX_POLICY_COLOURS)},
}
"""The colour of each role; a role is also the name of its component class, after `radar--`."""
_BOLD: Final = frozenset({CURRENT, FIGURE, *(f"{POLICY}{rank}" for rank in range(MAX_POLICY_COLOURS))})


def _css() -> str:
    rules = "".join(
        f"&>.radar--{role} {{ color: {colour}; text-style: {'bold' if role in _BOLD else 'none'}; }}\n"
        for role, colour in _COLOURS.items()
    )
    return f"RadarPanel {{ {rules} &>.radar--inside {{ background: $radar-dedans; }} }}"


def _last(view: View) -> LastTime | None:
    """Return last time where any panel of the page shows it: its outline is then there too."""
    return view.drawn or view.beside


class RadarPanel(Panel):
    """This year's outline, last year's thin behind it where the view has it; the axis worked on is marked.

    The axes are those of `chart.figures.default_axes`; `turn` gives others.
    """

    FOLLOWS = True
    COMPONENT_CLASSES: ClassVar[set[str]] = {*(f"radar--{role}" for role in _COLOURS), "radar--inside"}
    DEFAULT_CSS = _css()

    def __init__(self, view: View, level: Level, *, letters: bool = False) -> None:
        """Make a radar; with `letters`, it has the initial of each policy at its value."""
        super().__init__(view)
        self._level = level
        self._letters = letters
        self._by: By | None = None
        self._is_by_policy = False
        self.marks_line = True
        """Whether the cursor is on a line, marked where each has an axis."""
        self._drawn: object = None

    def turn(self, by: By | None, *, is_by_policy: bool = False) -> None:
        """Show other axes, or a small picture per policy where all have room."""
        self._by, self._is_by_policy = by, is_by_policy
        self.repaint()

    def differs(self, before: View, after: View) -> bool:
        return (
            before.scores is not after.scores
            or _last(before) is not _last(after)
            or self._current(before) != self._current(after)
        )

    def _axes(self, view: View) -> By:
        return self._by or default_axes(view.grid)

    def _current(self, view: View) -> str:
        axes = self._axes(view)
        is_on_none = bool(view.indicator) or not self.marks_line
        return "" if is_on_none and axes is By.LINE else axis_key(view.grid, view.cell.activity, axes)

    def figures(self) -> Figures:
        """Return what is drawn: the same figures are for the table and the sentence beside it."""
        view = self.view
        past = past_of(_last(view), view.grid)
        return figures(
            *(view.grid, view.assessment, view.scores, past),
            by=self._axes(view),
            mission=view.grid.mission_of[view.cell.activity].id,
        )

    def paint(self, width: int, height: int) -> list[Line]:
        if width <= 2 * _MARGIN:
            return []
        view, content, current = self.view, self.figures(), self._current(self.view)
        colour = self.app.theme != NO_COLOUR_THEME
        asked = content, current, self._is_by_policy, width, height, self.app.theme
        if asked == self._drawn and self._lines:
            return self._lines
        self._drawn = asked
        room = width - 2 * _MARGIN
        drawing: Drawing | None = None
        if self._is_by_policy:
            past = past_of(_last(view), view.grid)
            small = by_policy(
                *(view.grid, view.assessment, view.scores, past),
                by=self._axes(view),
                mission=view.grid.mission_of[view.cell.activity].id,
            )
            drawing = side_by_side(
                small, width=room, height=height, level=self._level, colour=colour, current=current
            )
        if drawing is None:
            drawing = radar(
                content,
                width=room,
                height=height,
                level=self._level,
                colour=colour,
                current=current,
                letters=self._letters,
            )
        return [[Segment(" " * _MARGIN), *map(self._segment, line)] for line in drawing.lines]

    def _segment(self, segment: levels.Segment) -> Segment:
        role = segment.role
        if role.startswith(POLICY):
            role = f"{POLICY}{int(role.removeprefix(POLICY)) % MAX_POLICY_COLOURS}"
        style = self.style_of(f"radar--{role}") if role else None
        if segment.is_inside:
            ground = self.style_of("radar--inside")
            style = ground if style is None else style + ground
        return Segment(segment.text, style)
