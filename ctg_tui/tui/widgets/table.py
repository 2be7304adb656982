"""The table of a mission: lines × policies, a note in each cell, the figures below; then its indicators.

A mission without a line shows those that the variant of the grid has instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Offset, Region, Size
from textual.message import Message

from ctg_tui.domain.assessment import Answer, Cell, NotConcerned, answer_text
from ctg_tui.domain.grid import Activity, Grid, Indicator, Policy, number_of
from ctg_tui.domain.steps import is_asked, wants_number
from ctg_tui.domain.thread import Point
from ctg_tui.tui.characters import ELLIPSIS, fit, shortened, shown, shown_text
from ctg_tui.tui.settings import NOTE_KEYS
from ctg_tui.tui.view import (
    Columns,
    Spot,
    View,
    columns,
    on_indicator,
)
from ctg_tui.tui.widgets.strips import Line, StripWidget, TakesLetters
from ctg_tui.wording.french import DASH, NBSP, count, percentage, thousands, wrap
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

    def show(self, view: View) -> list[Region]:
        """Show another view; paint only the differences, and return the cells of the screen that changed."""
        before, self.view = self.view, view
        if before.grid is not view.grid or before.beside is not view.beside:
            self.forget()
        if not self.differs(before, view):
            return []
        if self.FOLLOWS and before.aside is view.aside:
            self.repaint_soon()
            return []
        return self.changes()

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
        return self.number + 3

    @property
    def notes(self) -> int:
        """The first cell of the notes."""
        return self.left + self.label + MARKS


MARKS: Final = 4
"""A space, the mark of what is not saved, that of an open point or else of a comment, a space."""


class Row(NamedTuple):
    """A row of the table: an activity or an indicator by its rank, or a heading between them (-1)."""

    kind: str
    rank: int = -1


def longest_number(grid: Grid) -> int:
    """Return the width of the longest number of a line: that of `1.14`."""
    return max(len(f"{each.number}.{len(each.activities)}") for each in grid.missions)


def table_columns(view: View, window: int) -> Columns:
    """Return the widths of the grid page in a window of so many columns."""
    names = [cell_len(shown(policy.label)) for policy in view.grid.policies]
    return columns(window, longest_number(view.grid), names, cell_len(view.heading_of_last))


def has_room_for_last(view: View, window: int) -> bool:
    """Return whether last time's notes stand in the table."""
    widths = table_columns(view, window)
    return bool(widths.block or widths.beside)


def rows_of(view: View) -> tuple[Row, ...]:
    """Return the rows of the mission, from its first line to its last indicator."""
    mission, rows = view.mission, []
    rows += [Row("line", rank) for rank in range(len(mission.activities))]
    if mission.activities:
        rows.append(Row("figures"))
    if mission.indicators:
        rows += [Row("blank"), Row("counted")] if mission.activities else [Row("counted")]
        rows += [Row("indicator", rank) for rank in range(len(mission.indicators))]
    return tuple(rows)


def window_of(rows: Sequence[Row], cursor: int, room: int, top: int) -> tuple[int, list[int]]:
    """Return the first row in sight, by where it was, and the ranks of those in `room` lines.

    The figures stay below the lines in sight while the cursor is among these.
    """
    if len(rows) <= room:
        return 0, list(range(len(rows)))
    figures = next((rank for rank, row in enumerate(rows) if row.kind == "figures"), -1)
    stays = 0 <= cursor < figures and figures >= room > 1
    seen = room - stays
    top = min(max(top, cursor - seen + 1, 0), cursor, (figures if stays else len(rows)) - seen)
    if rows[top].kind == "indicator" and cursor == top:
        top = max(top - min(2, seen - 1), 0)  # the heading of their numbers, above the first
    in_sight = list(range(top, top + seen))
    return top, [*in_sight, figures] if stays else in_sight


