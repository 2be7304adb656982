"""The percentages of the current mission: one bar per policy, one for the whole, with what stands behind."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual.reactive import var

from ctg_tui.chart.levels import GLYPHS, Level
from ctg_tui.domain.french import counts, percentage
from ctg_tui.domain.scores import Tally
from ctg_tui.tui.texts import fit, shown
from ctg_tui.tui.view import View
from ctg_tui.tui.widgets.bars import bar
from ctg_tui.tui.widgets.colours import POLICY_CLASSES, POLICY_CSS, policy_class
from ctg_tui.tui.widgets.strips import Line, StripWidget


class _Gauge(NamedTuple):
    mark: str
    label: str
    tally: Tally
    colour: str
    current: bool


class Gauges(StripWidget):
    """The mark of each policy is that of the radar below: this is its legend too."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "gauges--title",
        "gauges--soft",
        "gauges--strong",
        *POLICY_CLASSES,
    }
    DEFAULT_CSS = (
        """
    Gauges {
        padding: 0 1;
        &>.gauges--title { text-style: bold; color: $primary; }
        &>.gauges--soft { color: $discret; }
        &>.gauges--strong { text-style: bold; }
"""
        + POLICY_CSS
        + "}"
    )

    view: var[View | None] = var(None, init=False)

    def __init__(self, level: Level) -> None:
        super().__init__()
        self._level = level

    def watch_view(self) -> None:
        self.repaint()

    def paint(self, width: int, height: int) -> list[Line]:
        view = self.view
        if view is None:
            return []
        mission = view.mission.id
        marks = GLYPHS[self._level].marks
        gauges = [
            _Gauge(
                marks[number % (len(marks) - 1)],
                shown(policy.label),
                view.scores.rubrics[mission, policy.id],
                policy_class(number),
                policy.id == view.cell.policy,
            )
            for number, policy in enumerate(view.grid.policies)
        ]
        gauges.append(_Gauge(marks[-1], "Ensemble", view.scores.missions[mission], "outline-whole", False))
        lines: list[Line] = []
        wordy, airy = height > 2 * len(gauges), height > 3 * len(gauges)
        if height > len(gauges):
            title = f"Mission {view.mission.number}"
            lines.append([Segment(fit(title, width), self.style_of("gauges--title"))])
        label_width = max(cell_len(one.label) for one in gauges)
        for one in gauges:
            lines.append(self._gauge(one, width, min(label_width, width // 2)))
            if wordy:
                lines.append([Segment(fit("  " + counts(one.tally), width), self.style_of("gauges--soft"))])
            if airy:
                lines.append([])
        return lines

    def _gauge(self, one: _Gauge, width: int, label_width: int) -> Line:
        value = percentage(one.tally).rjust(5)
        colour = self.style_of(one.colour)
        room = max(width - 2 - label_width - 1 - len(value) - 1, 0)
        drawn = bar(one.tally.points, one.tally.maximum, room, self._level) if one.tally.rated else " " * room
        strong = self.style_of("gauges--strong")
        return [
            Segment(one.mark + " ", colour),
            Segment(fit(one.label, label_width) + " ", strong if one.current else None),
            Segment(drawn, colour),
            Segment(f" {value}", strong),
        ]
