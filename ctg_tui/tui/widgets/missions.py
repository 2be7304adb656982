"""The missions side by side, each with its percentage and progress; then the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message

from ctg_tui.chart.levels import Level
from ctg_tui.domain.scores import Tally
from ctg_tui.tui.texts import fit, shown
from ctg_tui.tui.view import View
from ctg_tui.tui.widgets.bars import bar
from ctg_tui.tui.widgets.panel import Panel
from ctg_tui.tui.widgets.strips import Line
from ctg_tui.wording.french import percentage


class _Tab(NamedTuple):
    title: str
    tally: Tally
    current: bool


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
        tabs = [
            _Tab(
                f"{mission.number} {shown(mission.short_title)}",
                view.scores.missions[mission.id],
                mission.id == view.mission.id,
            )
            for mission in view.grid.missions
        ]
        tabs.append(_Tab("Ensemble", view.scores.whole, current=False))
        edges = [width * number // len(tabs) for number in range(len(tabs) + 1)]
        first: list[Segment] = []
        second: list[Segment] = []
        for tab, start, end in zip(tabs, edges, edges[1:], strict=False):
            title, progress = self.remembered((tab, end - start), self._tab, tab, end - start)
            first += title
            second += progress
        return [first, second]

    def _tab(self, tab: _Tab, width: int) -> tuple[list[Segment], list[Segment]]:
        return self._title(tab, width), self._progress(tab, width)

    def _title(self, tab: _Tab, width: int) -> list[Segment]:
        value = percentage(tab.tally)
        room = width - cell_len(value) - 4
        style = self.style_of("tabs--current" if tab.current else "tabs--strong")
        mark = "►" if tab.current else " "
        return [Segment(f"{mark}{fit(tab.title, room)} {value} ", style), Segment(" ")]

    def _progress(self, tab: _Tab, width: int) -> list[Segment]:
        value = f"{tab.tally.answered}/{tab.tally.cells}"
        room = width - cell_len(value) - 4
        style = self.style_of("tabs--current" if tab.current else "tabs--soft")
        drawn = bar(tab.tally.answered, tab.tally.cells, max(room, 0), self._level)
        return [Segment(f" {drawn} {value} ", style), Segment(" ")]