def cut_at_a_word(text: str, width: int) -> str:
    """Return `text` in exactly `width` cells, cut after a whole word where it is too long."""
    if cell_len(text) <= width:
        return fit(text, width)
    words = wrap(text, max(width - 1, 1))[0]
    return fit(words + ELLIPSIS, width) if 2 * cell_len(words) > width else fit(text, width)


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

    class Asked(Message):
        """A percentage was clicked: where does it come from?"""

    class Taken(Message):
        """The lines offered where a mission has none were clicked."""

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self._top = 0
        self._seen: list[Row] = []
        """The rows in sight, below the heading."""
        self._in_sight: list[Row] = []
        """Those and, while an answer is written, the room for it."""
        self._offer = 0
        """The row of the lines offered where a mission has none; 0 without any."""

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
            if self._offer and event.y == self._offer:
                self.post_message(self.Taken())
            return
        shape = self._shape(view, self.size.width)
        policy = self._policy_at(event.x, shape)
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
        elif row.kind == "figures":
            if policy:
                self.post_message(self.Pointed(view.spot._replace(cell=near)))
            self.post_message(self.Asked())

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
            return self.region.offset + Offset(2 if self._offer else 0, self._offer)
        shape = self._shape(view, self.size.width)
        here = self._row_of(view)
        y = 1 + (self._seen.index(here) if here in self._seen else 0)
        if view.indicator:
            return self.region.offset + Offset(shape.notes + sum(shape.policies) - 3, y)
        column = view.grid.policies.index(view.grid.policies_by_id[view.cell.policy])
        before, _ = _margins(" 2 ", shape.policies[column] - shape.beside)
        return self.region.offset + Offset(shape.notes + sum(shape.policies[:column]) + before + 1, y)

    def paint(self, width: int, height: int) -> list[Line]:
        view = self.view
        if view.empty:
            return self._without_line(view, width, height)
        shape = self._shape(view, width)
        rows = self.remembered(("rows", view.mission.id), rows_of, view)
        here, answered = self._row_of(view), self._answered(view, shape, height)
        hole = len(answered) + view.form
        self._top, ranks = window_of(rows, rows.index(here), max(height - 1 - hole, 1), self._top)
        self._seen = self._in_sight = [rows[rank] for rank in ranks]
        if hole:
            after = self._seen.index(here) + 1
            self._in_sight = [*self._seen[:after], *[Row("blank")] * hole, *self._seen[after:]]
        heading = ("heading", view.mission.id, view.cell.policy, bool(view.indicator), view.is_proposed)
        lines = [self.remembered(heading, self._heading, view, shape)]
        is_last = rows[ranks[-1]].kind != "figures"
        below = rows[max(ranks if is_last else ranks[:-1], default=0) + 1 :] if len(rows) > len(ranks) else ()
        for row in self._seen:
            if row.kind == "line":
                lines.append(self._row(view, shape, row.rank, view.mission.activities[row.rank]))
            elif row.kind == "indicator":
                lines.append(self._counted(view, shape, view.mission.indicators[row.rank]))
            else:
                lines.append(self._between(view, shape, row, [row.kind for row in below]))
            if row == here and hole:
                lines += [*answered, *[[]] * view.form]
        return lines

    # while an answer is written

    def form_in(self, size: Size) -> Region:
        """Return the place of the form of an answer in a table of that size: below what it answers."""
        view, (width, height) = self.view, size
        shape = _shape_of(view, self.screen.size.width, width)
        rows, here = rows_of(view), self._row_of(view)
        answered = len(self._answered(view, shape, height))
        room = max(height - 1 - answered - view.form, 1)
        _, ranks = window_of(rows, rows.index(here), room, self._top)
        y = 2 + ranks.index(rows.index(here)) + answered
        left = max(shape.left - 2, 0)
        return Region(left, y, max(width - left - 1, 0), max(min(view.form, height - y), 0))

    def _answered(self, view: View, shape: Shape, height: int) -> list[Line]:
        """Return the rest of the line being answered, then its thread; what has no room is the earliest."""
        if not view.form:
            return []
        line = view.line
        ground = self.style_of("table--line")
        strong = ground + self.style_of("table--strong")
        margin = Segment(" " * shape.left, ground)
        label = wrap(shown(line.label), max(shape.label, 1))[1:]
        thread = [
            [margin, Segment(text[:bold], strong), Segment(text[bold:], ground)]
            for point in sorted(view.points.get(line.id, ()), key=lambda one: one.key == view.answered)
            for said in sayings(
                view.grid, [_without_its_draft(point) if point.key == view.answered else point]
            )
            for text, bold in in_bold(said, shape.width - shape.left - 2)
        ]
        room = max(height - 2 - view.form, 0)
        seen = label[: max(room - len(thread), 0)]
        if len(seen) < len(label) and seen:
            seen[-1] = fit(seen[-1], shape.label - 1).rstrip() + ELLIPSIS
        whole = [[margin, Segment(text, strong)] for text in seen]
        lines = [*whole, *(thread[-room:] if room else [])]
        return [_filled(each, shape.width, ground) for each in lines]

    def _row_of(self, view: View) -> Row:
        mission = view.mission
        if view.indicator:
            return Row("indicator", mission.indicators.index(view.grid.indicators[view.indicator]))
        return Row("line", mission.activities.index(view.activity))

    def _shape(self, view: View, width: int) -> Shape:
        window = self.screen.size.width
        return self.remembered(("shape", window, width), _shape_of, view, window, width)

    def _heading(self, view: View, shape: Shape) -> Line:
        soft, strong = self.style_of("table--soft"), self.style_of("table--strong")
        former = self.style_of("table--former")
        left = f" {_whose(view, shape.notes)}"
        line = [Segment(fit(left, shape.notes), soft)]
        names = short_names(view.grid.policies, [width - shape.beside for width in shape.policies])
        for policy, name, width in zip(view.grid.policies, names, shape.policies, strict=True):
            style = strong if policy.id == view.cell.policy and not view.indicator else None
            line.append(Segment(_centred(name, width - shape.beside), style))
            line.append(Segment(" " * shape.beside, soft))
        if shape.block:
            line.append(Segment(f"{view.heading_of_last:>{shape.block}}", former))
        elif shape.beside:
            said = f"{view.heading_of_last}{NBSP}: à droite de chaque note"
            room = shape.notes - cell_len(left) - 3
            if cell_len(said) <= room:
                line[:1] = [Segment(f"{left}   ", soft), Segment(fit(said, room), former)]
        return line

    # a line

    def _row(self, view: View, shape: Shape, index: int, activity: Activity) -> Line:
        given, aside = view.assessment.answers, view.assessment.set_aside
        cells = self.remembered(("cells", activity.id), _cells, view, activity)
        answers = tuple([(given.get(cell), cell in aside) for cell in cells])
        current = view.cell.policy if activity.id == view.cell.activity and not view.indicator else None
        marks = self._marks(view, activity.id, view.assessment.comments)
        key = (activity.id, answers, current, marks, shape, bool(view.form))
        return self.remembered(key, self._paint_row, view, shape, index, activity, answers, current, marks)

    def _marks(self, view: View, line: str, comments: object) -> str:
        """Return the marks behind a label: two spaces, an open point or else a comment."""
        has_comment = line in comments  # type: ignore[operator]
        return f"  {OPEN if view.has_open(line) else COMMENTED if has_comment else ' '} "

    def _marked(self, marks: str, soft: Style) -> list[Segment]:
        """Return the marks in their styles: that of an open point has its own."""
        if OPEN not in marks:
            return [Segment(marks, soft)]
        return [
            Segment(marks[:2], soft),
            Segment(OPEN, soft + self.style_of("table--open")),
            Segment(" ", soft),
        ]

    def _paint_row(
        self,
        view: View,
        shape: Shape,
        index: int,
        activity: Activity,
        answers: tuple[tuple[Answer | None, bool], ...],
        current: str | None,
        marks: str,
    ) -> Line:
        ground = Style() if current is None else self.style_of("table--line")
        soft, strong = ground + self.style_of("table--soft"), ground + self.style_of("table--strong")
        line = self._label(
            view, shape, activity.id, f"{view.mission.number}.{index + 1}", current is not None
        )
        line += self._marked(marks, soft)
        former = ground + self.style_of("table--former")
        for policy, width, (answer, aside) in zip(view.grid.policies, shape.policies, answers, strict=True):
            lit = policy.id == current
            quiet = answer is None or isinstance(answer, NotConcerned) or aside
            style = ground + self.style_of("table--cursor") if lit else soft if quiet else strong
            text = f" {_answer(answer)}{'' if len(_answer(answer)) > 1 else ' '}"
            before, after = _margins(text, width - shape.beside)
            line += [Segment(" " * before, ground), Segment(text, style), Segment(" " * after, ground)]
            if shape.beside:
                line.append(Segment(f" {_former_note(view, activity, policy):<{shape.beside - 1}}", former))
        if shape.block:
            each = (shape.block - 1) // len(shape.policies)
            line.append(Segment(" " * (shape.block - each * len(shape.policies)), ground))
            for policy in view.grid.policies:
                style = former + self.style_of("table--strong") if policy.id == current else former
                line.append(Segment(f"{_former_note(view, activity, policy):>{each}}", style))
        line.append(Segment(" " * shape.width, ground))
        return _cut(line, shape.width)

    def _label(self, view: View, shape: Shape, line: str, number: str, is_current: bool) -> list[Segment]:
        ground = self.style_of("table--line") if is_current else Style()
        style = ground + self.style_of("table--strong" if is_current else "table--soft")
        text = shown(view.grid.line(line).label)
        if is_current and view.form:  # whole: the rest of it stands below
            label = fit(wrap(text, max(shape.label, 1))[0], shape.label)
        else:
            label = self.remembered(("label", line, shape.label), cut_at_a_word, text, shape.label)
        return [
            Segment(f"{POINTER if is_current else ' '}{number:>{shape.number}}  ", style),
            Segment(label, ground),
        ]

    # between and below the lines

    def _between(self, view: View, shape: Shape, row: Row, below: Sequence[str]) -> Line:
        soft, strong = self.style_of("table--soft"), self.style_of("table--strong")
        indent = " " * shape.left
        if row.kind == "figures":
            both = len({line.is_proposed for line in view.mission.activities}) > 1
            mark = f"{NBSP}{MARK}" if both and view.is_proposed else ""
            former, then = self.style_of("table--former"), _former_figures(view)
            now = view.side.missions[view.mission.id]
            partly = f", sur {count(now.answered, 'case')}" if then and now.blank and now.rated else ""
            start = f"{indent}Réalisation{mark}"
            if len(f"{start}{partly}{rest_below(below, shape.width)}") <= shape.notes:
                start += partly
            said = start + rest_below(below, shape.notes - len(start))
            line = [Segment(fit(said, shape.notes), soft)]
            for rank, (policy, width) in enumerate(zip(view.grid.policies, shape.policies, strict=True)):
                value = percentage(view.side.rubrics[view.mission.id, policy.id])
                if cell_len(value) >= width - shape.beside:
                    value = value.replace(NBSP, "")
                line.append(Segment(_centred(value, width - shape.beside), strong))
                beside = "" if shape.block else "".join(then[rank : rank + 1])
                line.append(Segment(f"{beside:>{shape.beside}}" if shape.beside else "", former))
            if then and shape.block:
                each = (shape.block - 1) // len(then)
                is_apart = all(len(figure) < each for figure in then[1:])
                said = "".join(f"{figure:>{each}}" for figure in then) if is_apart else " ".join(then)
                line.append(Segment(f"{said:>{shape.block}}", former))
            return line
        if row.kind == "counted":
            return [
                Segment(fit(f"{indent}Indicateurs", _number_start(shape) - 2), soft),
                Segment("  nombre", soft),
            ]
        return []

    def _counted(self, view: View, shape: Shape, indicator: Indicator) -> Line:
        is_current = indicator.id == view.indicator
        ground = self.style_of("table--line") if is_current else Style()
        soft, strong = ground + self.style_of("table--soft"), ground + self.style_of("table--strong")
        number = view.assessment.numbers.get(indicator.id)
        asked = is_asked(indicator, view.assessment)
        text = "–" if indicator.is_heading or not asked else BLANK
        if number is not None:
            text = thousands(number)
        if is_current and view.typed is not None:
            text = view.typed or BLANK
        line = self._label(view, shape, indicator.id, "", is_current)
        if not asked:
            line[1] = Segment(line[1].text, soft)
        marks = self._marks(view, indicator.id, view.assessment.remarks)
        gap = _number_start(shape) - shape.left - shape.label - len(marks)
        lit = is_current and wants_number(indicator, view.assessment)
        style = ground + self.style_of("table--cursor") if lit else strong if number is not None else soft
        line += self._marked(marks, soft)
        line += [
            Segment(" " * max(gap, 0), soft),
            Segment(f"{text:>6}"[-7:] + (" " if lit else ""), style),
        ]
        last = None if view.last is None else view.last.assessment.numbers.get(indicator.id)
        end = shape.notes + sum(shape.policies) + shape.block
        used = sum(cell_len(segment.text) for segment in line)
        if last is not None and shape.block:
            then = f"{thousands(last):>{max(end - used, 0)}}"
            line.append(Segment(then, ground + self.style_of("table--former")))
        line.append(Segment(" " * shape.width, ground))
        return _cut(line, shape.width)

    # a mission without a line

    def _without_line(self, view: View, width: int, height: int) -> list[Line]:
        """Return the title of a mission, the lines that the variant has there, and how to note them too."""
        room, margin = width - 4, Segment("  ")
        strong, soft = self.style_of("table--strong"), self.style_of("table--soft")
        lines: list[Line] = [[], [margin, Segment(fit(shown(view.mission.title), room), strong)]]
        lines += [[margin, Segment(text)] for text in wrap(TITLE_ALONE, room)]
        self._offer = 0
        said = more_lines(view.grid, view.other)
        if view.other is None or not said:
            return lines
        cursor = self.style_of("table--cursor")
        lines.append([])
        self._offer = len(lines)
        head = f"► Les noter aussi{NBSP}: {said}"
        lines.append([Segment(fit(head, room - 4), cursor), Segment("  Entrée  ", cursor)])
        lines += [[margin, Segment(text)] for text in wrap(COUNTED_APART, room)]
        mission = view.other.missions_by_id.get(view.mission.id)
        if mission is None or not mission.activities:
            return lines
        whose = f"{proposed_lines(mission)}, absentes du document de la Caf"
        lines += [[], [margin, Segment(fit(whose, room), soft)]]
        number = longest_number(view.other) + 1
        behind = [
            f"{number_of(view.other, line.id):>{number}}  "
            f"{cut_at_a_word(shown(line.label), room - number - 2).rstrip()}"
            for line in mission.activities
        ]
        if len(lines) + len(behind) > height:  # what does not fit is counted
            seen = max(height - len(lines) - 1, 0)
            behind[seen:] = [f"et {len(behind) - seen} autres"]
        return [*lines, *([margin, Segment(text, soft)] for text in behind)]


