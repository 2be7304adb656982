"""The figures of the grid: the missions and a bar per policy above the table; and the radar."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from rich.cells import cell_len
from textual import events

from ctg_tui.domain.grid import Mission
from ctg_tui.domain.scores import Tally
from ctg_tui.tui.characters import cut_at_a_word, shown
from ctg_tui.tui.view import ROOMY, View, at_mission, shape_of
from ctg_tui.tui.widgets.listing import PLAIN, SOFT, STRONG, Line, Piece
from ctg_tui.tui.widgets.radar import KEY, gauge
from ctg_tui.tui.widgets.table import GridPanel, short_names
from ctg_tui.wording.french import DASH, percentage
from ctg_tui.wording.lines import MARK

# The head of the grid: it never scrolls. Each mission has a fixed place, and each policy an equal bar.

_GAP: Final = 4
_FIGURE: Final = 5
"""The cells of `100 %`."""
_BETWEEN: Final = 3
"""The cells between a bar and the name of the next policy."""
_NEXT: Final = "Tab"
_LEAST_BAR: Final = 6


class GridHead(GridPanel):
    """The missions with their figures, and below them a bar per policy, whose tick is last time's figure."""

    def on_click(self, event: events.Click) -> None:
        """Go to a mission; beside them, to the next one."""
        view, x = self.view, event.x
        missions, places = view.grid.missions, self._places(view, self.size.width)
        here = missions.index(view.mission)
        next_one = missions[(here + 1) % len(missions)]
        mission = next((one for one, text, start in places if start <= x < start + cell_len(text)), next_one)
        if event.y == 0:
            self.post_message(self.Pointed(at_mission(mission, view.policy)))

    def paint(self, width: int, height: int) -> Sequence[Line]:
        view = self.view
        return [self._missions(view, width), *([] if view.is_empty else [self._bars(view)])]

    def _missions(self, view: View, width: int) -> Line:
        """Return the row of the missions, the current one lit, and the key that leads to the next."""
        row, end = list[Piece](), 0
        for mission, text, start in self._places(view, width):
            style = SOFT if not mission.activities else PLAIN
            row.append(Piece(" " * (start - end)))
            row.append(Piece(text, f"{KEY} on $ligne" if mission is view.mission else style))
            end = start + cell_len(text)
        if len(view.grid.missions) > 1:
            row.append(Piece(f"{_NEXT:>{max(width - 1 - end, 0)}}", KEY))
        return tuple(row)

    def _places(self, view: View, width: int) -> Sequence[tuple[Mission, str, int]]:
        """Return the missions in sight, what stands there of each, and from which cell on.

        Where not all fit, only the current one has its title; then those before it give their place up.
        """
        missions, room = view.grid.missions, width - len(_NEXT) - 2
        here = missions.index(view.mission)
        texts = [_tab(view, mission, shown(mission.tab)) for mission in missions]
        if sum(map(cell_len, texts)) + len(texts) - 1 > room:
            title, alone = shown(view.mission.tab), [_tab(view, mission, "") for mission in missions]
            left = max(room - sum(map(cell_len, alone)) - len(alone), _FIGURE)
            alone[here] = _tab(view, view.mission, cut_at_a_word(title, min(left, cell_len(title))))
            texts = alone
        first = 0
        while first < here and sum(map(cell_len, texts[first : here + 1])) + here - first > room:
            first += 1
        spare = room - sum(map(cell_len, texts[first:]))
        gap = max(min(_GAP, spare // max(len(texts) - first - 1, 1)), 1)
        places, start = [], 0
        for mission, text in zip(missions[first:], texts[first:], strict=True):
            if start + cell_len(text) <= room or mission is view.mission:
                places.append((mission, text, start))
            start += cell_len(text) + gap
        return places

    def _bars(self, view: View) -> Line:
        """Return a policy's name, figure and bar, side by side in equal widths; a short bar says nothing."""
        shape, policies = shape_of(view), view.grid.policies
        left = shape.left if shape.width >= ROOMY else 1
        each = max((shape.width - left) // len(policies), 1)
        former = None if view.last is None else view.last.scores
        if former is not None and view.is_proposed:
            former = former.proposed
        longest = max(cell_len(shown(policy.label)) for policy in policies)
        room = longest if longest <= each - _FIGURE - 5 else max(each - _FIGURE - 2, 3)
        names = short_names(policies, (room + 1,) * len(policies))
        size = min(room, max(map(cell_len, names)))
        width = each - size - _FIGURE - 2 - _BETWEEN
        width = width if width >= _LEAST_BAR else 0
        row = [Piece(" " * left)]
        for policy, name in zip(policies, names, strict=True):
            now = view.side.rubrics[view.mission.id, policy.id]
            then = None if former is None else former.rubrics[view.mission.id, policy.id].percentage
            style = STRONG if policy.id == view.policy and not view.indicator else SOFT
            row += _bar(Piece(name, style), now, then, width)
            row.append(Piece(" " * max(each - cell_len(name) - _FIGURE - 2 - width, 0)))
        return tuple(row)


@lru_cache(maxsize=32)  # a note changes one of them
def _bar(name: Piece, now: Tally, then: int | None, width: int) -> Sequence[Piece]:
    """Return a policy's name, figure and bar."""
    bar = gauge(now.percentage, then, width) if width else []
    return [name, Piece(f" {percentage(now):<{_FIGURE}} ", STRONG), *bar]


def _tab(view: View, mission: Mission, title: str) -> str:
    """Return a mission in as many cells whatever its figure: `1 Politiques 67 %`, `2°` if proposed beside."""
    mark = MARK if mission.activities and view.grid.own_cells and mission.is_proposed else ""
    figure = percentage(view.scores.mission(mission)) if mission.activities else DASH
    return f" {mission.number}{mark}{' ' * bool(title)}{title} {figure:<{_FIGURE}}"
