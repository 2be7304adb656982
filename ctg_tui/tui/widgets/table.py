"""The table of a mission: lines × policies, a note in each cell; then its indicators.

A mission without a line shows those that the variant of the grid has instead.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Final, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Offset, Region, Size
from textual.message import Message

from ctg_tui.domain.assessment import Answer, Cell, NotConcerned, answer_text
from ctg_tui.domain.grid import Activity, Grid, Indicator, Mission, Policy, number_of
from ctg_tui.domain.steps import is_asked, wants_number
from ctg_tui.domain.thread import Point
from ctg_tui.tui.characters import ELLIPSIS, fit, shortened, shown, shown_text, wrap_at_most
from ctg_tui.tui.settings import NOTE_KEYS
from ctg_tui.tui.view import (
    BEFORE_LABEL,
    Rows,
    Spot,
    View,
    columns,
    on_indicator,
    share_rows,
)
from ctg_tui.tui.widgets.strips import Line, StripWidget, TakesLetters
from ctg_tui.wording.french import NBSP, thousands, wrap
from ctg_tui.wording.grid import (
    COUNTED_APART,
    TITLE_ALONE,
    Saying,
    more_lines,
    proposed_lines,
    rest_below,
    sayings,
)
from ctg_tui.wording.lines import MARK


class Panel(StripWidget):
    """A panel of the grid. The screen gives it each new view: it uses neither database nor session."""

    FOLLOWS: ClassVar[bool] = False
    """Whether it is painted after the note's own frame, once for a burst of keys."""

    def __init__(self, view: View) -> None:
        super().__init__()
        self.view = view

    def show(self, view: View) -> None:
        """Show another view; paint only the differences."""
        before, self.view = self.view, view
        if before.grid is not view.grid or before.beside is not view.beside:
            self.forget()
        if self.differs(before, view):
            if self.FOLLOWS and before.form == view.form:
                self.repaint_soon()
            else:
                self.repaint()

    def differs(self, before: View, after: View) -> bool:
        """Return whether this part may have changed: a cheap test, since the lines are compared anyway."""
        return before is not after


# The layout of the table of a mission: its columns, and its rows from the first line to the last indicator.


class Shape(NamedTuple):
    """The columns of the table for a grid and a size; `number` is the width of the longest line number."""

    width: int
    number: int
    label: int
    policies: tuple[int, ...]
    block: int
    beside: int

    @property
    def left(self) -> int:
        """The cells before the label."""
        return self.number + BEFORE_LABEL

    @property
    def notes(self) -> int:
        """The first cell of the notes."""
        return self.left + self.label


class Row(NamedTuple):
    """A row of the table: an activity or an indicator by its rank, or a heading between them (-1)."""

    kind: str
    rank: int = -1


def longest_number(grid: Grid) -> int:
    """Return the width of the longest number of a line: that of `1.14`."""
    return max(len(f"{each.number}.{len(each.activities)}") for each in grid.missions)


def shape_of(view: View) -> Shape:
    """Return the columns of the table."""
    names = [cell_len(shown(policy.label)) for policy in view.grid.policies]
    number = longest_number(view.grid)
    got = columns(view.size.width, number, names, cell_len(view.heading_of_last))
    return Shape(view.size.width - got.side, number, got.label, got.policies, got.block, got.beside)


def rows_of_page(view: View) -> Rows:
    """Return the rows of the parts of the page."""
    shape = shape_of(view)
    return _rows_of_page(view.mission, shape.label, shape.width - shape.left - 1, view.size.height)


@lru_cache(maxsize=8)
def _rows_of_page(mission: Mission, label: int, below: int, height: int) -> Rows:
    lines, counted = mission.activities, mission.indicators
    return share_rows(
        height,
        whole=1 + sum(len(wrap(shown(line.label), label)) for line in lines),
        single=1 + len(lines),
        every=sum(len(wrap(shown(line.label), label)) for line in counted) + 2 if counted else 0,
        label=max(
            [
                len(wrap(shown(text), below))
                for text in (one.label for rows in (lines, counted) for one in rows)
            ],
            default=0,
        ),
    )


