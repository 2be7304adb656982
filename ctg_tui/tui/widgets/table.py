"""The table of a mission: lines × policies, a note in each cell; then its indicators.

A mission without a line shows those that the variant of the grid has instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rich.cells import cell_len
from textual import events
from textual.geometry import Offset, Region
from textual.message import Message

from ctg_tui.domain.assessment import Answer, Cell, NotConcerned, Place, answer_text
from ctg_tui.domain.grid import Mission, Policy, number_of
from ctg_tui.domain.steps import is_asked, wants_number
from ctg_tui.tui.characters import cut_at_a_word, fit, shortened, shown, shown_text
from ctg_tui.tui.view import Shape, View, longest_number, place_of, rows_of_page, shape_of
from ctg_tui.tui.widgets.listing import BEFORE, PLAIN, SOFT, STRONG, Line, Piece
from ctg_tui.tui.widgets.strips import StripWidget
from ctg_tui.wording.french import NBSP, count, thousands, wrap
from ctg_tui.wording.grid import COUNTED_APART, TITLE_ALONE, more_lines, sayings
from ctg_tui.wording.lines import MARK
from ctg_tui.wording.thread import Saying

POINTER, COMMENTED, BLANK, OPEN = "►", "✎", "·", "●"
CURSOR, TO_SEE = "bold $curseur-texte on $curseur", "$warning"
JUDGED: Final = "on $ligne"
"""The ground of the line under the cursor."""
_BLANK_ROW, _COUNTED = "", "#"
"""The rows of a table that are no line: a blank one, and the heading of the indicators."""
_GAP: Final = 2
"""The cells before a column of notes."""
_NUMBER: Final = "nombre"
_TAKES: Final = "Entrée  "


class GridPanel(StripWidget):
    """A part of the grid page: shows a view."""

    @dataclass
    class Pointed(Message):
        """A place was clicked; with `writes`, the texts of its line."""

        place: Place
        writes: bool = False

    def __init__(self, view: View) -> None:
        super().__init__()
        self.view = view

    def show(self, view: View) -> None:
        """Show another view; only the cells that differ are painted."""
        self.view = view
        self.repaint()


class ActivityTable(GridPanel, can_focus=True):
    """Shows a view, and posts where it is clicked; keys go on to its page."""

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self._is_whole = False
        """Whether each label has the rows that it needs."""
        self._top = 0
        """The rank of the first row in sight."""
        self._in_sight: list[str] = []
        """What stands on each row below the heading: the id of a line, or a row that is none."""
        self._offer = range(0)
        """The rows that offer lines where a mission has none."""

    def on_click(self, event: events.Click) -> None:
        view, y = self.view, event.y
        if view.is_empty:
            if y in self._offer:
                self.post_message(self.Pointed(view.place))
        elif (line := [view.line.id, *self._in_sight, ""][: y + 1][-1]) in view.grid.mission_of:
            shape, policy = shape_of(view), view.policy
            for rank, each in enumerate(view.grid.policies):
                if event.x >= shape.notes + sum(shape.policies[:rank]):
                    policy = each.id
            self.post_message(self.Pointed(place_of(view.grid, line, policy)))

    @property
    def cursor_screen_offset(self) -> Offset:
        """The cell of the screen with the answer under the cursor."""
        view = self.view
        if view.is_empty:
            return self.region.offset + Offset(2 if self._offer else 0, self._offer.start)
        shape, here = shape_of(view), view.place.line
        y = 1 + (self._in_sight.index(here) if here in self._in_sight else 0)
        if view.indicator:
            return self.region.offset + Offset(shape.notes + sum(shape.policies) - 3, y)
        column = [policy.id for policy in view.grid.policies].index(view.policy)
        x = shape.notes + sum(shape.policies[:column]) + _start(shape.policies[column])
        return self.region.offset + Offset(x, y)

    # painting

    def paint(self, width: int, height: int) -> Sequence[Line]:
        view, shape = self.view, shape_of(self.view)
        if view.is_empty:
            return self._without_line(view, width, height)
        rows, heights, thread, (self._top, end) = self._plan(view, shape, height)
        below = _more_below(view, rows[end:])
        is_under = sum(heights[self._top : end]) + 1 < height
        self._in_sight, lines = [], [self._heading(view, shape, "" if is_under else below)]
        for rank, taken in enumerate(heights[self._top : end], self._top):
            row = rows[rank]
            block = self._row(view, shape, row, rank + 1)
            self._in_sight += [row] * len(block) + [_BLANK_ROW] * (taken - len(block))
            lines += block
            if taken > len(block):
                lines += [*thread, *[()] * view.form]
        if below and is_under:
            lines.append((Piece(f"{below:>{shape.width - 1}}", SOFT),))
        return lines

    def _plan(
        self, view: View, shape: Shape, height: int
    ) -> tuple[Sequence[str], Sequence[int], Sequence[Line], tuple[int, int]]:
        """Return the rows, the lines that each takes, the thread above an open form, which are in sight."""
        rows = _rows_of(view.mission)
        self._is_whole = rows_of_page(view, shape).is_whole
        heights = [len(self._labels(view, shape, row)) for row in rows]
        cursor = rows.index(view.line.id)
        thread: Sequence[Line] = ()
        if view.form:
            thread = _thread(view, shape, max(height - 1 - heights[cursor] - view.form, 0))
            heights[cursor] += len(thread) + view.form
        top, end = in_sight(heights, cursor, max(height - 1, 1), self._top)
        while rows[end - 1] in {_BLANK_ROW, _COUNTED}:  # a heading alone says nothing
            end -= 1
        return rows, heights, thread, (top, end)

    def form_in(self, width: int, height: int) -> Region:
        """Return the place of an open form in a table of that size: below the line it is about."""
        view, shape = self.view, shape_of(self.view)
        rows, heights, _, (top, _) = self._plan(view, shape, height)
        y = 1 + sum(heights[top : rows.index(view.line.id) + 1]) - view.form
        left = max(shape.left - 2, 0)
        return Region(left, y, max(width - left - 1, 0), max(min(view.form, height - y), 0))

    def _labels(self, view: View, shape: Shape, row: str) -> Sequence[str]:
        """Return the rows of a label: whole where all have room, and while a text is written on it.

        Beside the notes stands its first row then; the others have the width of the table.
        """
        if row in {_BLANK_ROW, _COUNTED}:
            return (row,)
        label = view.grid.line(row).label
        if view.form and row == view.place.line and not self._is_whole:
            rows, width = max(self.size.height - 2 - view.form, 0), shape.width - shape.left - 1
            first = wrap(shown(label), max(shape.label, 1))[0]
            others = wrap(shown(label).removeprefix(first).strip(), width)
            return (first, *at_most([one for one in others if one], rows, width))
        return _rows_of_label(label, shape.label, self._is_whole)

    def _heading(self, view: View, shape: Shape, below: str) -> Line:
        """Return the title of the mission, how many lines are out of sight below, and the columns."""
        room = shape.label - 1
        if cell_len(f"{shown(view.mission.tab)}  {below}") > room:
            below = below.replace(" plus bas", "")
        title = _heading_of(view, room - cell_len(below) - 2)
        title += f"{below:>{max(room - cell_len(title), 0)}}"
        names = short_names(view.grid.policies, tuple(width - 1 for width in shape.policies))
        parts = [Piece(" " * shape.left), Piece(fit(title, shape.label), SOFT)]
        for policy, name, width in zip(view.grid.policies, names, shape.policies, strict=True):
            spare = max(width - _GAP - cell_len(name), 0)
            text = f"{' ' * (_GAP + (spare + 1) // 2)}{name}{' ' * (spare // 2)}"
            parts.append(Piece(text, STRONG if policy.id == view.policy and not view.indicator else SOFT))
        return (*parts, Piece(f"{view.heading_of_last:>{shape.former}}", BEFORE))

    def _row(self, view: View, shape: Shape, row: str, rank: int) -> Sequence[Line]:
        """Return the screen lines of a line, or of a row between them."""
        if row == _BLANK_ROW:
            return [()]
        if row == _COUNTED:
            said = fit(f"{' ' * shape.left}Indicateurs", _number_start(shape))
            return [(Piece(f"{said}{_NUMBER}", SOFT),)]
        is_current, is_counted = row == view.place.line, row in view.grid.indicators
        number = "" if is_counted else f"{view.mission.number}.{rank}"
        comments = view.assessment.remarks if is_counted else view.assessment.comments
        mark = OPEN if view.has_open(row) else COMMENTED if row in comments else " "
        labels = self._labels(view, shape, row)
        style = STRONG if is_current and (view.form or self._is_whole) else "$doux"
        ground = JUDGED if is_current else "" if is_counted or rank % 2 else "on $surface"
        right = _number(view, shape, row) if is_counted else _notes(view, shape, row)
        return _drawn(shape, number, mark, tuple(labels), style, right, ground)

    # a mission without a line

    def _without_line(self, view: View, width: int, height: int) -> Sequence[Line]:
        """Return the title of a mission, the lines that the variant has there, and how to note them too."""
        left = longest_number(view.grid)
        room, margin = width - left - 2, Piece(" " * left)
        lines: list[Line] = [(margin, Piece(fit(shown(view.mission.title), room), STRONG))]
        lines += [(margin, Piece(text)) for text in wrap(TITLE_ALONE, room)]
        self._offer, said = range(0), more_lines(view.grid, view.other)
        if view.other is None or not said:
            return lines
        texts = [f"Les noter aussi{NBSP}: {said}", COUNTED_APART]
        offered = [f"  {row}" for text in texts for row in wrap(text, room - len(_TAKES) - 1)]
        offered[0] = fit(f"►{offered[0][1:]}", room + 2 - len(_TAKES)) + _TAKES
        self._offer = range(len(lines) + 1, len(lines) + 1 + len(offered))
        lines += [(), *((Piece(" " * (left - 2)), Piece(fit(text, room + 2), CURSOR)) for text in offered)]
        activities = view.other.missions_by_id[view.mission.id].activities
        whole = [wrap(shown(line.label), room - left - 3) for line in activities]
        is_whole = len(lines) + 1 + sum(map(len, whole)) <= height
        lines.append(())
        for line, label in zip(activities, whole, strict=True):
            first = label[0] if is_whole else cut_at_a_word(shown(line.label), room - left - 3)
            lines.append((margin, Piece(f"{number_of(view.other, line.id):>{left + 1}}  {first}", SOFT)))
            lines += [(margin, Piece(f"{'':{left + 3}}{text}", SOFT)) for text in label[1:] if is_whole]
        return lines


def _start(width: int) -> int:
    """Return where the note begins in a column of `width` cells."""
    return _GAP + (width - _GAP) // 2


def _notes(view: View, shape: Shape, line: str) -> Line:
    """Return the cells of a line, then last time's notes."""
    given, is_current = view.assessment.answers, line == view.place.line
    cells = [Cell(line, policy.id) for policy in view.grid.policies]
    here = [policy.id for policy in view.grid.policies].index(view.policy) if is_current else -1
    then = () if view.last is None else tuple(map(view.last.assessment.answers.get, cells))
    aside = tuple(cell in view.assessment.set_aside for cell in cells)
    return _drawn_notes(shape, tuple(map(given.get, cells)), aside, then, here, is_lit=not view.form)


