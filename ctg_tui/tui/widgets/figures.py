"""The figures of the grid: the missions and a bar per policy above the table, the radar beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message

from ctg_tui.chart import levels
from ctg_tui.chart.figures import FEWEST_MISSIONS, By, Figures, axis_key, figures, past_of
from ctg_tui.chart.levels import BEFORE, OUTLINE, RING, Level, gauge
from ctg_tui.chart.radar import CURRENT, FIGURE, SCALE, TEXT, radar
from ctg_tui.domain.grid import Mission, Policy
from ctg_tui.domain.results import LastTime
from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.view import ROOMY, View
from ctg_tui.tui.widgets.strips import Line
from ctg_tui.tui.widgets.table import Panel, cut_at_a_word, shape_of, short_names
from ctg_tui.wording.french import DASH, percentage
from ctg_tui.wording.lines import MARK

# The head of the grid: it never scrolls. Each mission has a fixed place, and each policy an equal bar.

_GAP: Final = 4
_FIGURE: Final = 5
"""The cells of `100 %`."""
_NEXT: Final = "Tab"
_LEAST_BAR: Final = 8


class _Tab(NamedTuple):
    mission: Mission
    number: str
    """`1`, `2°` where proposed lines have a figure beside the Caf's."""
    title: str
    figure: str

    def text(self, title: int) -> str:
        """Return the tab with so many cells for its title: as wide, whatever its figure."""
        name = f" {cut_at_a_word(self.title, min(title, cell_len(self.title)))}" if title > 0 else ""
        return f" {self.number}{name} {self.figure:<{_FIGURE}}"

    def keeps_words(self, title: int) -> bool:
        """Return whether no word of the title is cut in so many cells."""
        return cell_len(self.title) <= title or cell_len(self.title.split(" ")[0]) < title


