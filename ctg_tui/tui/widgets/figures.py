"""The figures beside the grid: the missions as tabs, a bar per policy, the radar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message

from ctg_tui.chart import levels
from ctg_tui.chart.figures import By, Figures, axis_key, default_axes, figures, past_of
from ctg_tui.chart.levels import BEFORE, OUTLINE, RING, Level, gauge
from ctg_tui.chart.radar import CURRENT, FIGURE, SCALE, TEXT, radar
from ctg_tui.domain.grid import Mission
from ctg_tui.domain.results import LastTime
from ctg_tui.domain.scores import Tally
from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.view import View
from ctg_tui.tui.widgets.strips import Line
from ctg_tui.tui.widgets.table import Panel, cut_at_a_word
from ctg_tui.wording.french import NBSP, percentage
from ctg_tui.wording.grid import NOT_ASKED, OPTIONAL
from ctg_tui.wording.lines import MARK

# The rubrics of the mission as bars, whose figures stand below their columns; a tick is last time.


class Gauges(Panel):
    """A bar per policy."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"gauges--{role}" for role in (OUTLINE, RING, BEFORE)),
        "gauges--strong",
    }
    DEFAULT_CSS = f"""
    Gauges {{
        &>.gauges--{OUTLINE} {{ color: $accent; }}
        &>.gauges--{RING} {{ color: $radar-anneau; }}
        &>.gauges--{BEFORE} {{ color: $an-dernier; }}
        &>.gauges--strong {{ text-style: bold; }}
    }}
    """

    @dataclass
    class Asked(Message):
        """The bar of a policy was clicked: where does it come from?"""

        policy: str

    def __init__(self, view: View, level: Level) -> None:
        super().__init__(view)
        self._level = level

    def on_click(self, event: events.Click) -> None:
        policies = self.view.grid.policies
        if event.y < min(len(policies), len(self._lines)):
            self.post_message(self.Asked(policies[event.y].id))

    def paint(self, width: int, height: int) -> list[Line]:
        view, mission, policies = self.view, self.view.mission.id, self.view.grid.policies
        if view.empty:  # it is going to be hidden
            return []
        last = view.last
        former = None if last is None or last.scores is None else last.scores
        if former is not None and view.is_proposed:
            former = former.proposed
        labels = max(min(max(len(shown(policy.label)) for policy in policies), width // 2), 1)
        lines: list[Line] = []
        tallies = [side.rubrics[mission, one.id] for side in (view.side, former) if side for one in policies]
        if all(tally.percentage is None for tally in tallies):
            return []  # nothing to draw: the columns have the same names
        for policy in policies:
            now = view.side.rubrics[mission, policy.id].percentage
            then = None if former is None else former.rubrics[mission, policy.id].percentage
            key = (policy.id, now, then, policy.id == view.cell.policy and not view.indicator, labels, width)
            lines.append(self.remembered(key, self._bar, shown(policy.label), *key[1:]))
        return lines[:height]

    def _bar(
        self, label: str, now: int | None, then: int | None, is_current: bool, labels: int, width: int
    ) -> Line:
        strong = self.style_of("gauges--strong") if is_current else None
        drawn = gauge(now, then, max(width - labels - 4, 1), self._level)
        styles = {role: self.style_of(f"gauges--{role}") for role in (OUTLINE, RING, BEFORE)}
        bar = [Segment(piece.text, styles.get(piece.role)) for piece in drawn]
        return [Segment(f"  {fit(label, labels)} ", strong), *bar]


# The missions as tabs: each with its figure and, with room, a word of state below.
#
# Where not all fit, names are shortened, but for the current one; then only the nearest stay in sight.

_BEFORE: Final = "◄"
_AFTER: Final = "►"
_GAP: Final = 2
_NEXT: Final = "Tab"
_LEAST_WITH_KEY: Final = 76


class _Tab(NamedTuple):
    number: str
    """`1`, `2°` where proposed lines have a figure beside the Caf's."""
    title: str
    figure: str
    state: str
    is_current: bool
    is_empty: bool

    @property
    def least(self) -> int:
        """The cells without the title."""
        return len(self.number) + bool(self.figure) * 2 + len(self.figure) + 2

    @property
    def whole(self) -> int:
        return self.least + 1 + cell_len(self.title)

    def text(self, width: int) -> str:
        """Return the tab in so many cells, the figure at its right."""
        room = width - self.least - 1
        title = f" {cut_at_a_word(self.title, room)}" if room > 0 else " " * max(width - self.least, 0)
        figure = f"  {self.figure}" if self.figure else ""
        return f" {self.number}{title}{figure} "


class MissionTabs(Panel):
    """One or two rows, the second with a word on each mission; at the right the key of the next.

    A click goes to its mission, on the key to the next one.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"tabs--current", "tabs--strong", "tabs--soft", "tabs--key"}
    DEFAULT_CSS = """
    MissionTabs {
        &>.tabs--current { background: $ligne; color: $accent; text-style: bold; }
        &>.tabs--strong { color: $foreground; }
        &>.tabs--soft { color: $discret; }
        &>.tabs--key { color: $accent; text-style: bold; }
    }
    """

    @dataclass
    class Chosen(Message):
        """A mission was clicked."""

        mission: str

    def __init__(self, view: View, level: Level) -> None:
        super().__init__(view)
        self._places: list[tuple[Mission, int, int]] = []
        """The mission reached by each part of the tabs, its first cell and the one past its last."""

    def on_click(self, event: events.Click) -> None:
        for mission, start, end in self._places:
            if start <= event.x < end:
                self.post_message(self.Chosen(mission.id))

    def paint(self, width: int, height: int) -> list[Line]:
        tabs = tuple(map(self._tab, self.view.grid.missions))
        lines, self._places = self.remembered((tabs, width, height), self._lines_of, tabs, width, height)
        return lines

    def _tab(self, mission: Mission) -> _Tab:
        view = self.view
        is_current = mission.id == view.mission.id
        title = self.remembered(("title", mission.id), shown, mission.short_title)
        if not mission.activities:
            return _Tab(str(mission.number), title, "", NOT_ASKED, is_current, is_empty=True)
        is_proposed, tally = mission.is_proposed, view.scores.mission(mission)
        has_both = bool(view.grid.own_cells) and is_proposed
        state = f"{_done(tally)}{OPTIONAL if has_both else ''}"
        if not is_proposed and any(one.is_proposed or not one.activities for one in view.grid.missions):
            state = "demandée par la Caf"
        number = f"{mission.number}{MARK if has_both else ''}"
        return _Tab(
            number, title, percentage(tally) if tally.rated else "", state, is_current, is_empty=False
        )

    def _lines_of(
        self, tabs: tuple[_Tab, ...], width: int, height: int
    ) -> tuple[list[Line], list[tuple[Mission, int, int]]]:
        if len(tabs) < 2 or width < _LEAST_WITH_KEY:
            return self._lines_without_key(tabs, width, height)
        lines, places = self._lines_without_key(tabs, width - len(_NEXT) - 1, height)
        row = 0 if lines[0] else 1
        used = sum(cell_len(segment.text) for segment in lines[row])
        start = width - len(_NEXT) - 1
        lines[row] = [*lines[row], Segment(" " * (start - used)), Segment(_NEXT, self.style_of("tabs--key"))]
        here = next(rank for rank, tab in enumerate(tabs) if tab.is_current)
        following = self.view.grid.missions[(here + 1) % len(tabs)]
        return lines, [*places, (following, start, width)]

    def _lines_without_key(
        self, tabs: tuple[_Tab, ...], width: int, height: int
    ) -> tuple[list[Line], list[tuple[Mission, int, int]]]:
        missions = self.view.grid.missions
        places: list[tuple[Mission, int, int]] = []
        if height < 3:
            here = [rank for rank, tab in enumerate(tabs) if not tab.is_empty or tab.is_current]
            empty = [rank for rank in range(len(tabs)) if rank not in here]
            is_range = len(empty) > 2 and empty == [*range(empty[0], empty[-1] + 1)]
            ends = [empty[0], empty[-1]] if is_range else empty
            numbers = (f"{NBSP}à{NBSP}" if is_range else ", ").join(tabs[rank].number for rank in ends)
            said, room = "", width - 1
            for words in (f"{NBSP}: {NOT_ASKED}", f"{NBSP}: sans ligne") if empty else ():
                said, room = f"{numbers}{words}", width - 3 - cell_len(f"{numbers}{words}")
                if sum(tabs[rank].whole + _GAP for rank in here) <= room + 1:
                    break
            if said and sum(tabs[rank].least + 8 for rank in here) > room:
                said, here, room = "", list(range(len(tabs))), width - 1
            line, _ = self._row(tabs, here, room, places)
            if said:
                used = sum(cell_len(segment.text) for segment in line)
                line.append(Segment(" " * max(width - used - cell_len(said) - 1, 1)))
                start = max(width - cell_len(said) - 1, used + 1)
                for rank in ends:
                    places.append((missions[rank], start, start + len(tabs[rank].number) + 2))
                    start += len(tabs[rank].number) + 2 + is_range
                if ends:
                    places[-1] = (missions[ends[-1]], places[-1][1], width)
                line.append(Segment(said, self.style_of("tabs--soft")))
            return [line], places
        line, seen = self._row(tabs, list(range(len(tabs))), width - 1, places)
        states: list[Segment] = []
        x, former = 0, ""
        has_room = all(
            tabs[rank].is_empty or cell_len(tabs[rank].state) < end - start for rank, start, end in seen
        )
        for rank, start, end in seen:
            tab = tabs[rank]
            text = tab.state
            if tab.is_empty:
                text, former = "" if former == text else text, tab.state
                room = width - start - 2
            else:
                former, room = "", end - start - 1
                text = text if has_room else text.removesuffix(OPTIONAL)
            if text:
                states.append(Segment(" " * max(start + 1 - x, 0)))
                said = fit(text, min(cell_len(text), room))
                states.append(Segment(said, self.style_of("tabs--soft")))
                x = start + 1 + cell_len(said)
        return [[], line, states, []], places

    def _row(
        self, tabs: tuple[_Tab, ...], ranks: list[int], width: int, places: list[tuple[Mission, int, int]]
    ) -> tuple[list[Segment], list[tuple[int, int, int]]]:
        """Return the row of the tabs of `ranks`, and where each in sight stands."""
        missions = self.view.grid.missions
        line: list[Segment] = [Segment(" ")]
        x, before, after = 1, 0, 0
        sizes = [tabs[rank].whole for rank in ranks]

        def taken() -> int:
            return sum(sizes) + _GAP * (len(sizes) - 1)

        while taken() > width - 1:
            order = sorted(range(len(ranks)), key=lambda one: (tabs[ranks[one]].is_current, -sizes[one]))
            longer = [one for one in order if sizes[one] > tabs[ranks[one]].least]
            if not longer:
                break
            sizes[longer[0]] -= 1
            if sizes[longer[0]] < tabs[ranks[longer[0]]].least + 6:
                sizes[longer[0]] = tabs[ranks[longer[0]]].least
        current = next((one for one, rank in enumerate(ranks) if tabs[rank].is_current), 0)
        first, last = 0, len(ranks)
        while last - first > 1 and sum(sizes[first:last]) + _GAP * (last - first - 1) > width - 1 - 8:
            if taken() <= width - 1:
                break
            if current - first >= last - 1 - current:
                first, before = first + 1, before + 1
            else:
                last, after = last - 1, after + 1
        seen: list[tuple[int, int, int]] = []
        if before:
            text = f"{_BEFORE}{before}"
            line += [Segment(text, self.style_of("tabs--strong")), Segment(" " * _GAP)]
            places.append((missions[ranks[first - 1]], x, x + cell_len(text)))
            x += cell_len(text) + _GAP
        for one in range(first, last):
            tab, size = tabs[ranks[one]], sizes[one]
            name = "current" if tab.is_current else "soft" if tab.is_empty else "strong"
            line += [Segment(tab.text(size), self.style_of(f"tabs--{name}")), Segment(" " * _GAP)]
            places.append((missions[ranks[one]], x, x + size))
            seen.append((ranks[one], x, x + size))
            x += size + _GAP
        if after:
            text = f"{after}{_AFTER}"
            line.append(Segment(text, self.style_of("tabs--strong")))
            places.append((missions[ranks[last]], x, x + cell_len(text)))
        else:
            line.pop()  # no gap behind the last
        return line, seen


def _done(tally: Tally) -> str:
    return f"{tally.answered} sur {tally.cells}"


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

    The axes are those of `chart.figures.default_axes`; `turn` gives others.
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
        return self._by or default_axes(view.grid)

    def _current(self, view: View) -> str:
        axes = self._axes(view)
        is_on_none = bool(view.indicator) or not self.marks_line
        return "" if is_on_none and axes is By.LINE else axis_key(view.grid, view.cell.activity, axes)

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
