"""The grid in one picture: missions, bars, the lines of a mission with their notes, the texts of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Final

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.geometry import Offset

from ctg_tui.domain.assessment import Answer, Cell, NotConcerned, Place, answer_text
from ctg_tui.domain.grid import Indicator, Mission
from ctg_tui.domain.steps import is_asked
from ctg_tui.domain.text import clean
from ctg_tui.domain.thread import Point
from ctg_tui.tui.characters import cut_at_a_word, fit
from ctg_tui.tui.grid_view import Rows, Shape, View, at_mission, in_sight, place_of, rows_of, shape_of
from ctg_tui.tui.widgets.editor import CommentBox
from ctg_tui.tui.widgets.listing import BEFORE, PLAIN, SOFT, STRONG, Line, Piece, width_of
from ctg_tui.tui.widgets.radar import KEY, RING, TICK, gauge
from ctg_tui.tui.widgets.strips import StripWidget
from ctg_tui.wording.french import DASH, NBSP, count, listing, percentage_or_nc, profile_name, thousands, wrap
from ctg_tui.wording.lines import (
    COUNTED_APART,
    MARK,
    TITLE_ALONE,
    landmarks,
    line_number,
    more_lines,
    scale_words,
)
from ctg_tui.wording.thread import Saying, all_said

COMMENTED, OPEN = "✎", "●"
TO_SEE: Final = "$warning"
JUDGED: Final = "on $ligne"
"""The ground of the line under the cursor, and of its texts below."""
_NEXT: Final = "Tab"
_FIGURE: Final = 5
"""The cells of `100 %`."""
_ROOMY: Final = 110
"""The width from which all parts begin where the labels do."""
_LEAST_BAR, _LONGEST = 6, 24
"""The cells of the shortest bar, and of the longest title in the row of the missions."""
POINTER, BELOW, BLANK = "►", "↓", "·"
CURSOR: Final = "bold $curseur-texte on $curseur"
_BLANK_ROW, _COUNTED = "", "#"
"""The rows of a table that are no line: a blank one, and the heading of the indicators."""
_BESIDE: Final = (f" et notes de droite{NBSP}: ", f" et à droite{NBSP}: ")
_TAKES: Final = "Entrée  "
_LEAST_POINT: Final = 6
"""The columns of a policy from which a name that is cut ends with a point."""


class GridTable(StripWidget, can_focus=True):
    """Shows a view, goes where it is clicked; keys go on to its page. Holds the box of a comment."""

    DEFAULT_CSS = "GridTable { width: 1fr; height: 1fr; }"

    def __init__(self, view: View, box: CommentBox, go: Callable[[Place], object]) -> None:
        super().__init__()
        self.view, self._box, self._to = view, box, go
        self._top = 0
        """The rank of the first row in sight."""
        self._box_rows = 0, 0
        """The first row of the page that the box of a comment takes, under its line, and how many."""
        self._at: list[str] = []
        """What stands on each line of the page: the id of a line of the grid, or a row that is none."""

    def compose(self) -> ComposeResult:
        yield self._box

    def show(self, view: View) -> None:
        """Show another view; only the lines that differ are painted."""
        self.view = view
        self.repaint()
        self.on_resize()

    def on_resize(self) -> None:
        """Put the box of the open comment below its line, in the rows left for it."""
        if self.view.form:
            self.paint(*self.size)
            top, rows = self._box_rows
            self._box.styles.offset = self.size.width - self.box_width, top
            self._box.styles.width, self._box.styles.height = self.box_width, rows

    @property
    def box_width(self) -> int:
        """The columns of the box of a comment."""
        return self.size.width - self._shape.left + 2

    @property
    def _shape(self) -> Shape:
        return shape_of(self.view, self.size.width)

    def on_click(self, event: events.Click) -> None:
        """Go to the cell, the line or the mission clicked."""
        view, x, y = self.view, event.x, event.y
        if y == 0:
            for mission, text, start in places(view, self.size.width):
                if start <= x < start + cell_len(text):
                    self._to(at_mission(mission, view.policy))
        elif y < len(self._at) and (line := self._at[y]) in view.grid.mission_of:
            shape, policy = self._shape, view.policy
            for rank, each in enumerate(view.grid.policies):
                if x >= shape.notes + sum(shape.policies[:rank]):
                    policy = each.id
            self._to(place_of(view.grid, line, policy))

    @property
    def cursor_screen_offset(self) -> Offset:
        """The cell of the screen with the answer under the cursor: a magnifier follows it."""
        view, shape, here = self.view, self._shape, self.view.place.line
        y = self._at.index(here or POINTER) if (here or POINTER) in self._at else 0
        if view.is_empty:
            return self.region.offset + Offset(2, y)
        if view.indicator:
            return self.region.offset + Offset(shape.notes + shape.number_end - 1, y)
        column = [policy.id for policy in view.grid.policies].index(view.policy)
        x = shape.notes + sum(shape.policies[:column]) + shape.start(shape.policies[column])
        return self.region.offset + Offset(x, y)

    # painting

    def paint(self, width: int, height: int) -> Sequence[Line]:
        view, shape = self.view, self._shape
        if view.is_empty:
            return [missions_row(view, width), (), *self._without_line(width)]
        rows = rows_of(view.mission, shape, height)
        blank: list[Line] = [()] * (rows.head // 2 - 1)
        below = [*zone(view, shape, rows._replace(texts=rows.texts - len(blank))), *blank]
        if view.form:  # the box has the texts of the line, but what the Caf said
            below = [line for line in below if line and view.points(view.line.id)]
            rows = rows._replace(table=rows.table + rows.texts - len(below))
        lines = [missions_row(view, width), *blank, bars(view, shape, width), *blank]
        self._at = [_BLANK_ROW] * rows.head
        lines += self._table(shape, rows)
        if blank:  # a rule parts the texts from the table; without a row for it, their ground does
            lines += [(Piece("─" * width, RING),) if any(below) else (), *below]
        else:
            lines += [_on(JUDGED, line, width) if line else () for line in below]
        return [
            *lines,
            () if view.form else scale(view, shape, width),
            *[landmarks_line(view, shape)] * rows.landmarks,
        ]

    # the table

    @property
    def _rows(self) -> list[str]:
        """The rows of the mission, from its first line to its last indicator."""
        mission = self.view.mission
        lines, counted = ([line.id for line in each] for each in (mission.activities, mission.indicators))
        return [*lines, *([_BLANK_ROW] if lines else []), _COUNTED, *counted] if counted else lines

    def _table(self, shape: Shape, rows: Rows) -> Sequence[Line]:
        """Return the heading and the rows in sight, in as many lines as the table has.

        What is out of sight below is named in the first free line; without one, the last row bears an arrow.
        While a text is written, the rows that it takes are left blank under its line.
        """
        view, every = self.view, self._rows
        here, room = every.index(view.line.id), max(rows.table - rows.head // 2, 1)
        texts = [row if row in {_BLANK_ROW, _COUNTED} else view.grid.lines[row].label for row in every]
        labels = [_lines_of_label(text, shape.label, is_whole=rows.is_whole) for text in texts]
        label = clean(view.line.label)
        is_cut = not rows.is_whole and cell_len(label) > shape.label
        if view.form and is_cut:
            first, *others = wrap(label, max(shape.label - 1, 1))
            labels[here] = (first, *wrap(" ".join(others), shape.room))  # it is not below: it goes on here
        form = min(view.form, room - len(labels[here]))
        heights = [len(each) for each in labels]
        heights[here] += form
        self._top, end = in_sight(heights, here, room, self._top)
        while every[end - 1] in {_BLANK_ROW, _COUNTED}:  # a heading alone says nothing
            end -= 1
        is_free = 1 + sum(heights[self._top : end]) < rows.table
        lines = [self._heading(shape)]
        self._at.append(_BLANK_ROW)
        is_open = {point.line for point in view.session.points if point.is_to_see}
        for rank in range(self._top, end):
            row = every[rank]
            is_end = rank == end - 1 < len(every) - 1 and not is_free
            pointer = POINTER if rank == here else " "
            ground = JUDGED if rank == here else "on $surface" if rank % 2 and rows.is_whole else ""
            drawn = [*self._row(shape, row, pointer, ground, labels[rank], has_open=row in is_open)]
            if is_end:
                drawn[0] = (*drawn[0][:-1], Piece(BELOW, SOFT))
            lines += drawn
            self._at += [row] * len(labels[rank])
            if rank == here:
                self._box_rows = rows.head + len(lines), form
                lines += [()] * form
                self._at += [_BLANK_ROW] * form
        if end < len(every) and is_free:
            said = f"{self._hidden(every[end:])} plus bas {BELOW}"
            lines.append((Piece(f"{said:>{shape.left + shape.room}}", SOFT),))
        return [*lines, *[()] * (rows.table - len(lines))]

    def _hidden(self, rows: Sequence[str]) -> str:
        """Return `1 ligne et 2 indicateurs`: what is out of sight."""
        kinds = ((self.view.grid.activities, "ligne"), (self.view.grid.indicators, "indicateur"))
        numbers = [(sum(row in kind for row in rows), name) for kind, name in kinds]
        return listing(count(number, name) for number, name in numbers if number)

    def _heading(self, shape: Shape) -> Line:
        """Return the title of the mission, whose last time's notes stand beside this time's, the columns."""
        view, title, room = self.view, clean(self.view.mission.short_title), shape.label
        beside = ""
        if shape.year:
            room -= len(shape.year) + 1
            beside = next((said for said in _BESIDE if len(said) < room), "")
        room -= len(beside)
        title = fit(title if cell_len(title) < room else "", room)  # the row of the missions has it too
        tick = TICK if beside else " " * bool(shape.year)
        parts = [Piece(f"{' ' * shape.left}{title}", SOFT), Piece(tick, BEFORE), Piece(beside, SOFT)]
        parts.append(Piece(f"{shape.year} ", BEFORE))
        for policy, width in zip(view.grid.policies, shape.policies, strict=True):
            label = clean(policy.label)
            name = fit(label, min(cell_len(label), width - 2), "." if width > _LEAST_POINT else "")
            spare = width - 2 - cell_len(name)
            text = f"{' ' * (2 + (spare + 1) // 2)}{name}{' ' * (spare // 2)}"
            parts.append(Piece(text, STRONG if policy.id == view.policy and not view.indicator else SOFT))
        return tuple(parts)

    def _row(
        self, shape: Shape, row: str, pointer: str, ground: str, labels: Sequence[str], *, has_open: bool
    ) -> Sequence[Line]:
        """Return the screen lines of a line behind its `pointer`, or of a row between them."""
        view = self.view
        if row == _BLANK_ROW:
            return [()]
        if row == _COUNTED:
            said = f"{' ' * shape.left}{fit('Indicateurs', shape.label + 1)}{'nombre':>{shape.number_end}} "
            return [(Piece(said, SOFT), Piece(f"{shape.year:>{shape.former}}"[: shape.former], BEFORE))]
        is_counted = row in view.grid.indicators
        number = "" if is_counted else line_number(view.grid, row, MARK)
        marks = OPEN if has_open else " ", COMMENTED if view.comment(row) else " "
        right = tuple(self._number(shape, row)) if is_counted else self._notes(shape, row)
        return _row_drawn(shape, f"{pointer} {number:>{shape.number}} ", marks, labels, right, ground)

    def _notes(self, shape: Shape, line: str) -> Line:
        """Return the cells of a line, and last time's note beside each."""
        view, made = self.view, self.view.assessment
        cells = [Cell(line, policy.id) for policy in view.grid.policies]
        now = tuple([(made.answers.get(cell), cell in made.set_aside) for cell in cells])
        then = () if view.last is None else tuple(map(view.last.assessment.answers.get, cells))
        here = cells.index(view.cell) if view.place.line == line else -1
        return _notes_drawn(shape, now, then, here, is_lit=not view.form)

    def _number(self, shape: Shape, line: str) -> Iterator[Piece]:
        """Yield the number of an indicator, then last time's."""
        view = self.view
        indicator, number = view.grid.indicators[line], view.assessment.numbers.get(line)
        text = "–" if indicator.is_heading or not is_asked(indicator, view.assessment) else BLANK
        if number is not None:
            text = thousands(number)
        is_current = line == view.indicator
        if is_current and view.typed is not None:
            text = view.typed or BLANK
        is_lit = is_current and not view.form and view.takes_number
        yield Piece(" " * (shape.number_end - len("nombre")))
        yield Piece(f"{text:>6} ", CURSOR if is_lit else SOFT if number is None else STRONG)
        last = None if view.last is None else view.last.assessment.numbers.get(line)
        yield Piece("" if last is None or not shape.former else f"{thousands(last):>{shape.former}}", BEFORE)

    # a mission without a line

    def _without_line(self, width: int) -> Sequence[Line]:
        """Return the title of a mission, the lines that the variant has there, and how to note them too."""
        view, left = self.view, self._shape.number
        room, margin = width - left - 2, Piece(" " * left)
        lines: list[Line] = [(margin, Piece(fit(clean(view.mission.title), room), STRONG))]
        lines += [(margin, Piece(text)) for text in wrap(TITLE_ALONE, room)]
        said = more_lines(view.grid, view.other)
        self._at = [*[_BLANK_ROW] * (len(lines) + 3), POINTER]
        if view.other is None or not said:
            return lines
        texts = [f"Les noter aussi{NBSP}: {said}", COUNTED_APART]
        offered = [f"  {row}" for text in texts for row in wrap(text, room - len(_TAKES) - 1)]
        offered[0] = fit(f"►{offered[0][1:]}", room + 2 - len(_TAKES)) + _TAKES
        lines += [(), *((Piece(" " * (left - 2)), Piece(fit(row, room + 2), CURSOR)) for row in offered), ()]
        for line in view.other.missions_by_id[view.mission.id].activities:
            label = cut_at_a_word(clean(line.label), room - left - 3)
            lines.append((margin, Piece(f"{view.other.numbers[line.id]:>{left + 1}}  {label}", SOFT)))
        return lines


