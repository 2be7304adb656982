"""The missions side by side, each with its percentage and progress; then the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message

from ctg_tui.chart.bar import bar
from ctg_tui.chart.levels import Level
from ctg_tui.domain.grid import Mission
from ctg_tui.domain.scores import Tally, totals
from ctg_tui.tui.texts import fit, shown
from ctg_tui.tui.view import View
from ctg_tui.tui.widgets.panel import Panel
from ctg_tui.tui.widgets.strips import Line
from ctg_tui.wording.provenance import MARK, TOTAL, marked


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

    def on_click(self, event: events.Click) -> None:
        missions = self.view.grid.missions
        index = event.x * (len(missions) + 1) // max(self.size.width, 1)
        if index < len(missions):
            self.post_message(self.Chosen(missions[index].id))

    def paint(self, width: int, height: int) -> list[Line]:
        view = self.view
        tabs = [self._mission_tab(view, mission) for mission in view.grid.missions]
        both = totals(view.scores)
        own = both.whole if view.grid.own_cells else None
        tabs.append(_Tab(TOTAL, own, both.proposed, current=False, is_less=bool(view.grid.left_aside)))
        edges = [width * number // len(tabs) for number in range(len(tabs) + 1)]
        first: list[Segment] = []
        second: list[Segment] = []
        for tab, start, end in zip(tabs, edges, edges[1:], strict=False):
            title, progress = self.remembered((tab, end - start), self._tab, tab, end - start)
            first += title
            second += progress
        return [first, second]

    def _mission_tab(self, view: View, mission: Mission) -> _Tab:
        title = f"{mission.number} {shown(mission.short_title)}"
        by_kind = {
            portion.is_proposed: view.scores.portion(portion)
            for portion in view.grid.portions
            if portion.mission.id == mission.id
        }
        return _Tab(title, by_kind.get(False), by_kind.get(True), mission.id == view.mission.id)

    def _tab(self, tab: _Tab, width: int) -> tuple[list[Segment], list[Segment]]:
        return self._title(tab, width), self._progress(tab, width)

    def _title(self, tab: _Tab, width: int) -> list[Segment]:
        value = marked(tab.counted, tab.own is None)
        room = width - cell_len(value) - 4
        style = self.style_of("tabs--current" if tab.current else "tabs--strong")
        mark = "►" if tab.current else " "
        return [Segment(f"{mark}{fit(tab.title, room)} {value} ", style), Segment(" ")]

    def _progress(self, tab: _Tab, width: int) -> list[Segment]:
        """Return the answers given and, beside the Caf's lines, the percentage of the proposed ones."""
        value = f"{tab.counted.answered}/{tab.counted.cells}"
        if tab.own and tab.proposed:
            other = marked(tab.proposed, is_proposed=True)
            both = f"{value} · {other}"
            value = both if cell_len(both) + 4 <= width else other
        if tab.is_less:
            value = f"{value} · {MARK} de côté"
        room = width - cell_len(value) - 4
        style = self.style_of("tabs--current" if tab.current else "tabs--soft")
        drawn = bar(tab.counted.answered, tab.counted.cells, max(room, 0), self._level)
        return [Segment(f" {drawn} {value} ", style), Segment(" ")]