class GridHead(Panel):
    """The missions with their figures, and below them a bar per policy, whose tick is last time's figure."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"head--{role}" for role in (OUTLINE, RING, BEFORE)),
        *("head--current", "head--strong", "head--soft", "head--key"),
    }
    DEFAULT_CSS = f"""
    GridHead {{
        &>.head--{OUTLINE} {{ color: $accent; }}
        &>.head--{RING} {{ color: $radar-anneau; }}
        &>.head--{BEFORE} {{ color: $an-dernier; }}
        &>.head--current {{ background: $ligne; color: $accent; text-style: bold; }}
        &>.head--strong {{ text-style: bold; }}
        &>.head--soft {{ color: $discret; }}
        &>.head--key {{ color: $accent; text-style: bold; }}
    }}
    """

    @dataclass
    class Chosen(Message):
        """A mission was clicked."""

        mission: str

    @dataclass
    class Asked(Message):
        """The bar of a policy was clicked: where does it come from?"""

        policy: str

    def __init__(self, view: View, level: Level) -> None:
        super().__init__(view)
        self._level = level
        self._places: list[tuple[str, int, int]] = []
        """The mission reached by each part of the first row, its first cell and the one past its last."""

    def on_click(self, event: events.Click) -> None:
        if event.y == 0:
            for mission, start, end in self._places:
                if start <= event.x < end:
                    self.post_message(self.Chosen(mission))
        elif event.y == self._bars_at and not self.view.empty:
            before, each = self._bars_place()
            policies = self.view.grid.policies
            rank = min(max(event.x - before, 0) // each, len(policies) - 1)
            self.post_message(self.Asked(policies[rank].id))

    def paint(self, width: int, height: int) -> list[Line]:
        view = self.view
        tabs = tuple(map(self._tab, view.grid.missions))
        key = (tabs, view.mission.id, width)
        missions, self._places = self.remembered(key, self._missions, tabs, width)
        if view.empty:
            return [missions]
        return [missions, *[()] * (self._bars_at - 1), self._bars()][:height]

    @property
    def _bars_at(self) -> int:
        """The row of the bars: not beside the missions where there is room."""
        return 2 if self.size.height > 3 else 1

    # the missions

    def _tab(self, mission: Mission) -> _Tab:
        view = self.view
        title = self.remembered(("title", mission.id), shown, mission.tab)
        if not mission.activities:
            return _Tab(mission, str(mission.number), title, DASH)
        has_both = bool(view.grid.own_cells) and mission.is_proposed
        number = f"{mission.number}{MARK if has_both else ''}"
        return _Tab(mission, number, title, percentage(view.scores.mission(mission)))

    def _missions(self, tabs: tuple[_Tab, ...], width: int) -> tuple[Line, list[tuple[str, int, int]]]:
        """Return the row of the missions, and where each stands.

        Where not all fit, titles are shortened, then left out; then only the nearest missions stay in sight.
        """
        here = [tab.mission.id for tab in tabs].index(self.view.mission.id)
        room = width - (len(_NEXT) + 2 if len(tabs) > 1 else 0)
        longest = max(cell_len(tab.title) for tab in tabs)
        widths = range(longest, 0, -1)
        forms = [*([title] * len(tabs) for title in widths if all(tab.keeps_words(title) for tab in tabs))]
        forms += [[title * (rank == here) for rank in range(len(tabs))] for title in (*widths, 0)]
        for form in forms:
            texts = [tab.text(title) for tab, title in zip(tabs, form, strict=True)]
            if sum(map(cell_len, texts)) + len(texts) - 1 <= room:
                break
        first, last, spare = 0, len(tabs), room - sum(map(cell_len, texts))
        while spare < last - first - 1 and last - first > 1:
            first, last = (first + 1, last) if here - first >= last - 1 - here else (first, last - 1)
            spare = room - sum(map(cell_len, texts[first:last])) - 4  # the arrows at both ends
        gap = max(min(_GAP, spare // max(last - first - 1, 1)), 0)
        places: list[tuple[str, int, int]] = []
        line: list[Segment] = []

        def put(text: str, style: str, mission: int) -> None:
            start = sum(cell_len(segment.text) for segment in line)
            line.append(Segment(text, None if style == "plain" else self.style_of(f"head--{style}")))
            places.append((tabs[mission].mission.id, start, start + cell_len(text)))

        if first:
            put("◄ ", "strong", first - 1)
        for rank in range(first, last):
            empty = not tabs[rank].mission.activities
            line.append(Segment(" " * (gap if rank > first else 0)))
            put(texts[rank], "current" if rank == here else "soft" if empty else "plain", rank)
        if last < len(tabs):
            put(" ►", "strong", last)
        if len(tabs) > 1:
            used = sum(cell_len(segment.text) for segment in line)
            line.append(Segment(" " * max(width - 1 - len(_NEXT) - used, 0)))
            put(_NEXT, "key", (here + 1) % len(tabs))
        return line, places

    # a bar per policy

    def _bars_place(self) -> tuple[int, int]:
        """Return the cells before the first bar, and those of each with its name and its figure."""
        shape = shape_of(self.view)
        before = shape.left if shape.width >= ROOMY else 1
        return before, max((shape.width - before) // len(self.view.grid.policies), 1)

    def _bars(self) -> Line:
        view, mission, policies = self.view, self.view.mission.id, self.view.grid.policies
        last = view.last
        former = None if last is None or last.scores is None else last.scores
        if former is not None and view.is_proposed:
            former = former.proposed
        before, each = self._bars_place()
        line = [Segment(" " * before)]
        for policy, name in zip(policies, self._names(policies, each), strict=True):
            now = view.side.rubrics[mission, policy.id]
            then = None if former is None else former.rubrics[mission, policy.id].percentage
            is_current = policy.id == view.cell.policy and not view.indicator
            key = (policy.id, name, percentage(now), then, is_current, each)
            line += self.remembered(
                key, self._bar, name, now.percentage, percentage(now), then, is_current, each
            )
        return line

    def _names(self, policies: tuple[Policy, ...], each: int) -> list[str]:
        """Return the names of the policies in equal widths, shorter where a bar would have no room."""
        longest = max(cell_len(shown(policy.label)) for policy in policies)
        room = longest if longest <= each - _FIGURE - 5 else max(each - _FIGURE - 2, 3)
        names = short_names(policies, [room + 1] * len(policies))
        return [fit(name, min(room, max(map(cell_len, names)))) for name in names]

    def _bar(
        self, name: str, now: int | None, said: str, then: int | None, is_current: bool, each: int
    ) -> list[Segment]:
        """Return a policy's name, figure and bar in `each` cells."""
        room = each - cell_len(name) - 2 - _FIGURE
        is_roomy = room - 3 >= _LEAST_BAR
        width = room - (3 if is_roomy else 1)
        styles = {role: self.style_of(f"head--{role}") for role in (OUTLINE, RING, BEFORE)}
        drawn = gauge(now, then, width, self._level) if width > 1 else ()
        strong = self.style_of("head--strong")
        line = [
            Segment(name, strong if is_current else self.style_of("head--soft")),
            Segment(f" {said:>{_FIGURE}} ", strong),
            *(Segment(piece.text, styles.get(piece.role)) for piece in drawn),
        ]
        used = sum(cell_len(segment.text) for segment in line)
        return [*line, Segment(" " * (each - used))]


