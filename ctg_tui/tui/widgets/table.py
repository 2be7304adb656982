"""The table of a mission: lines × policies, a note in each cell; then its indicators.

A mission without a line shows those that the variant of the grid has instead.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.geometry import Offset, Region
from textual.message import Message

from ctg_tui.domain.assessment import Cell, NotConcerned, Place, answer_text
from ctg_tui.domain.grid import Grid, Mission, Policy, number_of
from ctg_tui.domain.steps import is_asked, wants_number
from ctg_tui.tui.characters import ELLIPSIS, fit, shortened, shown, shown_text
from ctg_tui.tui.view import Shape, View, longest_number, place_of, rows_of_page, shape_of
from ctg_tui.tui.widgets.strips import StripWidget
from ctg_tui.wording.french import NBSP, thousands, wrap
from ctg_tui.wording.grid import (
    COUNTED_APART,
    TITLE_ALONE,
    more_lines,
    proposed_lines,
    rest_below,
    sayings,
)
from ctg_tui.wording.lines import MARK
from ctg_tui.wording.thread import Saying

POINTER, COMMENTED, BLANK, OPEN = "►", "✎", "·", "●"
SOFT, FORMER, STRONG, CURSOR = "$discret", "$an-dernier", "bold", "bold $curseur-texte on $curseur"
JUDGED: Final = "on $ligne"
"""The ground of the line under the cursor."""
_BLANK_ROW, _COUNTED = "", "#"
"""The rows of a table that are no line: a blank one, and the heading of the indicators."""
_GAP: Final = 2
"""The cells before a column of notes."""
_NUMBER: Final = "nombre"
_TAKES: Final = "Entrée  "
Part = tuple[str, str]
"""A text and its style."""
AIRY: Final = 20
"""The rows from which blank ones set the parts of a mission without a line apart."""


class GridPanel(StripWidget):
    """A part of the grid page: shows a view."""

    def __init__(self, view: View) -> None:
        super().__init__()
        self.view = view

    def show(self, view: View) -> None:
        """Show another view; only the cells that differ are painted."""
        self.view = view
        self.repaint()


class ActivityTable(GridPanel, can_focus=True):
    """Shows a view, and posts where it is clicked; keys go on to its page."""

    @dataclass
    class Pointed(Message):
        """A cell, an indicator or what is offered in place of lines was clicked."""

        place: Place

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
        view = self.view
        if view.is_empty:
            if event.y in self._offer:
                self.post_message(self.Pointed(view.place))
            return
        row = self._in_sight[event.y - 1] if 0 < event.y <= len(self._in_sight) else _BLANK_ROW
        line = view.line.id if event.y == 0 else row
        if line in view.grid.mission_of:
            policy = self._policy_at(event.x, shape_of(view)) or view.policy
            self.post_message(self.Pointed(place_of(view.grid, line, policy)))

    def _policy_at(self, x: int, shape: Shape) -> str | None:
        start = shape.notes
        for policy, width in zip(self.view.grid.policies, shape.policies, strict=True):
            if start <= x < start + width:
                return policy.id
            start += width
        return None

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
        column = view.grid.policies.index(view.grid.policies_by_id[view.policy])
        x = shape.notes + sum(shape.policies[:column]) + _start(shape.policies[column])
        return self.region.offset + Offset(x, y)

    # painting

    def paint(self, width: int, height: int) -> Sequence[Content]:
        view, shape = self.view, shape_of(self.view)
        if view.is_empty:
            return self._without_line(view, width, height)
        rows, heights, thread, (self._top, end) = self._plan(view, shape, height)
        self._in_sight, lines = [], [Content()]
        for row, taken in zip(rows[self._top : end], heights[self._top : end], strict=True):
            block = self._row(view, shape, row)
            self._in_sight += [row] * len(block) + [_BLANK_ROW] * (taken - len(block))
            lines += block
            if taken > len(block):
                lines += [*thread, *[Content()] * view.form]
        below = [_kind(view.grid, row) for row in rows[end:]]
        is_room_below = len(lines) < height
        if below and is_room_below:
            lines.append(Content.styled(f"{rest_below(below, width - 4):>{width - 1}}", SOFT))
        lines[0] = self._heading(view, shape, () if is_room_below else below)
        return lines

    def _plan(
        self, view: View, shape: Shape, height: int
    ) -> tuple[Sequence[str], Sequence[int], Sequence[Content], tuple[int, int]]:
        """Return the rows, the lines that each takes, the thread above an open form, which are in sight."""
        rows = _rows_of(view.mission)
        self._is_whole = rows_of_page(view, shape).is_whole
        heights = [len(self._labels(view, shape, row)) for row in rows]
        cursor = rows.index(view.line.id)
        thread: Sequence[Content] = ()
        if view.form:
            thread = _thread(view, shape, max(height - 1 - heights[cursor] - view.form, 0))
            heights[cursor] += len(thread) + view.form
        top, end = in_sight(heights, cursor, max(height - 1, 1), self._top)
        while end < len(rows) and rows[end - 1] in {_BLANK_ROW, _COUNTED}:  # no heading alone at the foot
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
            return [row]
        label = shown(view.grid.line(row).label)
        if view.form and row == view.place.line and not self._is_whole:
            rows, width = max(self.size.height - 2 - view.form, 0), shape.width - shape.left - 1
            first = wrap(label, max(shape.label, 1))[0]
            others = at_most(wrapped(label.removeprefix(first).strip(), width), rows, width) if rows else []
            return [first, *(line.plain for line in others if line)]
        return _rows_of_label(label, shape.label, self._is_whole)

    def _heading(self, view: View, shape: Shape, below: Sequence[str]) -> Content:
        """Return the title of the mission, or what is out of sight without a row for it; the columns."""
        rest = rest_below(below, shape.label - 1)
        title = _heading_of(view, shape.label - 1 - cell_len(rest))
        said = title + rest if cell_len(title + rest) < shape.label else rest.strip()
        parts: list[Part] = [(" " * shape.left, ""), (fit(said, shape.label), SOFT)]
        names = short_names(view.grid.policies, [width - 1 for width in shape.policies])
        for policy, name, width in zip(view.grid.policies, names, shape.policies, strict=True):
            spare = max(width - _GAP - cell_len(name), 0)
            text = f"{' ' * (_GAP + (spare + 1) // 2)}{name}{' ' * (spare // 2)}"
            parts.append((text, STRONG if policy.id == view.policy and not view.indicator else SOFT))
        return Content.assemble(*parts, (f"{view.heading_of_last:>{shape.former}}", FORMER))

    def _row(self, view: View, shape: Shape, row: str) -> list[Content]:
        """Return the screen lines of a line, or of a row between them."""
        if row == _BLANK_ROW:
            return [Content()]
        if row == _COUNTED:
            said = f"{' ' * shape.left}Indicateurs"
            return [Content.styled(f"{fit(said, _number_start(shape))}{_NUMBER}", SOFT)]
        is_current, is_counted = row == view.place.line, row in view.grid.indicators
        rank = 0 if is_counted else _rows_of(view.mission).index(row)
        style = STRONG if is_current and (view.form or self._is_whole) else "$doux"
        first, *others = self._labels(view, shape, row)
        number = "" if is_counted else f"{view.mission.number}.{rank + 1}"
        mark = _mark(view, row, view.assessment.remarks if is_counted else view.assessment.comments)
        soft = STRONG if is_current else SOFT
        parts = (
            (f"{POINTER if is_current else ' '} {number:>{shape.number}} ", soft),
            (f"{mark} ", "$warning" if mark == OPEN else soft),
            (fit(first, shape.label), style),
            *(_number if is_counted else _notes)(view, shape, row),
        )
        ground = JUDGED if is_current else "on $surface" * (rank % 2)
        return _assembled(parts, tuple(others), style, shape, ground)

    # a mission without a line

    def _without_line(self, view: View, width: int, height: int) -> list[Content]:
        """Return the title of a mission, the lines that the variant has there, and how to note them too."""
        left = longest_number(view.grid)
        room, margin = width - left - 2, " " * left
        air = [Content()] if height >= AIRY else []
        lines = [*air, Content.assemble(margin, (fit(shown(view.mission.title), room), STRONG))]
        lines += [Content(margin + text) for text in wrap(TITLE_ALONE, room)]
        self._offer = range(0)
        said = more_lines(view.grid, view.other)
        if view.other is None or not said:
            return lines
        texts = [f"Les noter aussi{NBSP}: {said}", COUNTED_APART]
        offered = [f"  {row}" for text in texts for row in wrap(text, room - len(_TAKES) - 1)]
        offered[0] = fit(f"►{offered[0][1:]}", room + 2 - len(_TAKES)) + _TAKES
        self._offer = range(len(lines) + len(air), len(lines) + len(air) + len(offered))
        lines += [*air, *(Content.assemble(margin[2:], (fit(text, room + 2), CURSOR)) for text in offered)]
        mission = view.other.missions_by_id.get(view.mission.id)
        if mission is None or not mission.activities:
            return lines
        whose = f"{proposed_lines(mission)}, absentes du document de la Caf"
        lines += [*air, Content.assemble(margin, (fit(whose, room), f"{STRONG} {SOFT}")), *air]
        number = longest_number(view.other) + 1
        is_whole, behind = len(lines) + 2 * len(mission.activities) <= height, list[str]()
        for line in mission.activities:
            first, *others = _rows_of_label(shown(line.label), room - number - 2, is_whole)
            behind += [f"{number_of(view.other, line.id):>{number}}  {first}".rstrip()]
            behind += [f"{'':{number}}  {text}" for text in others]
        if len(lines) + len(behind) > height:  # what does not fit is counted
            seen = max(height - len(lines) - 1, 0)
            behind[seen:] = [f"et {len(behind) - seen} autres"]
        return [*lines, *(Content.styled(margin + text, SOFT) for text in behind)]


def _start(width: int) -> int:
    """Return where the note begins in a column of `width` cells."""
    return _GAP + (width - _GAP) // 2


def _notes(view: View, shape: Shape, line: str) -> Iterable[Part]:
    """Yield the cells of a line, then last time's notes."""
    given, aside, is_current = view.assessment.answers, view.assessment.set_aside, line == view.place.line
    cells = [Cell(line, policy.id) for policy in view.grid.policies]
    for cell, width in zip(cells, shape.policies, strict=True):
        answer, start = given.get(cell), _start(width)
        style = SOFT if answer is None or isinstance(answer, NotConcerned) or cell in aside else STRONG
        if is_current and cell.policy == view.policy and not view.form:
            style = CURSOR
        text = f"  {BLANK if answer is None else answer_text(answer):2} "[: width - start + 2]
        yield " " * (start - 2), ""
        yield text, style
        yield " " * (width - start + 2 - len(text)), ""
    if view.last is not None and shape.former:
        each = (shape.former - 1) // len(cells)
        yield " " * (shape.former - each * len(cells)), ""
        for cell in cells:
            then = view.last.assessment.answers.get(cell)
            is_here = is_current and cell.policy == view.policy
            yield f"{'' if then is None else answer_text(then):>{each}}", f"{STRONG * is_here} {FORMER}"


