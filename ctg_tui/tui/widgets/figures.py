"""The figures of the grid: the missions and a bar per policy above the table, the radar beside it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from rich.cells import cell_len
from textual.content import Content

from ctg_tui.chart.figures import Figures
from ctg_tui.chart.levels import BEFORE, OUTLINE, RING, Level, Segment, gauge
from ctg_tui.chart.radar import CURRENT, FIGURE, SCALE, TEXT, radar
from ctg_tui.domain.grid import Mission
from ctg_tui.domain.scores import Tally
from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.view import ROOMY, View, shape_of
from ctg_tui.tui.widgets.strips import StripWidget, clicked
from ctg_tui.tui.widgets.table import FORMER, SOFT, STRONG, GridPanel, cut_at_a_word, short_names
from ctg_tui.wording.french import DASH, percentage, wrap
from ctg_tui.wording.lines import MARK

# The head of the grid: it never scrolls. Each mission has a fixed place, and each policy an equal bar.

_GAP: Final = 4
_FIGURE: Final = 5
"""The cells of `100 %`."""
_NEXT: Final = "Tab"
_LEAST_BAR: Final = 8
_LEAST_TITLE: Final = 3
_KEY: Final = "$accent bold"
_BAR_COLOURS: Final = {OUTLINE: "$accent", RING: "$radar-anneau", BEFORE: FORMER}


class GridHead(GridPanel):
    """The missions with their figures, and below them a bar per policy, whose tick is last time's figure."""

    def __init__(self, view: View, level: Level) -> None:
        super().__init__(view)
        self._level = level

    def paint(self, width: int, height: int) -> Sequence[Content]:
        view = self.view
        bars = [] if view.is_empty else [*[Content()] * (height > 3), self._bars(view)]
        return [self._missions(view, width), *bars]

    def _missions(self, view: View, width: int) -> Content:
        """Return the row of the missions.

        Where not all fit, only the current one has its title; then only the nearest ones stay in sight.
        """
        missions = view.grid.missions
        here, titles = missions.index(view.mission), [shown(mission.tab) for mission in missions]
        room = width - (len(_NEXT) + 2 if len(missions) > 1 else 0)
        texts = [_tab(view, mission, title) for mission, title in zip(missions, titles, strict=True)]
        if sum(map(cell_len, texts)) + len(texts) - 1 > room:
            texts = [_tab(view, mission, "") for mission in missions]
            left = room - sum(map(cell_len, texts)) - len(texts)
            title = cut_at_a_word(titles[here], min(left, cell_len(titles[here])))
            texts[here] = _tab(view, view.mission, title if left > _LEAST_TITLE else "")
        first, last, spare = 0, len(texts), room - sum(map(cell_len, texts))
        while spare < last - first - 1 and last - first > 1:
            first, last = (first + 1, last) if here - first >= last - 1 - here else (first, last - 1)
            spare = room - sum(map(cell_len, texts[first:last])) - 4  # the arrows at both ends
        gap = max(min(_GAP, spare // max(last - first - 1, 1)), 0)
        row = _to(missions[first - 1], "◄ ", STRONG) if first else Content()
        for rank, mission in enumerate(missions[first:last], first):
            style = f"{_KEY} on $ligne" if rank == here else "" if mission.activities else SOFT
            row += Content(" " * gap * (rank > first)) + _to(mission, texts[rank], style)
        if last < len(texts):
            row += _to(missions[last], " ►", STRONG)
        if len(texts) > 1:
            row += " " * max(width - 1 - len(_NEXT) - row.cell_length, 0)
            row += _to(missions[(here + 1) % len(texts)], _NEXT, _KEY)
        return row

    def _bars(self, view: View) -> Content:
        """Return a policy's name, figure and bar, side by side in equal widths."""
        shape, policies = shape_of(view), view.grid.policies
        left = shape.left if shape.width >= ROOMY else 1
        each = max((shape.width - left) // len(policies), 1)
        former = None if view.last is None else view.last.scores
        if former is not None and view.is_proposed:
            former = former.proposed
        longest = max(cell_len(shown(policy.label)) for policy in policies)
        room = longest if longest <= each - _FIGURE - 5 else max(each - _FIGURE - 2, 3)
        names = short_names(policies, [room + 1] * len(policies))
        size = min(room, max(map(cell_len, names)))
        free = each - size - _FIGURE - 2
        width = max(free - (3 if free - 3 >= _LEAST_BAR else 1), 0)
        row = Content(" " * left)
        for policy, name in zip(policies, names, strict=True):
            now = view.side.rubrics[view.mission.id, policy.id]
            then = None if former is None else former.rubrics[view.mission.id, policy.id].percentage
            is_here = policy.id == view.policy and not view.indicator
            bar = _bar(fit(name, size), is_here, now, then, width, self._level)
            row += clicked(bar.pad_right(max(each - bar.cell_length, 0)), "explain", policy.id)
        return row


@lru_cache(maxsize=32)  # a note changes one of them
def _bar(name: str, is_here: bool, now: Tally, then: int | None, width: int, level: Level) -> Content:
    """Return a policy's name, figure and bar."""
    drawn = gauge(now.percentage, then, width, level) if width > 1 else ()
    return Content.assemble(
        (name, STRONG if is_here else SOFT),
        (f" {percentage(now):>{_FIGURE}} ", STRONG),
        *((piece.text, _BAR_COLOURS.get(piece.role, "")) for piece in drawn),
    )


def _tab(view: View, mission: Mission, title: str) -> str:
    """Return a mission in as many cells whatever its figure: `1 Politiques 67 %`, `2°` if proposed beside."""
    mark = MARK if mission.activities and view.grid.own_cells and mission.is_proposed else ""
    figure = percentage(view.scores.mission(mission)) if mission.activities else DASH
    return f" {mission.number}{mark}{' ' * bool(title)}{title} {figure:<{_FIGURE}}"


@lru_cache(maxsize=32)
def _to(mission: Mission, text: str, style: str) -> Content:
    """Return a text that leads to a mission when it is clicked."""
    return clicked(Content.styled(text, style), "mission", mission.id)


_MARGIN: Final = 1
_STYLES: Final = {
    RING: "$radar-anneau",
    BEFORE: FORMER,
    OUTLINE: "$ensemble",
    TEXT: "$doux",
    SCALE: SOFT,
    CURRENT: _KEY,
    FIGURE: STRONG,
}


class RadarPanel(StripWidget):
    """This year's outline, last year's thin behind it where there is one; the axis worked on is marked.

    `with_figures`: percentages stand at the axes.
    """

    def __init__(self, level: Level, *, with_figures: bool = False) -> None:
        super().__init__()
        self._level = level
        self._with_figures = with_figures
        self.content: Figures | None = None
        """What is drawn."""
        self._current = self._said = ""

    def show(self, content: Figures, current: str, said: str = "") -> None:
        """Draw these figures in a moment, the axis `current` marked; empty for none. `said` stands below."""
        if (content, current, said) == (self.content, self._current, self._said):
            return
        self.content, self._current, self._said = content, current, said
        if self.is_attached:
            self.repaint_soon()

    def paint(self, width: int, height: int) -> Sequence[Content]:
        if self.content is None or width <= 2 * _MARGIN:
            return []
        width -= 2 * _MARGIN
        said = [line.center(width) for line in _in_even_lines(self._said, width)]
        drawing = radar(
            self.content,
            width=width,
            height=height - len(said),
            level=self._level,
            current=self._current,
            with_figures=self._with_figures,
        )
        lines = [Content.assemble(" " * _MARGIN, *map(_styled, line)) for line in drawing.lines]
        while said and lines and not lines[-1].plain.strip():
            lines.pop()
        lines += [Content()] * (bool(said) and len(lines) + len(said) < height)
        return [*lines, *(Content.styled(f"{' ' * _MARGIN}{line}", _STYLES[TEXT]) for line in said)]


def _in_even_lines(text: str, width: int) -> Sequence[str]:
    """Return `text` in as few lines as it needs, none much longer than the others."""
    if not text:
        return ()
    fewest = len(wrap(text, width))
    return next(lines for room in range(1, width + 1) if len(lines := wrap(text, room)) == fewest)


def _styled(segment: Segment) -> tuple[str, str]:
    ground = " on $radar-dedans" if segment.is_inside else ""
    return segment.text, f"{_STYLES.get(segment.role, '')}{ground}".strip()