_MARGIN: Final = 1
_COLOURS: Final = {
    RING: "$radar-anneau",
    BEFORE: "$an-dernier",
    OUTLINE: "$ensemble",
    TEXT: "$doux",
    SCALE: "$discret",
    CURRENT: "$accent",
    FIGURE: "$foreground",
}
"""The colour of each role; a role is also the name of its component class, after `radar--`."""
_BOLD: Final = frozenset({CURRENT, FIGURE})


def _css() -> str:
    rules = "".join(
        f"&>.radar--{role} {{ color: {colour}; text-style: {'bold' if role in _BOLD else 'none'}; }}\n"
        for role, colour in _COLOURS.items()
    )
    return f"RadarPanel {{ {rules} &>.radar--inside {{ background: $radar-dedans; }} }}"


def _last(view: View) -> LastTime | None:
    """Return last time where any panel of the page shows it: its outline is then there too."""
    return view.drawn or view.beside


class RadarPanel(Panel):
    """This year's outline, last year's thin behind it where the view has it; the axis worked on is marked.

    The axes are the missions, or the lines where these are few: no note changes them. `turn` gives others.
    """

    FOLLOWS = True
    COMPONENT_CLASSES: ClassVar[set[str]] = {*(f"radar--{role}" for role in _COLOURS), "radar--inside"}
    DEFAULT_CSS = _css()

    def __init__(self, view: View, level: Level) -> None:
        super().__init__(view)
        self._level = level
        self._by: By | None = None
        self.marks_line = True
        """Whether the cursor is on a line, marked where each has an axis."""
        self.with_figures = False
        """Whether percentages stand at the axes."""
        self._drawn: object = None

    def turn(self, by: By | None) -> None:
        """Show other axes."""
        self._by = by
        self.repaint()

    def differs(self, before: View, after: View) -> bool:
        return (
            before.scores is not after.scores
            or _last(before) is not _last(after)
            or self._current(before) != self._current(after)
        )

    def _axes(self, view: View) -> By:
        is_few = len(view.grid.noted_missions) < FEWEST_MISSIONS
        return self._by or (By.LINE if is_few else By.MISSION)

    def _current(self, view: View) -> str:
        axes = self._axes(view)
        is_on_none = bool(view.indicator) or not self.marks_line
        return "" if is_on_none and axes is By.LINE else axis_key(view.grid, view.cell, axes)

    def figures(self) -> Figures:
        """Return what is drawn: the same figures are for the table and the sentence beside it."""
        view = self.view
        past = past_of(_last(view), view.grid)
        return figures(
            *(view.grid, view.assessment, view.scores, past),
            by=self._axes(view),
            mission=view.grid.mission_of[view.cell.activity].id,
        )

    def paint(self, width: int, height: int) -> list[Line]:
        if width <= 2 * _MARGIN:
            return []
        content, current = self.figures(), self._current(self.view)
        colour = not self.app.no_color
        asked = content, current, width, height, self.app.theme
        if asked == self._drawn and self._lines:
            return self._lines
        self._drawn = asked
        drawing = radar(
            content,
            width=width - 2 * _MARGIN,
            height=height,
            level=self._level,
            colour=colour,
            current=current,
            with_figures=self.with_figures,
        )
        return [[Segment(" " * _MARGIN), *map(self._segment, line)] for line in drawing.lines]

    def _segment(self, segment: levels.Segment) -> Segment:
        style = self.style_of(f"radar--{segment.role}") if segment.role else None
        if segment.is_inside:
            ground = self.style_of("radar--inside")
            style = ground if style is None else style + ground
        return Segment(segment.text, style)