def _number(view: View, shape: Shape, line: str) -> Iterable[Part]:
    """Yield the number of an indicator, then last time's."""
    indicator, is_current = view.grid.indicators[line], line == view.indicator
    number = view.assessment.numbers.get(line)
    text = "–" if indicator.is_heading or not is_asked(indicator, view.assessment) else BLANK
    if number is not None:
        text = thousands(number)
    if is_current and view.typed is not None:
        text = view.typed or BLANK
    is_lit = is_current and not view.form and wants_number(indicator, view.assessment)
    yield " " * (_number_start(shape) - shape.notes), ""
    yield f"{text:>{len(_NUMBER)}}{' ' * is_lit}", CURSOR if is_lit else SOFT if number is None else STRONG
    last = None if view.last is None else view.last.assessment.numbers.get(line)
    if last is not None and shape.former:
        yield f"{thousands(last):>{shape.former + (not is_lit)}}", FORMER


def _thread(view: View, shape: Shape, room: int) -> list[Content]:
    """Return the thread of the line being written on; what has no `room` is the earliest."""
    points = sorted(view.points.get(view.line.id, ()), key=lambda point: point.key == view.answered)
    here = [point._replace(draft=None) if point.key == view.answered else point for point in points]
    lines = [
        _filled(Content(" " * shape.left) + line, shape.width, JUDGED)
        for point in here  # the answer not sent yet stands in the form
        for said in sayings(view.grid, [point])
        for line in lines_of(said, shape.width - shape.left - 2)
    ]
    return lines[max(len(lines) - room, 0) :]