@lru_cache(maxsize=256)  # a key changes two lines
def _notes_drawn(
    shape: Shape,
    now: tuple[tuple[Answer | None, bool], ...],
    then: tuple[Answer | None, ...],
    here: int,
    *,
    is_lit: bool,
) -> Line:
    """Return the cells of a line, the cursor on the one of rank `here`, and last time's note beside each."""
    drawn: list[Piece] = []
    for rank, ((answer, is_aside), width) in enumerate(zip(now, shape.policies, strict=True)):
        start, before = shape.start(width), Piece("")
        is_soft = answer is None or isinstance(answer, NotConcerned) or is_aside
        style = CURSOR if rank == here and is_lit else SOFT if is_soft else STRONG
        text = f" {BLANK if answer is None else answer_text(answer):<2}"
        if then and shape.year:
            note, is_same_nc = then[rank], is_soft and then[rank] == answer
            before = Piece(f"{'' if note is None else answer_text(note):2}", SOFT if is_same_nc else BEFORE)
        rest = width - start - len(text + before.text)
        drawn += [Piece(" " * (start - 1)), Piece(text, style), Piece(" "), before, Piece(" " * rest)]
    return tuple(drawn)


@lru_cache(maxsize=256)
def _row_drawn(
    shape: Shape, number: str, marks: tuple[str, str], labels: Sequence[str], right: Line, ground: str
) -> Sequence[Line]:
    """Return the screen lines of a line of the grid."""
    soft, style = (STRONG, STRONG) if ground == JUDGED else (SOFT, "$doux")
    pieces = Piece(number, soft), Piece(f"{marks[0]} ", TO_SEE), Piece(f"{marks[1]} ", soft)
    first = (*pieces, Piece(f"{fit(labels[0], shape.label)} ", style), *right)
    others = ((Piece(" " * shape.left), Piece(text, style)) for text in labels[1:])
    return [_on(ground, line, shape.left + shape.room + 1) for line in (first, *others)]