def rows_of(view: View) -> tuple[Row, ...]:
    """Return the rows of the mission, from its first line to its last indicator."""
    mission = view.mission
    rows = [Row("line", rank) for rank in range(len(mission.activities))]
    if mission.indicators:
        rows += [Row("blank"), Row("counted")] if rows else [Row("counted")]
        rows += [Row("indicator", rank) for rank in range(len(mission.indicators))]
    return tuple(rows)


def in_sight(heights: Sequence[int], cursor: int, room: int, top: int) -> tuple[int, int]:
    """Return the rank of the first row in sight, by where it was, and that past the last, in `room` lines."""
    top = min(top, cursor)
    while top < cursor and sum(heights[top : cursor + 1]) > room:
        top += 1
    while top > 0 and sum(heights[top - 1 :]) <= room:
        top -= 1
    end = cursor + 1
    while end < len(heights) and sum(heights[top : end + 1]) <= room:
        end += 1
    return top, end


def cut_at_a_word(text: str, width: int) -> str:
    """Return `text` in exactly `width` cells, cut after a whole word where it is too long."""
    if cell_len(text) <= width:
        return fit(text, width)
    return fit(wrap(text, max(width - 1, 1))[0] + ELLIPSIS, width)


def short_names(policies: Sequence[Policy], widths: Sequence[int]) -> list[str]:
    """Return a name for each column, unlike the others: without words common to all, else by its number."""
    labels = [shown(policy.label) for policy in policies]
    for texts in (labels, _without_common_words(labels)):
        names = [shortened(text, width - 1) for text, width in zip(texts, widths, strict=True)]
        if len(set(names)) == len(names):
            return names
    return [f"n°{NBSP}{number}" for number in range(1, len(names) + 1)]


def _without_common_words(texts: Sequence[str]) -> list[str]:
    words = [text.split() for text in texts]
    while min(map(len, words)) > 1 and len({text[0] for text in words}) == 1:
        words = [text[1:] for text in words]
    return [" ".join(text) for text in words]


POINTER, COMMENTED, BLANK, OPEN = "►", "✎", "·", "●"


