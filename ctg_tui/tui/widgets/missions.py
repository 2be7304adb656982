"""The missions side by side, each with its percentage and progress; then the whole."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.reactive import var

from ctg_tui.chart.levels import Level
from ctg_tui.domain.french import percentage
from ctg_tui.domain.scores import Tally
from ctg_tui.tui.texts import fit, shown
from ctg_tui.tui.view import View
from ctg_tui.tui.widgets.bars import bar
from ctg_tui.tui.widgets.strips import Line, StripWidget


class _Tab(NamedTuple):
    title: str
    tally: Tally
    current: bool


class MissionTabs(StripWidget):
    """One tab per mission, and one for the whole; the current one is lit, and marked."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"tabs--current", "tabs--soft", "tabs--strong"}
    DEFAULT_CSS = """
    MissionTabs {
        background: $surface;
        &>.tabs--current { background: $curseur; color: $curseur-texte; text-style: bold; }
        &>.tabs--strong { text-style: bold; }
        &>.tabs--soft { color: $discret; }
    }
    """

    view: var[View | None] = var(None, init=False)

    class Chosen(Message):
        """A mission was clicked."""

        def __init__(self, mission: str) -> None:
            super().__init__()
            self.mission = mission

    def __init__(self, level: Level) -> None:
        super().__init__()
        self._level = level

    def watch_view(self) -> None:
        self.repaint()

    def on_click(self, event: events.Click) -> None:
        if self.view is None:
            return
        missions = self.view.grid.missions
        index = event.x * (len(missions) + 1) // max(self.size.width, 1)
        if index < len(missions):
            self.post_message(self.Chosen(missions[index].id))

    def paint(self, width: int, height: int) -> list[Line]:
        view = self.view
        if view is None:
            return []
        tabs = [
            _Tab(f"{one.number} {shown(one.short_title)}", view.scores.missions[one.id], one == view.mission)
            for one in view.grid.missions
        ]
        tabs.append(_Tab("Ensemble", view.scores.whole, current=False))
        edges = [width * number // len(tabs) for number in range(len(tabs) + 1)]
        first: list[Segment] = []
        second: list[Segment] = []
        for tab, start, end in zip(tabs, edges, edges[1:], strict=False):
            first += self._title(tab, end - start)
            second += self._progress(tab, end - start)
        return [first, second]

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