def _on(ground: str, line: Line, width: int) -> Line:
    """Return `line` on `ground`, to its end; the cursor keeps its own."""
    filled = (*line, Piece(" " * (width - sum(cell_len(text) for text, _ in line))))
    return tuple(Piece(text, style if " on " in style else f"{style} {ground}") for text, style in filled)


@lru_cache(maxsize=256)
def _lines_of_label(label: str, width: int, *, is_whole: bool) -> Sequence[str]:
    text = clean(label)
    return tuple(wrap(text, max(width, 1))) if is_whole else (cut_at_a_word(text, width),)


# Above the table: the missions, and the bars of the current one.


def missions_row(view: View, width: int) -> Line:
    """Return the row of the missions, the current one lit, and the key that leads to the next."""
    row, end = list[Piece](), 0
    for mission, text, start in places(view, width):
        title, figure, is_here = text[:-_FIGURE], text[-_FIGURE:], mission is view.mission
        style = f"{KEY} {JUDGED}" if is_here else "$doux" if mission.activities else SOFT
        row.append(Piece(" " * (start - end)))
        row += [Piece(title, style), Piece(figure, style if is_here else SOFT)]
        end = start + cell_len(text)
    if len(view.grid.missions) > 1:
        row.append(Piece(f"{_NEXT:>{min(len(_NEXT) + 4, max(width - 1 - end, 0))}}", KEY))
        row.append(Piece(f"{NBSP}mission suivante" * (width - end > 30), SOFT))
    return tuple(row)