@lru_cache(maxsize=256)  # a key changes two lines
def _drawn_notes(
    shape: Shape,
    answers: tuple[Answer | None, ...],
    aside: tuple[bool, ...],
    then: tuple[Answer | None, ...],
    here: int,
    *,
    is_lit: bool,
) -> Line:
    """Return the cells of a line; the cursor is on the one of rank `here`."""
    parts = []
    for rank, (answer, width) in enumerate(zip(answers, shape.policies, strict=True)):
        start = _start(width)
        style = SOFT if answer is None or isinstance(answer, NotConcerned) or aside[rank] else STRONG
        text = f"  {BLANK if answer is None else answer_text(answer):2} "[: width - start + 2]
        parts.append(Piece(" " * (start - 2)))
        parts.append(Piece(text, CURSOR if rank == here and is_lit else style))
        parts.append(Piece(" " * (width - start + 2 - len(text))))
    if then and shape.former:
        each = (shape.former - 1) // len(then)
        parts.append(Piece(" " * (shape.former - each * len(then) + 1)))
        for rank, note in enumerate(then):
            style = f"bold {BEFORE}" if rank == here else BEFORE
            text = f"{'' if note is None else answer_text(note):<{each}}"
            parts.append(Piece(text if rank < len(then) - 1 else text[:-1], style))
    return tuple(parts)


