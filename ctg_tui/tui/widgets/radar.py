"""The radar, drawn in a frame of its own after the note: once for a burst of keys."""

from __future__ import annotations

from typing import ClassVar, Final

from rich.segment import Segment

from ctg_tui.chart.figures import WHOLE, Figures, figures
from ctg_tui.chart.levels import Level
from ctg_tui.chart.picture import picture
from ctg_tui.tui.texts import shown
from ctg_tui.tui.view import View
from ctg_tui.tui.widgets.colours import POLICY_CLASSES, POLICY_CSS, WHOLE_CLASS, policy_class
from ctg_tui.tui.widgets.panel import Panel
from ctg_tui.tui.widgets.strips import RULE_WIDTH, Line, ruled

_MARGIN: Final = 1


class RadarPanel(Panel):
    """One axis per mission, one outline per policy, one for the whole; on demand, last time's behind them."""

    FOLLOWS = True
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "radar--soft",
        "radar--label",
        "radar--figure",
        "radar--behind",
        *POLICY_CLASSES,
    }
    DEFAULT_CSS = (
        """
    RadarPanel {
        &>.radar--soft { color: $filet; }
        &>.radar--label { color: $foreground; }
        &>.radar--figure { text-style: bold; }
        &>.radar--behind { color: $discret; }
"""
        + POLICY_CSS
        + "}"
    )

    def __init__(self, view: View, level: Level, *, alone: bool = False) -> None:
        """Make a radar; `alone`, with its legend and without the rule at its left."""
        super().__init__(view)
        self._alone = alone
        self._level = level
        self._drawn: Figures | None = None
        self._roles = {
            "ring": "radar--soft",
            "spoke": "radar--soft",
            "scale": "radar--behind",
            "label": "radar--label",
            "figure": "radar--figure",
            "missing": "radar--behind",
            f"outline-{WHOLE}": WHOLE_CLASS,
            f"behind-{WHOLE}": "radar--behind",
            **{
                f"outline-{policy.id}": policy_class(index) for index, policy in enumerate(view.grid.policies)
            },
        }

    def differs(self, before: View, after: View) -> bool:
        return before.scores is not after.scores or before.drawn is not after.drawn

    def _figures(self) -> Figures:
        view = self.view
        name = shown(view.previous_name)
        return figures(view.grid, view.scores, previous=view.previous, previous_name=name)

    def paint(self, width: int, height: int) -> list[Line]:
        side = _MARGIN if self._alone else RULE_WIDTH
        rule = self.style_of("radar--soft")
        if width <= side + _MARGIN:
            return []
        new_figures = self._figures()
        if new_figures == self._drawn and self._painted_for == (width, height):
            return self._lines
        self._drawn = new_figures
        drawing = picture(
            new_figures,
            width=width - side - _MARGIN,
            height=height,
            level=self._level,
            legend=self._alone or self.view.drawn is not None,
        )
        lines: list[Line] = [[self._segment(text, role) for text, role in line] for line in drawing.lines]
        return [[Segment(" " * side), *line] for line in lines] if self._alone else ruled(lines, height, rule)

    def _segment(self, text: str, role: str) -> Segment:
        name = self._roles.get(role)
        return Segment(text, None if name is None else self.style_of(name))