def lines_of(said: Saying, width: int) -> list[Content]:
    """Return the screen lines of what was said, the Caf's name in bold."""
    return wrapped(shown_text(said.whole), width, bold=len(shown_text(said.who)) if said.is_caf else 0)


def wrapped(text: str, width: int, style: str = "", *, bold: int = 0) -> list[Content]:
    """Return the screen lines of a text, its first `bold` characters in bold; no break before a colon."""
    lines = []
    for line in wrap(text, max(width, 1)):
        lines.append(Content.styled(line, style).stylize(STRONG, 0, min(bold, len(line))))
        bold = max(bold - len(line) - 1, 0)
    return lines


def at_most(lines: list[Content], rows: int, width: int) -> list[Content]:
    """Return the first `rows` lines; an ellipsis behind a whole word stands for the rest."""
    if len(lines) <= rows:
        return lines
    last = lines[rows - 1].rstrip()
    if last.cell_length + 1 > width and " " in last.plain:
        last = last[: last.plain.rindex(" ")].rstrip()
    return [*lines[: rows - 1], last.truncate(max(width - 1, 0)) + ELLIPSIS]


@lru_cache(maxsize=256)
def _assembled(
    parts: tuple[Part, ...], others: tuple[str, ...], style: str, shape: Shape, ground: str
) -> list[Content]:
    """Return the screen lines of a line: those that a key leaves as they are are made once."""
    margins = (Content.assemble(" " * shape.left, (text, style)) for text in others)
    return [_filled(line, shape.width, ground) for line in (Content.assemble(*parts), *margins)]