def _number(view: View, shape: Shape, line: str) -> Line:
    """Return the number of an indicator, then last time's."""
    indicator, is_current = view.grid.indicators[line], line == view.indicator
    number = view.assessment.numbers.get(line)
    text = "–" if indicator.is_heading or not is_asked(indicator, view.assessment) else BLANK
    if number is not None:
        text = thousands(number)
    if is_current and view.typed is not None:
        text = view.typed or BLANK
    is_lit = is_current and not view.form and wants_number(indicator, view.assessment)
    last = None if view.last is None else view.last.assessment.numbers.get(line)
    said = "" if last is None or not shape.former else f"{thousands(last):>{shape.former + (not is_lit)}}"
    return (
        Piece(" " * (_number_start(shape) - shape.notes)),
        Piece(
            f"{text:>{len(_NUMBER)}}{' ' * is_lit}", CURSOR if is_lit else SOFT if number is None else STRONG
        ),
        Piece(said, BEFORE),
    )


@lru_cache(maxsize=256)
def _drawn(
    shape: Shape, number: str, mark: str, labels: tuple[str, ...], style: str, right: Line, ground: str
) -> Sequence[Line]:
    """Return the screen lines of a line: those that a key leaves as they are are made once."""
    soft = STRONG if ground == JUDGED else SOFT
    first = (
        Piece(f"{POINTER if ground == JUDGED else ' '} {number:>{shape.number}} ", soft),
        Piece(f"{mark} ", TO_SEE if mark == OPEN else soft),
        Piece(fit(labels[0], shape.label), style),
        *right,
    )
    others = ((Piece(" " * shape.left), Piece(text, style)) for text in labels[1:])
    return [_on(ground, line, shape.width) for line in (first, *others)]


