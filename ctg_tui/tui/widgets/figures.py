"""The figures of the grid page: the missions side by side, and one bar per policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Final, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message

from ctg_tui.chart.levels import Level, bar
from ctg_tui.chart.radar import initials
from ctg_tui.domain.grid import Mission
from ctg_tui.domain.scores import Tally, totals
from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.settings import MAX_POLICY_COLOURS
from ctg_tui.tui.view import View
from ctg_tui.tui.widgets.strips import Line, ruled
from ctg_tui.tui.widgets.table import Panel
from ctg_tui.wording.french import NBSP, counts_within
from ctg_tui.wording.provenance import MARK, TOTAL, marked, whose_lines

WHOLE_CLASS: Final = "outline-whole"
POLICY_CLASSES: Final = (*(f"outline-{n}" for n in range(1, MAX_POLICY_COLOURS + 1)), WHOLE_CLASS)
POLICY_CSS: Final = (
    "".join(f"&>.outline-{n} {{ color: $politique-{n}; }}\n" for n in range(1, MAX_POLICY_COLOURS + 1))
    + f"&>.{WHOLE_CLASS} {{ color: $ensemble; }}\n"
)


def policy_class(index: int) -> str:
    """Return the component class of the policy of that index in the grid."""
    return POLICY_CLASSES[index % MAX_POLICY_COLOURS]


# The percentages of the current mission: one bar per policy, one for the whole, with their counts.


class _Gauge(NamedTuple):
    mark: str
    label: str
    tally: Tally
    colour: str
    current: bool
    is_proposed: bool


class Gauges(Panel):
    """The letters of the policies are those of the large radar."""

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
        letters = initials([shown(policy.label) for policy in view.grid.policies])
        proposed = view.activity.is_proposed
        gauges = [
            _Gauge(
                letters[number],
                shown(policy.label),
                view.side.rubrics[view.mission.id, policy.id],
                policy_class(number),
                policy.id == view.cell.policy,
                proposed,
            )
            for number, policy in enumerate(view.grid.policies)
        ]
        whole = view.side.missions[view.mission.id]
        last = _Gauge(" ", "Ensemble", whole, WHOLE_CLASS, current=False, is_proposed=proposed)
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


# The missions side by side, each with its name over its percentage and progress; then the whole.
#
# Where not all fit, those around the current one are shown, and at both ends how many more there are.

_BEFORE: Final = "◄"
_AFTER: Final = "►"
_LEAST_BAR: Final = 3
"""Cells: a shorter bar says nothing that the count does not."""


class _Tab(NamedTuple):
    """The Caf's lines of a mission, or of all, and the proposed ones; None where it has none."""

    title: str
    own: Tally | None
    proposed: Tally | None
    current: bool
    is_less: bool = False
    """Whether proposed lines are left aside."""

    @property
    def counted(self) -> Tally:
        """The tally that the tab shows first."""
        return self.own or self.proposed or Tally()


