"""The radar, drawn on a frame of its own after the note: a burst of keys draws it once."""

from __future__ import annotations

from typing import ClassVar, Final

from rich.segment import Segment
from textual.reactive import var
from textual.timer import Timer

from ctg_tui.chart import WHOLE, Figures, Level, figures, radar
from ctg_tui.tui.texts import shown
from ctg_tui.tui.view import View
from ctg_tui.tui.widgets.colours import POLICY_CLASSES, POLICY_CSS, WHOLE_CLASS, policy_class
from ctg_tui.tui.widgets.strips import Line, StripWidget

_REST_SECONDS: Final = 0.012
"""After a note, before the radar: long enough for the note's own frame to go first."""


class RadarPanel(StripWidget):
    """One axis per mission, one outline per policy, one for the whole; last time's behind, on demand."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"radar--soft", "radar--label", "radar--behind", *POLICY_CLASSES}
    DEFAULT_CSS = (
        """
    RadarPanel {
        padding: 0 1;
        &>.radar--soft { color: $filet; }
        &>.radar--label { color: $foreground; }
        &>.radar--behind { color: $discret; }
"""
        + POLICY_CSS
        + "}"
    )

    view: var[View | None] = var(None, init=False)

    def __init__(self, level: Level, *, legend: bool = False) -> None:
        super().__init__()
        self._level = level
        self._legend = legend
        self._figures: Figures | None = None
        self._drawn: Figures | None = None
        self._timer: Timer | None = None
        self._roles: dict[str, str] = {}

    def watch_view(self, before: View | None, after: View | None) -> None:
        if after is None:
            return
        if before is not None and before.scores is after.scores and before.previous is after.previous:
            return
        self._figures = figures(
            after.grid, after.scores, previous=after.previous, previous_name=shown(after.previous_name)
        )
        self._roles = {
            f"outline-{policy.id}": policy_class(number) for number, policy in enumerate(after.grid.policies)
        }
        self._roles |= {f"outline-{WHOLE}": WHOLE_CLASS, f"behind-{WHOLE}": "radar--behind"}
        self._roles |= {"ring": "radar--soft", "spoke": "radar--soft", "scale": "radar--behind"}
        self._roles |= {"label": "radar--label", "missing": "radar--behind"}
        if self._timer is None and self._figures != self._drawn:
            self._timer = self.set_timer(_REST_SECONDS, self._draw)

    def _draw(self) -> None:
        self._timer = None
        if self._figures != self._drawn:
            self.repaint()

    def paint(self, width: int, height: int) -> list[Line]:
        if self._figures is None or width < 1 or height < 1:
            return []
        self._drawn = self._figures
        drawing = radar(
            self._figures,
            width=width,
            height=height,
            level=self._level,
            legend=self._legend or (self.view is not None and self.view.previous is not None),
        )
        return [[self._segment(text, role) for text, role in line] for line in drawing.lines]

    def _segment(self, text: str, role: str) -> Segment:
        name = self._roles.get(role)
        return Segment(text, None if name is None else self.style_of(name))