def _on(ground: str, line: Line, width: int) -> Line:
    """Return `line` on `ground`, to its end; the cursor keeps its own."""
    filled = (*line, Piece(" " * (width - sum(cell_len(text) for text, _ in line))))
    return tuple(Piece(text, style if " on " in style else f"{style} {ground}") for text, style in filled)


def _thread(view: View, shape: Shape, room: int) -> Sequence[Line]:
    """Return the thread of the line being written on; what has no `room` is the earliest."""
    lines = [
        _on(JUDGED, (Piece(" " * shape.left), *line), shape.width)
        for said in sayings(view.grid, view.points.get(view.line.id, ()))
        for line in lines_of(said, shape.width - shape.left - 2)
    ]
    return lines[max(len(lines) - room, 0) :]


def lines_of(said: Saying, width: int, style: str = PLAIN) -> list[Line]:
    """Return the screen lines of what was said, the Caf's name in bold."""
    left, lines = len(shown_text(said.who)) if said.is_caf else 0, list[Line]()
    for line in wrap(shown_text(said.whole), max(width, 1)):
        lines.append((Piece(line[:left], STRONG), Piece(line[left:], style)))
        left = max(left - len(line) - 1, 0)
    return lines


def at_most(lines: list[str], rows: int, width: int) -> list[str]:
    """Return the first `rows` lines of a text; an ellipsis behind a whole word stands for the rest."""
    if len(lines) <= rows:
        return lines
    return [*lines[: rows - 1], cut_at_a_word(" ".join(lines[rows - 1 :]), width).rstrip()][:rows]


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


@lru_cache(maxsize=8)
def short_names(policies: tuple[Policy, ...], widths: tuple[int, ...]) -> Sequence[str]:
    """Return a name for each column, unlike the others: cut, else its number."""
    labels = [shown(policy.label) for policy in policies]
    names = [shortened(text, width - 1) for text, width in zip(labels, widths, strict=True)]
    if len(set(names)) == len(names):
        return names
    return [f"n°{NBSP}{number}" for number in range(1, len(names) + 1)]


@lru_cache(maxsize=256)
def _rows_of_label(label: str, width: int, is_whole: bool) -> Sequence[str]:
    text = shown(label)
    return tuple(wrap(text, max(width, 1))) if is_whole else (cut_at_a_word(text, width),)


def _rows_of(mission: Mission) -> list[str]:
    """Return the rows of the mission, from its first line to its last indicator."""
    lines = [line.id for line in mission.activities]
    counted = [line.id for line in mission.indicators]
    return [*lines, *([_BLANK_ROW] if lines else []), _COUNTED, *counted] if counted else lines


def _more_below(view: View, rows: Sequence[str]) -> str:
    """Return how many of these rows, out of sight below, are lines, else indicators; empty without any."""
    lines, counted = (
        sum(row in kind for row in rows) for kind in (view.grid.activities, view.grid.indicators)
    )
    number = count(lines, "ligne") if lines else count(counted, "indicateur") if counted else ""
    return f"{number} plus bas ↓" if number else ""


def _heading_of(view: View, room: int) -> str:
    """Return the title of the mission and, in the grid that has proposed lines, what the mark means.

    Where that is too long, the title, else its short form, else nothing.
    """
    said = [shown(view.mission.short_title), shown(view.mission.tab)]
    if view.grid.has_proposed_activities:
        said.insert(0, f"{said[0]}   {MARK}{NBSP}: proposé par ctg-tui")
    return next((each for each in said if cell_len(each) <= room), "")


def _number_start(shape: Shape) -> int:
    """Return where the word « nombre » begins, to end with the notes: the numbers stand under it."""
    return shape.notes + sum(shape.policies) - len(_NUMBER) - 1