class ActivityTable(Panel, TakesLetters, can_focus=True):
    """Posts messages for keys and clicks; its content comes from `view`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--heading",
        "table--soft",
        "table--former",
        "table--label",
        "table--other",
        "table--line",
        "table--cursor",
        "table--strong",
        "table--open",
    }
    DEFAULT_CSS = """
    ActivityTable {
        &>.table--heading { color: $foreground; }
        &>.table--soft { color: $discret; }
        &>.table--former { color: $an-dernier; }
        &>.table--label { color: $doux; }
        &>.table--other { background: $surface; }
        &>.table--line { background: $ligne; }
        &>.table--cursor { background: $curseur; color: $curseur-texte; text-style: bold; }
        &>.table--strong { text-style: bold; }
        &>.table--open { color: $warning; }
    }
    """
    STEPS: ClassVar[frozenset[str]] = frozenset(
        {"up", "down", "left", "right", "pageup", "pagedown", "home", "end", "tab", "shift+tab"}
    )

    @dataclass
    class Rated(Message):
        """A key of a note was pressed, of NC or (None) of no answer; `character` is what it writes."""

        answer: Answer | None
        character: str

    @dataclass
    class Wrote(Message):
        """Another key that writes something was pressed."""

        character: str

    @dataclass
    class Stepped(Message):
        """An arrow, Page, Début, Fin or Tab was pressed."""

        key: str

    @dataclass
    class Pointed(Message):
        """A cell or an indicator was clicked."""

        spot: Spot

    class Taken(Message):
        """The lines offered where a mission has none were clicked."""

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self._top = 0
        self._in_sight: list[Row] = []
        """The row of the mission on each row below the heading."""
        self._offer = range(0)
        """The rows that offer lines where a mission has none."""

    # keys and clicks

    def on_key(self, event: events.Key) -> None:
        """Post notes and steps directly: a search through the bindings would slow each note."""
        key = event.key
        if key in NOTE_KEYS:
            self.screen.post_message(self.Rated(NOTE_KEYS[key], event.character or ""))
        elif key in self.STEPS:
            self.post_message(self.Stepped(key))
        elif event.is_printable and event.character:
            self.post_message(self.Wrote(event.character))
        else:
            return
        event.stop()
        event.prevent_default()

    def on_click(self, event: events.Click) -> None:
        view = self.view
        if view.empty:
            if event.y in self._offer:
                self.post_message(self.Taken())
            return
        policy = self._policy_at(event.x, shape_of(view))
        near = Cell(view.cell.activity, policy or view.cell.policy)
        if event.y == 0:
            self.post_message(self.Pointed(view.spot._replace(cell=near)))
            return
        row = self._in_sight[event.y - 1] if event.y <= len(self._in_sight) else Row("blank")
        mission = view.mission
        if row.kind == "line":
            self.post_message(self.Pointed(Spot(near._replace(activity=mission.activities[row.rank].id))))
        elif row.kind == "indicator":
            self.post_message(self.Pointed(on_indicator(view.grid, near, mission.indicators[row.rank].id)))

    def _policy_at(self, x: int, shape: Shape) -> str | None:
        start = shape.notes
        for policy, width in zip(self.view.grid.policies, shape.policies, strict=True):
            if start <= x < start + width:
                return policy.id
            start += width
        return None

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.post_message(self.Stepped("down"))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.post_message(self.Stepped("up"))

    # painting

    @property
    def cursor_screen_offset(self) -> Offset:
        """The cell of the screen with the answer under the cursor."""
        view = self.view
        if view.empty:
            return self.region.offset + Offset(2 if self._offer else 0, self._offer.start)
        shape, here = shape_of(view), _row_of(view)
        y = 1 + (self._in_sight.index(here) if here in self._in_sight else 0)
        if view.indicator:
            return self.region.offset + Offset(shape.notes + sum(shape.policies) - 3, y)
        column = view.grid.policies.index(view.grid.policies_by_id[view.cell.policy])
        before = _GAP + (shape.policies[column] - shape.beside - _GAP) // 2
        return self.region.offset + Offset(shape.notes + sum(shape.policies[:column]) + before, y)

    def paint(self, width: int, height: int) -> list[Line]:
        view = self.view
        if view.empty:
            return self._without_line(view, width, height)
        shape = self._shape(view)
        rows, heights, above_form, (top, end) = self._plan(view, height)
        self._top, self._in_sight = top, []
        here, lines = _row_of(view), list[Line]([()])
        for row, rows_taken in zip(rows[top:end], heights[top:end], strict=True):
            if row.kind == "line":
                block = self._row(view, shape, row.rank, view.mission.activities[row.rank])
            elif row.kind == "indicator":
                block = self._counted(view, shape, view.mission.indicators[row.rank])
            else:
                block = self._between(shape, row)
            lines += block
            self._in_sight += [row] * len(block)
            if row == here and view.form:
                lines += [*above_form, *[()] * view.form]
                self._in_sight += [Row("blank")] * (rows_taken - len(block))
        below = [row.kind for row in rows[end:]]
        is_room_below = len(lines) < height
        if below and is_room_below:
            said = rest_below(below, width - 4)
            lines.append([Segment(f"{said:>{width - 1}}", self.style_of("table--soft"))])
        lines[0] = self._heading(view, shape, () if is_room_below else below)
        return lines[:height]

    def _plan(
        self, view: View, height: int
    ) -> tuple[Sequence[Row], Sequence[int], Sequence[Line], tuple[int, int]]:
        """Return the rows, the lines that each takes, those above an open form, and which are in sight."""
        shape = self._shape(view)
        rows = self.remembered(("rows", view.mission.id), rows_of, view)
        heights = [
            1 if row.rank < 0 else len(self._label_lines(view, shape, _line_of(view, row))) for row in rows
        ]
        cursor = rows.index(_row_of(view))
        above: Sequence[Line] = ()
        if view.form:
            above = self._thread(view, shape, max(height - 1 - heights[cursor] - view.form, 0))
            heights[cursor] += len(above) + view.form
        top, end = in_sight(heights, cursor, max(height - 1, 1), self._top)
        while end < len(rows) and rows[end - 1].rank < 0:  # no heading alone at the foot
            end -= 1
        return rows, heights, above, (top, end)

    # while a text is written

    def form_in(self, size: Size) -> Region:
        """Return the place of an open form in a table of that size: below the line it is about."""
        view, (width, height) = self.view, size
        rows, heights, _, (top, _) = self._plan(view, height)
        y = 1 + sum(heights[top : rows.index(_row_of(view)) + 1]) - view.form
        left = max(self._shape(view).left - 2, 0)
        return Region(left, y, max(width - left - 1, 0), max(min(view.form, height - y), 0))

    def _thread(self, view: View, shape: Shape, room: int) -> list[Line]:
        """Return the thread of the line being written on; what has no `room` is the earliest."""
        ground = self.style_of("table--line")
        strong = ground + self.style_of("table--strong")
        margin = Segment(" " * shape.left, ground)
        points = sorted(view.points.get(view.line.id, ()), key=lambda one: one.key == view.answered)
        lines = [
            [margin, Segment(text[:bold], strong), Segment(text[bold:], ground)]
            for point in points
            for said in sayings(
                view.grid, [_without_its_draft(point) if point.key == view.answered else point]
            )
            for text, bold in in_bold(said, shape.width - shape.left - 2)
        ]
        return [filled(each, shape.width, ground) for each in lines[max(len(lines) - room, 0) :]]

    def _shape(self, view: View) -> Shape:
        return self.remembered(("shape", view.size.width), shape_of, view)

    def _label_lines(self, view: View, shape: Shape, line: str) -> list[str]:
        """Return the rows of a label: whole where all have room, and while a text is written on it."""
        text, is_whole = view.grid.line(line).label, rows_of_page(view).is_whole
        if view.form and line == view.line.id and not is_whole:
            most = max(self.size.height - 1 - view.form, 1)
            return self.remembered(
                ("most", line, most, shape.label), wrap_at_most, shown(text), shape.label, most
            )
        return self.remembered(("label", line, is_whole, shape.label), _label, text, shape.label, is_whole)

    def _heading(self, view: View, shape: Shape, below: Sequence[str]) -> Line:
        """Return the title of the mission, or what is out of sight without a row for it; the columns."""
        soft, strong = self.style_of("table--soft"), self.style_of("table--strong")
        former = self.style_of("table--former")
        said = _heading_of(view, shape.label - 1)
        if below:
            rest = rest_below(below, shape.label - cell_len(said)) or rest_below(below, shape.label)
            both = f"{said}{rest}"
            said = both if cell_len(both) < shape.label else rest_below(below, shape.label + 3).strip()
        line = [Segment(" " * shape.left), Segment(fit(said, shape.label), soft)]
        names = short_names(view.grid.policies, [width - shape.beside - 1 for width in shape.policies])
        for policy, name, width in zip(view.grid.policies, names, shape.policies, strict=True):
            is_here = policy.id == view.cell.policy and not view.indicator
            room = width - shape.beside - _GAP
            text = " " * _GAP + _centred(name, room) + " " * shape.beside
            line.append(Segment(text, strong if is_here else soft))
        if shape.block:
            line.append(Segment(f"{view.heading_of_last:>{shape.block}}", former))
        elif shape.beside:
            beside = f"{view.heading_of_last}{NBSP}: à droite de chaque note"
            room = shape.label - cell_len(said) - 3
            if cell_len(beside) <= room:
                line[1:2] = [Segment(f"{said}   ", soft), Segment(fit(beside, room), former)]
        return line

    # a line

    def _row(self, view: View, shape: Shape, index: int, activity: Activity) -> list[Line]:
        given, aside = view.assessment.answers, view.assessment.set_aside
        cells = self.remembered(("cells", activity.id), _cells, view, activity)
        answers = tuple([(given.get(cell), cell in aside) for cell in cells])
        current = view.cell.policy if activity.id == view.cell.activity and not view.indicator else None
        mark = _mark(view, activity.id, view.assessment.comments)
        label = self._label_lines(view, shape, activity.id)
        key = (activity.id, answers, current, mark, shape, bool(view.form), len(label))
        return self.remembered(key, self._paint_row, view, shape, index, activity, answers, current, mark)

    def _paint_row(
        self,
        view: View,
        shape: Shape,
        index: int,
        activity: Activity,
        answers: tuple[tuple[Answer | None, bool], ...],
        current: str | None,
        mark: str,
    ) -> list[Line]:
        ground = self._ground(index, is_current=current is not None)
        soft, strong = ground + self.style_of("table--soft"), ground + self.style_of("table--strong")
        number = f"{view.mission.number}.{index + 1}"
        line, *others = self._label(view, shape, activity.id, number, mark, ground, current is not None)
        former = ground + self.style_of("table--former")
        for policy, width, (answer, aside) in zip(view.grid.policies, shape.policies, answers, strict=True):
            quiet = answer is None or isinstance(answer, NotConcerned) or aside
            room = width - shape.beside - _GAP
            before, text = room // 2, fit(_answer(answer), min(2, room - room // 2))
            is_lit = policy.id == current and not view.form
            around = min(2, before) if is_lit else 0
            text = f"{'':{around}}{text}{'' if not is_lit or room - before < 3 else ' '}"
            style = ground + self.style_of("table--cursor") if is_lit else soft if quiet else strong
            start = _GAP + before - around
            line += [Segment(" " * start, ground), Segment(text, style)]
            line.append(Segment(" " * (width - shape.beside - start - len(text)), ground))
            if shape.beside:
                line.append(Segment(f" {_former_note(view, activity, policy):<{shape.beside - 1}}", former))
        if shape.block:
            each = (shape.block - 1) // len(shape.policies)
            line.append(Segment(" " * (shape.block - each * len(shape.policies)), ground))
            for policy in view.grid.policies:
                style = former + self.style_of("table--strong") if policy.id == current else former
                line.append(Segment(f"{_former_note(view, activity, policy):>{each}}", style))
        return [filled(each, shape.width, ground) for each in (line, *others)]

    def _ground(self, index: int, *, is_current: bool) -> Style:
        """Return the ground of a line: every second one has its own, so that the eye finds its row."""
        if is_current:
            return self.style_of("table--line")
        return self.style_of("table--other") if index % 2 else Style()

    def _label(
        self, view: View, shape: Shape, line: str, number: str, mark: str, ground: Style, is_current: bool
    ) -> list[list[Segment]]:
        """Return the rows of a line up to its notes: its number, its mark, its label."""
        is_strong = is_current and (bool(view.form) or rows_of_page(view).is_whole)
        soft = ground + self.style_of("table--strong" if is_current else "table--soft")
        style = ground + self.style_of("table--strong" if is_strong else "table--label")
        marked = ground + self.style_of("table--open") if mark == OPEN else soft
        first, *others = self._label_lines(view, shape, line)
        head = [
            Segment(f"{POINTER if is_current else ' '} {number:>{shape.number}} ", soft),
            Segment(f"{mark} ", marked),
            Segment(fit(first, shape.label), style),
        ]
        return [head, *([Segment(" " * shape.left, ground), Segment(text, style)] for text in others)]

    # below the lines

    def _between(self, shape: Shape, row: Row) -> list[Line]:
        if row.kind == "blank":
            return [()]
        soft = self.style_of("table--soft")
        said = f"{' ' * shape.left}Indicateurs"
        return [[Segment(fit(said, _number_start(shape) - 2), soft), Segment("  nombre", soft)]]

    def _counted(self, view: View, shape: Shape, indicator: Indicator) -> list[Line]:
        is_current = indicator.id == view.indicator
        ground = self._ground(0, is_current=is_current)
        soft, strong = ground + self.style_of("table--soft"), ground + self.style_of("table--strong")
        number = view.assessment.numbers.get(indicator.id)
        asked = is_asked(indicator, view.assessment)
        text = "–" if indicator.is_heading or not asked else BLANK
        if number is not None:
            text = thousands(number)
        if is_current and view.typed is not None:
            text = view.typed or BLANK
        mark = _mark(view, indicator.id, view.assessment.remarks)
        line, *others = self._label(view, shape, indicator.id, "", mark, ground, is_current)
        lit = is_current and not view.form and wants_number(indicator, view.assessment)
        style = ground + self.style_of("table--cursor") if lit else strong if number is not None else soft
        line += [
            Segment(" " * max(_number_start(shape) - shape.notes, 0), soft),
            Segment(f"{text:>6}"[-7:] + (" " if lit else ""), style),
        ]
        last = None if view.last is None else view.last.assessment.numbers.get(indicator.id)
        if last is not None and shape.block:
            used = sum(cell_len(segment.text) for segment in line)
            then = f"{thousands(last):>{max(shape.width - 1 - used, 0)}}"
            line.append(Segment(then, ground + self.style_of("table--former")))
        return [filled(each, shape.width, ground) for each in (line, *others)]

    # a mission without a line

    def _without_line(self, view: View, width: int, height: int) -> list[Line]:
        """Return the title of a mission, the lines that the variant has there, and how to note them too."""
        left = longest_number(view.grid)
        room, margin = width - left - 2, Segment(" " * left)
        strong, soft = self.style_of("table--strong"), self.style_of("table--soft")
        lines: list[Line] = [[], [margin, Segment(fit(shown(view.mission.title), room), strong)]]
        lines += [[margin, Segment(text)] for text in wrap(TITLE_ALONE, room)]
        self._offer = range(0)
        said = more_lines(view.grid, view.other)
        if view.other is None or not said:
            return lines
        cursor, beside = self.style_of("table--cursor"), Segment(" " * max(left - 2, 0))
        texts = [f"Les noter aussi{NBSP}: {said}", COUNTED_APART]
        offered = [f"  {row}" for text in texts for row in wrap(text, room - len(_TAKES) - 1)]
        offered[0] = fit(f"►{offered[0][1:]}", room + 2 - len(_TAKES)) + _TAKES
        self._offer = range(len(lines) + 1, len(lines) + 1 + len(offered))
        lines += [[], *([beside, Segment(fit(text, room + 2), cursor)] for text in offered)]
        mission = view.other.missions_by_id.get(view.mission.id)
        if mission is None or not mission.activities:
            return lines
        whose = f"{proposed_lines(mission)}, absentes du document de la Caf"
        lines += [[], [margin, Segment(fit(whose, room), soft + strong)], []]
        if height < AIRY:
            lines = [line for line in lines if line]
            self._offer = range(self._offer.start - 2, self._offer.stop - 2)
        number = longest_number(view.other) + 1
        is_whole = len(lines) + 2 * len(mission.activities) <= height
        behind = [
            f"{number_of(view.other, line.id) if not rank else '':>{number}}  {text}".rstrip()
            for line in mission.activities
            for rank, text in enumerate(_label(line.label, room - number - 2, is_whole))
        ]
        if len(lines) + len(behind) > height:  # what does not fit is counted
            seen = max(height - len(lines) - 1, 0)
            behind[seen:] = [f"et {len(behind) - seen} autres"]
        return [*lines, *([margin, Segment(text, soft)] for text in behind)]


_GAP: Final = 2
"""The cells before a column of notes."""
_TAKES: Final = "Entrée  "
AIRY: Final = 20
"""The rows from which blank ones set the parts of a mission without a line apart."""


def _row_of(view: View) -> Row:
    """Return the row under the cursor."""
    mission = view.mission
    if view.indicator:
        return Row("indicator", mission.indicators.index(view.grid.indicators[view.indicator]))
    return Row("line", mission.activities.index(view.activity))


def _line_of(view: View, row: Row) -> str:
    """Return the id of the line on a row."""
    lines = view.mission.activities if row.kind == "line" else view.mission.indicators
    return lines[row.rank].id


def _label(label: str, width: int, is_whole: bool) -> list[str]:
    return wrap(shown(label), max(width, 1)) if is_whole else [cut_at_a_word(shown(label), width)]


def _mark(view: View, line: str, comments: Container[str]) -> str:
    """Return the mark of a line: an open point, or else a comment."""
    return OPEN if view.has_open(line) else COMMENTED if line in comments else " "


def _cells(view: View, activity: Activity) -> tuple[Cell, ...]:
    return tuple(Cell(activity.id, policy.id) for policy in view.grid.policies)


def _answer(answer: Answer | None) -> str:
    return BLANK if answer is None else answer_text(answer)


def _former_note(view: View, activity: Activity, policy: Policy) -> str:
    last = None if view.last is None else view.last.assessment.answers.get(Cell(activity.id, policy.id))
    return "" if last is None else answer_text(last)


def _heading_of(view: View, room: int) -> str:
    """Return the title of the mission and, in the grid that has proposed lines, whose its lines are."""
    mission, said = view.mission, shown(view.mission.short_title)
    if not view.grid.has_proposed_activities:
        return said
    whose = f"{MARK}{NBSP}: proposé par ctg-tui"
    if mission.is_proposed:
        whose = proposed_lines(mission, room - cell_len(said) - 2 if view.grid.own_cells else 0)
    both = f"{said}, {whose}" if mission.is_proposed else f"{said}   {whose}"
    return both if cell_len(both) <= room else whose if mission.is_proposed else said


def _number_start(shape: Shape) -> int:
    """Return where the word « nombre » begins, to end with the notes: the numbers stand under it."""
    return shape.notes + sum(shape.policies) - shape.beside - len("nombre") - 1


def _cut(line: list[Segment], width: int) -> Line:
    """Return `line` in exactly `width` cells."""
    cut: list[Segment] = []
    for segment in line:
        size = cell_len(segment.text)
        if size >= width:
            cut.append(Segment(fit(segment.text, width, ""), segment.style))
            break
        cut.append(segment)
        width -= size
    return cut


def _without_its_draft(point: Point) -> Point:
    """Return a point without the answer not sent yet, which stands in the form."""
    return point._replace(draft=None)


def filled(line: Sequence[Segment], width: int, ground: Style) -> Line:
    """Return `line` on `ground` to its end."""
    return _cut([*line, Segment(" " * width, ground)], width)


def in_bold(said: Saying, width: int) -> list[tuple[str, int]]:
    """Return the screen lines of what was said, each with how many of its characters are in bold."""
    bold = len(shown_text(said.head)) if said.is_caf else 0
    lines = []
    for text in wrap(shown_text(said.whole), max(width, 1)):
        lines.append((text, min(bold, len(text))))
        bold = max(bold - len(text) - 1, 0)
    return lines


def _centred(text: str, width: int) -> str:
    spare = max(width - cell_len(text), 0)
    before = (spare + 1) // 2
    return " " * before + text + " " * (spare - before)
