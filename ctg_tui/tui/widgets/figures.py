"""The head of the grid, which never scrolls: the missions with their figures, a bar per policy."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from rich.cells import cell_len

from ctg_tui.domain.grid import Mission, Policy
from ctg_tui.domain.scores import Tally
from ctg_tui.tui.characters import cut_at_a_word, shortened, shown
from ctg_tui.tui.view import Shape, View
from ctg_tui.tui.widgets.listing import PLAIN, SOFT, STRONG, Line, Piece
from ctg_tui.tui.widgets.radar import KEY, gauge
from ctg_tui.wording.french import DASH, NBSP, percentage
from ctg_tui.wording.lines import MARK

JUDGED: Final = "on $ligne"
"""The ground of the line under the cursor."""
_NEXT: Final = "Tab"
_FIGURE: Final = 5
"""The cells of `100 %`."""


def missions_row(view: View, width: int) -> Line:
    """Return the row of the missions, the current one lit, and the key that leads to the next."""
    row, end = list[Piece](), 0
    for mission, text, start in places(view, width):
        style = SOFT if not mission.activities else PLAIN
        row.append(Piece(" " * (start - end)))
        row.append(Piece(text, f"{KEY} {JUDGED}" if mission is view.mission else style))
        end = start + cell_len(text)
    if len(view.grid.missions) > 1:
        row.append(Piece(f"{_NEXT:>{max(width - 1 - end, 0)}}", KEY))
    return tuple(row)


def places(view: View, width: int) -> Sequence[tuple[Mission, str, int]]:
    """Return the missions in sight, what stands there of each, and from which cell on.

    Where not all fit, only the current one has its title; then those before it give their place up.
    """
    missions, room = view.grid.missions, width - len(_NEXT) - 2
    here = missions.index(view.mission)
    texts = [_tab(view, mission, shown(mission.tab)) for mission in missions]
    if sum(map(cell_len, texts)) + len(texts) - 1 > room:
        title, texts = shown(view.mission.tab), [_tab(view, mission, "") for mission in missions]
        left = max(room - sum(map(cell_len, texts)) - len(texts), _FIGURE)
        texts[here] = _tab(view, view.mission, cut_at_a_word(title, min(left, cell_len(title))))
    first = 0
    while first < here and sum(map(cell_len, texts[first : here + 1])) + here - first > room:
        first += 1
    spare = room - sum(map(cell_len, texts[first:]))
    gap = max(min(4, spare // max(len(texts) - first - 1, 1)), 1)
    found, start = [], 0
    for mission, text in zip(missions[first:], texts[first:], strict=True):
        if start + cell_len(text) <= room or mission is view.mission:
            found.append((mission, text, start))
        start += cell_len(text) + gap
    return found


def bars(view: View, shape: Shape, width: int) -> Line:
    """Return a policy's name, figure and bar, side by side in equal widths; a short bar says nothing."""
    policies = view.grid.policies
    left = shape.left if width >= 110 else 1
    each = max((width - left) // len(policies), 1)
    former = None if view.last is None else view.last.scores
    if former is not None and view.mission.is_proposed:
        former = former.proposed
    longest = max(cell_len(shown(policy.label)) for policy in policies)
    room = longest if longest <= each - _FIGURE - 5 else max(each - _FIGURE - 2, 3)
    names = short_names(policies, (room + 1,) * len(policies))
    bar = each - max(map(cell_len, names)) - _FIGURE - 5
    bar = bar if bar >= 6 else 0
    row = [Piece(" " * left)]
    for policy, name in zip(policies, names, strict=True):
        now = view.side.rubrics[view.mission.id, policy.id]
        then = None if former is None else former.rubrics[view.mission.id, policy.id].percentage
        style = STRONG if policy.id == view.policy and not view.indicator else SOFT
        row += _bar(Piece(name, style), now, then, bar)
        row.append(Piece(" " * max(each - cell_len(name) - _FIGURE - 2 - bar, 0)))
    return tuple(row)


@lru_cache(maxsize=32)  # a note changes one of them
def _bar(name: Piece, now: Tally, then: int | None, width: int) -> Sequence[Piece]:
    """Return a policy's name, figure and bar."""
    bar = gauge(now.percentage, then, width) if width else []
    return [name, Piece(f" {percentage(now):<{_FIGURE}} ", STRONG), *bar]


def _tab(view: View, mission: Mission, title: str) -> str:
    """Return a mission in as many cells whatever its figure: `1 Politiques 67 %`, `2°` if proposed beside."""
    mark = MARK if mission.activities and view.grid.own_cells and mission.is_proposed else ""
    figure = percentage(view.session.scores.mission(mission)) if mission.activities else DASH
    return f" {mission.number}{mark}{' ' * bool(title)}{title} {figure:<{_FIGURE}}"


@lru_cache(maxsize=8)
def short_names(policies: tuple[Policy, ...], widths: tuple[int, ...]) -> Sequence[str]:
    """Return a name for each column, unlike the others: cut, else its number."""
    labels = [shown(policy.label) for policy in policies]
    names = [shortened(text, width - 1) for text, width in zip(labels, widths, strict=True)]
    if len(set(names)) == len(names):
        return names
    return [f"n°{NBSP}{number}" for number in range(1, len(names) + 1)]