def _shape_of(view: View, window: int, width: int) -> Shape:
    widths = table_columns(view, window)
    number = longest_number(view.grid)
    label = max(width - number - 3 - MARKS - 1 - sum(widths.policies) - widths.block, 0)
    return Shape(width, number, label, widths.policies, widths.block, widths.beside)


def _cells(view: View, activity: Activity) -> tuple[Cell, ...]:
    return tuple(Cell(activity.id, policy.id) for policy in view.grid.policies)


def _answer(answer: Answer | None) -> str:
    return BLANK if answer is None else answer_text(answer)


def _former_note(view: View, activity: Activity, policy: Policy) -> str:
    last = None if view.last is None else view.last.assessment.answers.get(Cell(activity.id, policy.id))
    return "" if last is None else answer_text(last)


def _former_figures(view: View) -> list[str]:
    """Return last time's percentage under each policy, without its sign."""
    scores = None if view.last is None else view.last.scores
    if scores is not None and view.is_proposed:
        scores = scores.proposed
    if scores is None:
        return []
    tallies = [scores.rubrics[view.mission.id, policy.id] for policy in view.grid.policies]
    return [DASH if one.percentage is None else str(one.percentage) for one in tallies]


def _whose(view: View, room: int) -> str:
    """Return whose lines a table holds, where the grid has proposed ones: once on the page, in `room`."""
    mission = view.mission
    if not view.grid.has_proposed_activities:
        return ""
    if mission.activities and all(line.is_proposed for line in mission.activities):
        return proposed_lines(mission, room if view.grid.own_cells else 0)
    return f"{MARK}{NBSP}: proposé par ctg-tui"


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


def _filled(line: list[Segment], width: int, ground: Style) -> Line:
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


def _margins(text: str, width: int) -> tuple[int, int]:
    """Return the spaces before and after `text` that centre it in `width`."""
    spare = max(width - cell_len(text), 0)
    before = (spare + 1) // 2
    return before, spare - before


def _centred(text: str, width: int) -> str:
    before, after = _margins(text, width)
    return " " * before + text + " " * after