class MissionTabs(Panel):
    """One tab per mission, and one for the whole; the current one is highlighted and marked."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"tabs--current", "tabs--soft", "tabs--strong"}
    DEFAULT_CSS = """
    MissionTabs {
        background: $surface;
        &>.tabs--current { background: $curseur; color: $curseur-texte; text-style: bold; }
        &>.tabs--strong { text-style: bold; }
        &>.tabs--soft { color: $discret; }
    }
    """

    @dataclass
    class Chosen(Message):
        """A mission was clicked."""

        mission: str

    def __init__(self, view: View, level: Level) -> None:
        super().__init__(view)
        self._level = level
        self._places: list[tuple[Mission, int, int]] = []
        """The missions that a click chooses, each with its first cell and the one past its last."""

    def on_click(self, event: events.Click) -> None:
        for mission, start, end in self._places:
            if start <= event.x < end:
                self.post_message(self.Chosen(mission.id))

    def paint(self, width: int, height: int) -> list[Line]:
        view = self.view
        missions = view.grid.missions
        both = totals(view.scores)
        own = both.whole if view.grid.own_cells else None
        whole = _Tab(TOTAL, own, both.proposed, current=False, is_less=bool(view.grid.left_aside))
        tallies: dict[str, dict[bool, Tally]] = {mission.id: {} for mission in missions}
        for portion in view.grid.portions:
            tallies[portion.mission.id][portion.is_proposed] = view.scores.portion(portion)
        tabs = [self._mission_tab(mission, tallies[mission.id], view) for mission in missions]
        least = self.remembered("least", lambda: max(map(_least_width, tabs)))
        room = width - max(_least_width(whole), width // (len(tabs) + 1))
        first, last, more = 0, len(tabs), 0
        if len(tabs) * least > room:
            more = len(str(len(tabs))) + len(_BEFORE) + 1
            count = max((room - 2 * more) // least, 1)
            first = min(max(missions.index(view.mission) - count // 2, 0), len(tabs) - count)
            last = first + count
        self._places = []
        lines: tuple[list[Segment], list[Segment]] = [], []
        if more:
            self._add_more(lines, f"{_BEFORE}{first}" if first else "", missions[max(first - 1, 0)], 0, more)
        edges = _edges(more, room - more, last - first)
        for index, (start, end) in enumerate(pairwise(edges), first):
            self._add(lines, tabs[index], end - start)
            self._places.append((missions[index], start, end))
        if more:
            text = f"{len(tabs) - last}{_AFTER}" if last < len(tabs) else ""
            self._add_more(lines, text, missions[min(last, len(tabs) - 1)], room - more, more)
        self._add(lines, whole, width - room)
        return [*lines]

    def _add(self, lines: tuple[list[Segment], list[Segment]], tab: _Tab, width: int) -> None:
        title, figures = self.remembered((tab, width), self._both_lines, tab, width)
        lines[0].extend(title)
        lines[1].extend(figures)

    def _add_more(
        self, lines: tuple[list[Segment], list[Segment]], text: str, mission: Mission, start: int, width: int
    ) -> None:
        """Add how many missions are out of sight; a click goes to `mission`, the nearest of them."""
        lines[0].append(Segment(fit(text, width), self.style_of("tabs--strong")))
        lines[1].append(Segment(" " * width))
        if text:
            self._places.append((mission, start, start + width))

    def _mission_tab(self, mission: Mission, tallies: Mapping[bool, Tally], view: View) -> _Tab:
        title = self.remembered(("title", mission.id), _title, mission)
        return _Tab(title, tallies.get(False), tallies.get(True), mission.id == view.mission.id)

    def _both_lines(self, tab: _Tab, width: int) -> tuple[list[Segment], list[Segment]]:
        """Return the name, then the percentages: at 80 columns one beside the other leaves four letters.

        With room, a bar shows the percentage, as in the gauges. The answers given stand at its right, else
        beside the name, else nowhere: the road tells them too.
        """
        left, right = _percentages(tab), _count(tab)
        room = width - 3
        is_below = cell_len(left) + 1 + cell_len(right) <= room
        is_beside = not is_below and cell_len(tab.title) + 1 + cell_len(right) <= room
        title = f"{fit(tab.title, room - cell_len(right))}{right}" if is_beside else fit(tab.title, room)
        right = f" {right}" if is_below else ""
        length = room - cell_len(left) - cell_len(right) - 1
        length = length if length >= _LEAST_BAR else 0
        drawn = bar(tab.counted.points, tab.counted.maximum, length, self._level) if tab.counted.rated else ""
        strong = self.style_of("tabs--current" if tab.current else "tabs--strong")
        soft = self.style_of("tabs--current" if tab.current else "tabs--soft")
        gap = " " * (room - cell_len(left) - cell_len(drawn) - cell_len(right))
        mark = "►" if tab.current else " "
        return (
            [Segment(f"{mark}{title} ", strong), Segment(" ")],
            [Segment(f" {left}", strong), Segment(f"{gap}{drawn}{right} ", soft), Segment(" ")],
        )


def _percentages(tab: _Tab) -> str:
    parts = [marked(tab.counted, tab.own is None)]
    if tab.own and tab.proposed:
        parts.append(marked(tab.proposed, is_proposed=True))
    if tab.is_less:
        parts.append(f"{MARK} de côté")
    return " · ".join(parts)


def _count(tab: _Tab) -> str:
    return f"{tab.counted.answered}/{tab.counted.cells}"


def _title(mission: Mission) -> str:
    return f"{mission.number} {shown(mission.short_title)}"


def _edges(start: int, end: int, count: int) -> list[int]:
    """Return where each of `count` tabs begins, and the end of the last."""
    return [start + (end - start) * number // count for number in range(count + 1)]


def _least_width(tab: _Tab) -> int:
    """Return the cells of the name, cut (« Ensemble » is whole, with its count), and of the percentages."""
    longest = f"100{NBSP}%" if tab.own is not None else f"{MARK}{NBSP}100{NBSP}%"
    if tab.own and tab.proposed:
        longest += f" · {MARK}{NBSP}100{NBSP}%"
    if tab.is_less:
        longest += f" · {MARK} de côté"
    number = tab.title.partition(" ")[0]
    name = cell_len(number) + 5 if number.isdigit() else cell_len(tab.title) + 1 + cell_len(_count(tab))
    return max(name, cell_len(longest)) + 3