def places(view: View, width: int) -> Sequence[tuple[Mission, str, int]]:
    """Return the missions in sight, what stands there of each, and from which cell on.

    Where not all fit, only the current one has its title; then those before it give their place up.
    """
    missions, room = view.grid.missions, width - len(_NEXT) - 2
    here, first = missions.index(view.mission), 0
    texts = [_tab(view, mission, clean(mission.tab)) for mission in missions]
    if _width_of(texts) > room:
        texts = [_tab(view, each, clean(each.tab) if each is view.mission else "") for each in missions]
    while first < here and _width_of(texts[first : here + 1]) > room:
        first += 1
    gap = 1 + min(max(room - _width_of(texts[first:]), 0) // max(len(texts) - first - 1, 1), 3)
    starts = accumulate((cell_len(text) + gap for text in texts[first:]), initial=0)
    every = zip(missions[first:], texts[first:], starts, strict=False)
    return [one for one in every if one[2] + cell_len(one[1]) <= room or one[0] is view.mission]


def _width_of(texts: Sequence[str]) -> int:
    return sum(map(cell_len, texts)) + len(texts) - 1


def bars(view: View, shape: Shape, width: int) -> Line:
    """Return each policy's name, figure and bar, one below another's in each mission; a short bar is none."""
    policies = view.grid.policies
    left = shape.left if width >= _ROOMY else 1
    each = max((width - left) // len(policies), 1)
    names = [clean(policy.label) for policy in policies]
    room = max(each - _FIGURE - 4, 3)
    size = each - min(max(map(cell_len, names)), room) - _FIGURE - 5
    row = [Piece(" " * left)]
    for policy, name in zip(policies, names, strict=True):
        now = view.side.rubrics[view.mission.id, policy.id]
        then = view.last and view.last.tally(view.mission.activities, [policy.id])
        style = STRONG if policy.id == view.policy and not view.indicator else SOFT
        row.append(Piece(f"{fit(name, min(cell_len(name), room))}  ", style))
        row.append(Piece(f"{percentage_or_nc(now):<{_FIGURE}} ", SOFT if now.percentage is None else STRONG))
        past = then.percentage if then and then.cells == now.cells else None
        row += gauge(now.percentage, past, size if size >= _LEAST_BAR else 0)
        row.append(Piece(" " * (left + each * (policies.index(policy) + 1) - width_of(row))))
    return tuple(row)


def _tab(view: View, mission: Mission, title: str) -> str:
    """Return a mission in as many cells whatever its figure: `1 Politiques 67 %`, `2°` if proposed beside."""
    mark = MARK if mission.activities and view.grid.own_cells and mission.is_proposed else ""
    figure = percentage_or_nc(view.session.scores.mission(mission)) if mission.activities else DASH
    title = cut_at_a_word(title, min(cell_len(title), _LONGEST))
    return f" {mission.number}{mark}{' ' * bool(title)}{title} {figure:<{_FIGURE}}"


# Below the table.


Text = tuple[Piece, Sequence[Line]]
"""A text of the line in as many lines as it needs, behind a mark, a number or a year."""


def zone(view: View, shape: Shape, rows: Rows) -> list[Line]:
    """Return the label of the line, where the table cuts it, and its texts: a line each, then more.

    What the Caf said and the comment are both in sight; else the label is whole before a second text.
    """
    room, every, sizes = rows.texts, texts_of(view, shape), list[int]()
    if not rows.is_whole and not view.form:
        number = "" if view.indicator else line_number(view.grid, view.line.id, MARK)
        label = _text(view.line.label, shape.room)
        kept = 2 if view.points(view.line.id) and view.comment(view.line.id) else 1
        every.insert(0, (Piece(f"  {number:>{shape.number}}", SOFT), label))
        sizes.append(max(min(len(label), room - kept), 1))
    sizes += [1] * min(len(every) - len(sizes), room - sum(sizes))
    for rank, (_, said) in enumerate(every[: len(sizes)]):
        sizes[rank] += max(min(len(said) - sizes[rank], room - sum(sizes)), 0)
    lines: list[Line] = []
    for size, (mark, said) in zip(sizes, every, strict=False):
        for rank, line in enumerate(_at_most(said, size, shape.room)):
            lines.append((Piece(f"{'' if rank else mark.text:<{shape.left}}", mark.style), *line))
    if lines and len(sizes) < len(every) and not lines[-1][-1].text.endswith("…"):
        lines[-1] = (*lines[-1], Piece(" …", SOFT))
    return [*lines, *[()] * (room - len(lines))]


def texts_of(view: View, shape: Shape) -> list[Text]:
    """Return the texts of the current line: what Entrée answers, the comment, last year's, other words."""
    line, width = view.line, shape.room

    def said(point: Point) -> list[Text]:
        mark = Piece(f"{OPEN:>{shape.left - 3}}" if point.is_to_see else "", TO_SEE)
        words = all_said(view.grid, [point])[-2:]
        return [(Piece("") if rank else mark, lines_of(one, width)) for rank, one in enumerate(words)]

    points = sorted(view.points(line.id), key=lambda one: one != view.to_answer)
    texts = [text for point in points[:1] for text in said(point)]
    if isinstance(line, Indicator) and not view.takes_number:
        why = f"Pas de nombre ici{NBSP}: un commentaire."
        why = why if line.is_heading else f"Réservé au {profile_name(line.reserved_for or '')}."
        texts.append((Piece(""), _text(why, width, SOFT)))
    if (comment := view.comment(line.id)) and not view.form:
        texts.append((Piece(f"{COMMENTED:>{shape.left - 1}}", SOFT), _text(comment, width)))
    then = view.former_comment(line.id).strip()
    if then not in {"", comment.strip()} and view.last is not None and not view.form:
        year = f"{f'En {view.last.year}':>{shape.left - 1}}"
        texts.append((Piece(year, BEFORE), _text(then, width, BEFORE)))
    texts += [text for point in points[1:] for text in said(point)]
    return texts or [(Piece(""), _text("Pas encore de commentaire.", width, SOFT))]


def _text(text: str, width: int, style: str = PLAIN) -> list[Line]:
    return [(Piece(line, style),) for line in wrap(clean(text, multiline=True), width)]


def landmarks_line(view: View, shape: Shape) -> Line:
    """Return what the grid says of the notes of the line, in a line."""
    known = () if view.indicator else landmarks(view.grid.activities[view.line.id])
    text = cut_at_a_word("  ".join(map(clean, known)), shape.room)
    return (Piece(" " * shape.left), Piece(text, SOFT))


def scale(view: View, shape: Shape, width: int) -> Line:
    """Return what the keys of notes do, in a line."""
    if view.indicator:
        said = (Piece("0–9", KEY), Piece(f"{NBSP}le nombre", SOFT)) if view.takes_number else ()
        return (Piece(" " * shape.left), *said)
    before = shape.left if width >= _ROOMY else 1
    row = [Piece(" " * before)]
    for code, word in scale_words(view.grid, width - before + 2):
        row += [Piece(" · " * (len(row) > 1), SOFT), Piece(code, KEY)]
        row.append(Piece("" if code == word else f"{NBSP}{word}", "$doux"))
    return tuple(row)


def lines_of(said: Saying, width: int, style: str = PLAIN) -> list[Line]:
    """Return the screen lines of what was said, the Caf's name in bold where the words are plain."""
    left, lines = len(clean(said.who, multiline=True)) if said.is_caf else 0, list[Line]()
    for line in wrap(clean(said.whole, multiline=True), max(width, 1)):
        lines.append((Piece(line[:left], style or STRONG), Piece(line[left:], style)))
        left = max(left - len(line) - 1, 0)
    return lines


def _at_most(lines: Sequence[Line], rows: int, width: int) -> Sequence[Line]:
    if len(lines) <= rows:
        return lines
    *head, (rest, style) = lines[rows - 1]
    rest = " ".join([rest, *("".join(text for text, _ in line) for line in lines[rows:])])
    cut = cut_at_a_word(rest, width - sum(cell_len(each) for each, _ in head))
    return [*lines[: rows - 1], (*head, Piece(cut.rstrip(), style))]
