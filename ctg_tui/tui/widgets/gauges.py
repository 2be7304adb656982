"""The percentages of the current mission: one bar per policy, one for the whole, with their counts."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual.message import Message

from ctg_tui.chart.levels import GLYPHS, Level, bar
from ctg_tui.domain.scores import Tally
from ctg_tui.tui.texts import fit, shown
from ctg_tui.tui.view import View
from ctg_tui.tui.widgets.colours import POLICY_CLASSES, POLICY_CSS, WHOLE_CLASS, policy_class
from ctg_tui.tui.widgets.panel import Panel
from ctg_tui.tui.widgets.strips import Line, ruled
from ctg_tui.wording.french import counts_within
from ctg_tui.wording.provenance import marked, whose_lines


class _Gauge(NamedTuple):
    mark: str
    label: str
    tally: Tally
    colour: str
    current: bool
    is_proposed: bool


class Gauges(Panel):
    """The marks of the policies are those of the radar below: the gauges are its legend too."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "gauges--title",
        "gauges--soft",
        "gauges--strong",
        "gauges--rule",
        *POLICY_CLASSES,
    }
    DEFAULT_CSS = (
        """
    Gauges {
        &>.gauges--title { text-style: bold; color: $primary; }
        &>.gauges--rule { color: $filet; }
        &>.gauges--soft { color: $discret; }
        &>.gauges--strong { text-style: bold; }
"""
        + POLICY_CSS
        + "}"
    )

    class Asked(Message):
        """A figure was clicked: where does it come from?"""

    def __init__(self, view: View, level: Level) -> None:
        super().__init__(view)
        self._level = level

    def on_click(self) -> None:
        self.post_message(self.Asked())

    def paint(self, width: int, height: int) -> list[Line]:
        view = self.view
        gauges = self._gauges(view)
        # a rule and a space come before the mark, label and figures, and a space after them
        label_width = min(max(cell_len(gauge.label) for gauge in gauges), width // 2)
        lines: list[Line] = []
        if height > len(gauges):
            proposed = view.activity.is_proposed
            title = f"Mission {view.mission.number} · {whose_lines(proposed)}"
            lines += self.remembered(title, self._title, title, width - 3)
        said = counts_within([gauge.tally for gauge in gauges], width - 5)
        for gauge, counts in zip(gauges, said, strict=True):
            made_for = (gauge, counts, width - 3, height, len(gauges), label_width)
            lines += self.remembered(made_for, self._lines_of, *made_for)
        blank = self.remembered("blank", self._ruled, [[]])
        return [*lines, *(blank * (height - len(lines)))]

    def _ruled(self, lines: list[Line]) -> list[Line]:
        return ruled(lines, len(lines), self.style_of("gauges--rule"))

    def _title(self, title: str, width: int) -> list[Line]:
        return self._ruled([[Segment(fit(title, width), self.style_of("gauges--title"))]])

    def _gauges(self, view: View) -> list[_Gauge]:
        marks = GLYPHS[self._level].marks
        proposed = view.activity.is_proposed
        gauges = [
            _Gauge(
                marks[number % (len(marks) - 1)],
                shown(policy.label),
                view.side.rubrics[view.mission.id, policy.id],
                policy_class(number),
                policy.id == view.cell.policy,
                proposed,
            )
            for number, policy in enumerate(view.grid.policies)
        ]
        whole = view.side.missions[view.mission.id]
        last = _Gauge(marks[-1], "Ensemble", whole, WHOLE_CLASS, current=False, is_proposed=proposed)
        return [*gauges, last]

    def _lines_of(
        self, gauge: _Gauge, counts: str, width: int, height: int, count: int, label_width: int
    ) -> list[Line]:
        """Return the bar; with room, the counts under it; with more, a blank line."""
        lines = [self._bar(gauge, width, label_width)]
        if height > 2 * count:
            lines.append([Segment(fit(f"  {counts}", width), self.style_of("gauges--soft"))])
        if height > 3 * count:
            lines.append([])
        return self._ruled(lines)

    def _bar(self, gauge: _Gauge, width: int, label_width: int) -> Line:
        value = marked(gauge.tally, gauge.is_proposed).rjust(5)
        colour = self.style_of(gauge.colour)
        room = max(width - 2 - label_width - 1 - len(value) - 1, 0)
        drawn = (
            bar(gauge.tally.points, gauge.tally.maximum, room, self._level)
            if gauge.tally.rated
            else " " * room
        )
        strong = self.style_of("gauges--strong")
        return [
            Segment(gauge.mark + " ", colour),
            Segment(fit(gauge.label, label_width) + " ", strong if gauge.current else None),
            Segment(drawn, colour),
            Segment(f" {value}", strong),
        ]