def _filled(line: Content, width: int, ground: str) -> Content:
    """Return `line` on `ground` to its end."""
    return line.pad_right(max(width - line.cell_length, 0)).stylize_before(ground)


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


@lru_cache(maxsize=256)
def _rows_of_label(label: str, width: int, is_whole: bool) -> Sequence[str]:
    return wrap(label, max(width, 1)) if is_whole else [cut_at_a_word(label, width)]


def _rows_of(mission: Mission) -> list[str]:
    """Return the rows of the mission, from its first line to its last indicator."""
    lines = [line.id for line in mission.activities]
    counted = [line.id for line in mission.indicators]
    return [*lines, *([_BLANK_ROW] if lines else []), _COUNTED, *counted] if counted else lines


def _kind(grid: Grid, row: str) -> str:
    """Return what a row out of sight is counted as."""
    return "line" if row in grid.activities else "indicator" if row in grid.indicators else ""


def _mark(view: View, line: str, comments: Container[str]) -> str:
    """Return the mark of a line: an open point, or else a comment."""
    return OPEN if view.has_open(line) else COMMENTED if line in comments else " "


def _heading_of(view: View, room: int) -> str:
    """Return the title of the mission and, in the grid that has proposed lines, whose its lines are."""
    mission, said = view.mission, shown(view.mission.short_title)
    if not view.grid.has_proposed_activities:
        return said
    whose = ["proposé par ctg-tui"]
    if mission.is_proposed:
        whose.insert(0, proposed_lines(mission))
        if view.grid.own_cells:
            whose.insert(0, proposed_lines(mission, is_optional=True))
    explained = [f"{MARK}{NBSP}: {words}" for words in whose]
    texts = [f"{said}   {text}" for text in explained]
    texts += explained if mission.is_proposed else [said]
    return next((text for text in texts if cell_len(text) <= room), texts[-1])


def _number_start(shape: Shape) -> int:
    """Return where the word « nombre » begins, to end with the notes: the numbers stand under it."""
    return shape.notes + sum(shape.policies) - len(_NUMBER) - 1
