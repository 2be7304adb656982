"""The table of a mission: activities × policies, a note in each cell, percentages under the columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Offset, Region
from textual.message import Message

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Cell, NotConcerned, Rating, answer_text
from ctg_tui.domain.changes import cell_key
from ctg_tui.domain.grid import Activity, Grid, Policy, ScaleStep
from ctg_tui.domain.steps import numbers_given
from ctg_tui.tui.characters import fit, shortened, shown, wrap_at_most
from ctg_tui.tui.settings import Keyboard
from ctg_tui.tui.view import (
    FRAME_LINES,
    MARGINS,
    Columns,
    Content,
    DetailMode,
    Direction,
    View,
    columns,
    rows,
)
from ctg_tui.tui.widgets.plain import TakesLetters
from ctg_tui.tui.widgets.strips import Line, StripWidget
from ctg_tui.wording.french import NBSP, percentage, wrap
from ctg_tui.wording.provenance import MARK, out_of


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
        if before.grid is not view.grid or before.beside is not view.beside or before.review != view.review:
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


# The layout of the table of a mission: its columns, the lines of each label, the names of the policies.

_LONGEST_NOTE: Final = "[NC*]"
LAST_WIDTH: Final = 3
"""A space and last time's note."""


class Shape(NamedTuple):
    """The layout of the table for a mission and a size."""

    width: int
    number: int
    """The width of the longest number of a line."""
    label: int
    policies: tuple[int, ...]
    rows: tuple[int, ...]
    """The screen lines of each activity."""
    room: int
    """The screen lines for activities."""
    last: int = 0
    """The part of each policy's width, at its right, for last time's note; 0 when it is not shown."""

    @property
    def left(self) -> int:
        """The cells before the label."""
        return self.number + 3

    @property
    def notes(self) -> int:
        """The first cell of the notes."""
        return self.width - sum(self.policies)

    @property
    def visible(self) -> int:
        """The number of activities in sight: all, unless they do not fit with one screen line each."""
        return min(len(self.rows), self.room)


def contents(grid: Grid, last: int = 0) -> tuple[Content, ...]:
    """Return what each policy of `grid` needs in the table, `last` of it for last time's note."""
    whole = f"100{NBSP}%"
    least = max(cell_len(_LONGEST_NOTE), cell_len(whole)) + 1
    return tuple(Content(least, max(cell_len(shown(each.label)) + 2, least), last) for each in grid.policies)


def longest_number(grid: Grid) -> int:
    """Return the width of the longest number of a line: that of `1.14`."""
    return max(len(f"{each.number}.{len(each.activities)}") for each in grid.missions)


def table_columns(view: View, window: int) -> Columns:
    """Return the widths of the grid page in a window of so many columns."""
    last = LAST_WIDTH if view.has_beside else 0
    return columns(window, longest_number(view.grid), contents(view.grid, last))


def table_shape(view: View, window: int, width: int, height: int) -> Shape:
    """Return the layout of a table of that size, in a window of so many columns."""
    widths = table_columns(view, window)
    number, room = longest_number(view.grid), max(height - FRAME_LINES, 1)
    label = max(width - number - MARGINS - sum(widths.policies), 0)
    texts = [shown(activity.label) for activity in view.mission.activities]
    needed = [len(wrap(text, label)) for text in texts]
    lines = rows(needed, [cell_len(text) for text in texts], room)
    last = LAST_WIDTH if widths.shows_last else 0
    return Shape(width, number, label, widths.policies, lines, room, last)


def labels_of(activity: Activity, width: int, count: int) -> list[str]:
    """Return as many lines as an activity has on the screen, each at most as wide as the column."""
    lines = wrap_at_most(shown(activity.label), width, count)
    return [fit(line, width) for line in [*lines, ""][:count]]


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


POINTER, COMMENTED, BLANK, UNSAVED, OPEN = "►", "✎", "·", "*", "?"


class ActivityTable(Panel, TakesLetters, can_focus=True):
    """Posts messages for keys and clicks; its content comes from `view`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--heading",
        "table--soft",
        "table--line",
        "table--cursor",
        "table--strong",
    }
    DEFAULT_CSS = """
    ActivityTable {
        &>.table--heading { text-style: bold; color: $primary; }
        &>.table--soft { color: $discret; }
        &>.table--line { background: $panel; }
        &>.table--cursor { background: $curseur; color: $curseur-texte; text-style: bold; }
        &>.table--strong { text-style: bold; }
    }
    """
    STEPS: ClassVar[frozenset[str]] = frozenset(
        {"up", "down", "left", "right", "pageup", "pagedown", "home", "end", "tab", "shift+tab"}
    )

    @dataclass
    class Rated(Message):
        """The person gives a note or NC to the cell under the cursor, or (None) clears it."""

        answer: Answer | None

    @dataclass
    class Stepped(Message):
        """An arrow, Page, Début, Fin or Tab was pressed."""

        key: str

    @dataclass
    class Pointed(Message):
        """A cell was clicked."""

        cell: Cell

    @dataclass
    class Asked(Message):
        """A percentage was clicked: where does it come from? `cell` is of its column."""

        cell: Cell

    def __init__(self, view: View, keyboard: Keyboard) -> None:
        super().__init__(view)
        self._answers = keyboard.answers
        self._top = 0

    def use(self, keyboard: Keyboard) -> None:
        """Use the keys of another layout."""
        self._answers = keyboard.answers

    # keys and clicks

    def on_key(self, event: events.Key) -> None:
        """Post notes and steps directly: a search through the bindings would slow each note."""
        key = event.key
        if key in self._answers:
            self.screen.post_message(self.Rated(self._answers[key]))
        elif key in self.STEPS:
            self.post_message(self.Stepped(key))
        else:
            return
        event.stop()
        event.prevent_default()

    def on_click(self, event: events.Click) -> None:
        view = self.view
        shape = self._shape(view, *self.size)
        policy = self._policy_at(event.x, shape)
        cell = Cell(view.cell.activity, policy or view.cell.policy)
        if event.y == 0:
            self.post_message(self.Pointed(cell))
            return
        y = event.y - 1
        for index in range(self._top, self._top + shape.visible):
            if 0 <= y < shape.rows[index]:
                self.post_message(self.Pointed(cell._replace(activity=view.mission.activities[index].id)))
                return
            y -= shape.rows[index]
        if y == 0 and policy:
            self.post_message(self.Asked(cell))

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
        shape = self._shape(view, *self.size)
        line = view.mission.activities.index(view.activity)
        column = view.grid.policies.index(view.grid.policies_by_id[view.cell.policy])
        width = shape.policies[column] - shape.last
        before, _ = _margins(f"[{_answer(view.answer(view.cell))}]"[:width], width)
        x = shape.notes + sum(shape.policies[:column]) + before + 1
        return self.region.offset + Offset(x, 1 + sum(shape.rows[self._top : line]))

    def paint(self, width: int, height: int) -> list[Line]:
        view = self.view
        mission = view.mission
        shape = self._shape(view, width, height)
        self._scroll_to_cursor(view, shape)
        activities = mission.activities[self._top : self._top + shape.visible]
        lines = [self.remembered(("heading", mission.id, view.cell.policy), self._heading, view, shape)]
        for index, activity in enumerate(activities, self._top):
            lines += self._row(view, shape, index, activity)
        lines.append(self._percentages(view, shape))
        if len(lines) + 1 < height and view.mission.indicators:
            lines += [[], self._indicators(view, shape)]
        return lines

    def _shape(self, view: View, width: int, height: int) -> Shape:
        window = self.screen.size.width
        key = ("shape", view.mission.id, window, width, height)
        return self.remembered(key, table_shape, view, window, width, height)

    def _scroll_to_cursor(self, view: View, shape: Shape) -> None:
        activities = view.mission.activities
        current = activities.index(view.activity)
        self._top = min(max(self._top, current - shape.visible + 1), current)
        self._top = max(min(self._top, len(activities) - shape.visible), 0)

    def _heading(self, view: View, shape: Shape) -> Line:
        mission = view.mission
        title = fit(f" {mission.number} · {shown(mission.title)}", shape.notes)
        heading = self.style_of("table--heading")
        line = [Segment(title, heading)]
        year = view.heading_beside if shape.last else ""
        between = int(bool(year) and not year.startswith(" "))
        names = short_names(view.grid.policies, [width - shape.last - between for width in shape.policies])
        for policy, name, width in zip(view.grid.policies, names, shape.policies, strict=True):
            current = policy.id == view.cell.policy
            style = heading + self.style_of("table--line") if current else heading
            line.append(Segment(_centred(name, width - shape.last) + year, style))
        return line

    def _row(self, view: View, shape: Shape, index: int, activity: Activity) -> list[Line]:
        given, aside = view.assessment.answers, view.assessment.set_aside
        cells = self.remembered(("cells", activity.id), _cells, view, activity)
        unsaved = view.unsaved
        answers = tuple(
            [(given.get(cell), cell in aside, bool(unsaved) and cell_key(cell) in unsaved) for cell in cells]
        )
        current = view.cell.policy if activity.id == view.cell.activity else None
        commented = (activity.id in view.assessment.comments, activity.id in unsaved)
        whole = view.whole_line and current is not None
        key = (activity.id, answers, current, commented, whole, shape)
        return self.remembered(key, self._paint_row, view, shape, index, activity, answers, current)

    def _paint_row(
        self,
        view: View,
        shape: Shape,
        index: int,
        activity: Activity,
        answers: tuple[tuple[Answer | None, bool, bool], ...],
        current: str | None,
    ) -> list[Line]:
        ground = Style() if current is None else self.style_of("table--line")
        soft = ground + self.style_of("table--soft")
        pointer = POINTER if current is not None else " "
        mark = MARK if activity.is_proposed else " "
        labels = self.remembered(("label", activity.id), labels_of, activity, shape.label, shape.rows[index])
        number = f"{view.mission.number}.{index + 1}"
        comment = COMMENTED if activity.id in view.assessment.comments else " "
        is_open = view.review is not None and activity.id in view.review.marked
        comment += UNSAVED if activity.id in view.unsaved else OPEN if is_open else " "
        line = [
            Segment(pointer, ground + self.style_of("table--strong")),
            Segment(f"{number:<{shape.number}}{mark} ", soft),
            Segment(labels[0], ground),
            Segment(f" {comment}", soft),
        ]
        for policy, width, (answer, aside, is_unsaved) in zip(
            view.grid.policies, shape.policies, answers, strict=True
        ):
            lit = current is not None and (view.whole_line or policy.id == current)
            text = _answer(answer) + (UNSAVED if is_unsaved else "")
            if lit:
                style = ground + self.style_of("table--cursor")
            else:
                quiet = answer is None or isinstance(answer, NotConcerned) or aside
                style = soft if quiet else ground + self.style_of("table--strong")
            framed = f"[{text}]"[:width] if lit else text
            before, after = _margins(framed, width - shape.last)
            line += [Segment(" " * before, ground), Segment(framed, style), Segment(" " * after, ground)]
            if shape.last:
                cell = Cell(activity.id, policy.id)
                waits = view.review is not None and cell in view.review.unsaved
                line.append(Segment(_former(view.answers_beside(cell), shape.last, waits=waits), soft))
        indent, room = " " * shape.left, shape.width - shape.left
        return [line, *([Segment(indent + fit(label, room), ground)] for label in labels[1:])]

    def _percentages(self, view: View, shape: Shape) -> Line:
        soft, strong = self.style_of("table--soft"), self.style_of("table--strong")
        is_proposed = view.activity.is_proposed
        title = f" Réalisation{f' {MARK}' if is_proposed else ''} "
        line = [
            Segment(fit(" " + self._note_below(view, shape), shape.notes - len(title)), soft),
            Segment(title, soft),
        ]
        for policy, width in zip(view.grid.policies, shape.policies, strict=True):
            value = percentage(view.side.rubrics[view.mission.id, policy.id])
            if cell_len(value) >= width - shape.last:
                value = value.replace(NBSP, "")
            line.append(Segment(_centred(value, width - shape.last) + " " * shape.last, strong))
        return line

    def _note_below(self, view: View, shape: Shape) -> str:
        count = len(view.mission.activities)
        if count > shape.visible:
            return f"{self._top + 1}–{self._top + shape.visible} sur {count}"
        if any(activity.is_proposed for activity in view.mission.activities):
            return f"{MARK} ligne proposée"
        if view.grid.activities_left_aside:
            return f"{view.grid.activities_left_aside} lignes {MARK} de côté{NBSP}: D"
        return ""

    def _indicators(self, view: View, shape: Shape) -> Line:
        given, asked = numbers_given(view.mission.indicators, view.assessment)
        text = (
            f" Indicateurs{NBSP}: {out_of(given, asked)}"
            if any(asked)
            else f" Indicateurs{NBSP}: aucun nombre demandé"
        )
        return [Segment(fit(f"{text}   F5", shape.width), self.style_of("table--soft"))]


def _cells(view: View, activity: Activity) -> tuple[Cell, ...]:
    return tuple(Cell(activity.id, policy.id) for policy in view.grid.policies)


def _answer(answer: Answer | None) -> str:
    return BLANK if answer is None else answer_text(answer)


def _former(answers: tuple[Answer, ...], width: int, *, waits: bool) -> str:
    """Return the notes beside in `width` cells: ` 2 `, ` 3/1 `, blank without any; marked until saved.

    Where they have no room there is `≠` for them: the line below the table names each.
    """
    text = "/".join(map(answer_text, answers))
    if cell_len(text) + 1 > width:
        text = "≠"
    return fit(f" {text}{UNSAVED if waits else ''}" if text or waits else "", width)


def _margins(text: str, width: int) -> tuple[int, int]:
    """Return the spaces before and after `text` that centre it in `width`."""
    spare = max(width - cell_len(text), 0)
    before = (spare + 1) // 2
    return before, spare - before


def _centred(text: str, width: int) -> str:
    before, after = _margins(text, width)
    return " " * before + text + " " * after


# The keys that give notes, in words, always visible under the table; a click gives the note too.

_SHORT_WORDS: Final = (7, 5, 4)
"""Letters of a word, from the most to the least."""
_WRITING: Final = f"Échap pour finir{NBSP}: le texte s’enregistre automatiquement."


class _Button(NamedTuple):
    """A key, its word, and the answer that it gives."""

    key: str
    word: str
    answer: Answer | None

    @property
    def width(self) -> int:
        return cell_len(self.key) + cell_len(self.word)


_ERASE: Final = _Button("Suppr", f"{NBSP}effacer", None)


class ScaleBar(Panel):
    """Buttons, and a reminder of the keys.

    `0 Non 1 Partiellement 2 Majoritairement 3 Oui N Non concerné`, or the target of the next key."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"scale--key", "scale--soft", "scale--strong"}
    DEFAULT_CSS = """
    ScaleBar {
        background: $surface;
        &>.scale--key { color: $accent; text-style: bold; }
        &>.scale--soft { color: $discret; }
        &>.scale--strong { text-style: bold; }
    }
    """

    @dataclass
    class Given(Message):
        """A step was clicked: its note or NC, or (None) nothing any more, for the cell under the cursor."""

        answer: Answer | None

    class Left(Message):
        """What Échap leaves was clicked: a comment, or the note for a whole line."""

    def __init__(self, view: View, keyboard: Keyboard) -> None:
        super().__init__(view)
        self._keyboard = keyboard
        self._places: list[tuple[int, int, Answer | None]] = []
        """The first cell of each button, the one past its last, and its answer."""
        self._steps = sorted(view.grid.scale, key=lambda step: (step.points is None, step.points or 0))

    def use(self, keyboard: Keyboard) -> None:
        """Show the keys of another layout."""
        self._keyboard = keyboard
        self.repaint()

    def on_click(self, event: events.Click) -> None:
        for start, end, answer in self._places:
            if start <= event.x < end:
                self.post_message(self.Given(answer))
                return
        if self.view.whole_line or self.view.aside is DetailMode.COMMENT:
            self.post_message(self.Left())

    def differs(self, before: View, after: View) -> bool:
        return _state(before) != _state(after)

    def paint(self, width: int, height: int) -> list[Line]:
        view = self.view
        self._places = []
        if view.aside is DetailMode.COMMENT:  # also of a file received: what is written is a review
            return [[Segment(f" {_WRITING}", self.style_of("scale--soft"))]]
        if view.read_only:
            return [[Segment(fit(f" {view.read_only}", width), self.style_of("scale--soft"))]]
        before = f"TOUTE LA LIGNE{NBSP}: " if view.whole_line else ""
        after = ""
        if view.whole_line:
            after = "Échap pour renoncer"
        elif view.direction is Direction.DOWN:
            after = "↓ colonne par colonne"
        line = [Segment(f" {before}", self.style_of("scale--strong"))]
        used = 1 + cell_len(before)
        for button in self._fitting(width - used - (cell_len(after) + 2 if after else 0)):
            line += [Segment(button.key, self.style_of("scale--key")), Segment(f"{button.word}  ")]
            self._places.append((used, used + button.width, button.answer))
            used += button.width + 2
        line.append(Segment(after, self.style_of("scale--soft")))
        return [line]

    def _fitting(self, room: int) -> list[_Button]:
        """Return each key with its word, shortened to fit `room` cells.

        « Non concerné » is named by its code first, and the other keys of a note are left out; then the words
        are shortened, the key that erases is left out with its word, and the words: the codes stand beside
        the table too.
        """
        codes = ["N" if step.points is None else step.code for step in self._steps]
        words = [_word(step) for step in self._steps]
        brief = ["NC" if step.points is None else _word(step) for step in self._steps]
        keys = [self._keyboard.keys_of(step.points) for step in self._steps]
        answers = [NOT_CONCERNED if step.points is None else Rating(step.points) for step in self._steps]
        short = [[_shortened(word, letters) for word in brief] for letters in _SHORT_WORDS]
        none = [""] * len(words)
        buttons: list[_Button] = []
        for shown_keys, shown_words, erase in (
            (keys, words, [_ERASE]),
            (keys, brief, [_ERASE]),
            *((codes, each, [_ERASE]) for each in (words, brief, *short)),
            *((codes, each, []) for each in short),
            (codes, none, []),
        ):
            said = [f"{NBSP}{word}" if word else "" for word in shown_words]
            given = zip(shown_keys, said, answers, strict=True)
            buttons = [*(_Button(*each) for each in given), *erase]
            if sum(button.width + 2 for button in buttons) - 2 <= room:
                break
        return buttons


def _state(view: View) -> tuple[bool, Direction, bool, str]:
    return view.whole_line, view.direction, view.aside is DetailMode.COMMENT, view.read_only


def _shortened(word: str, length: int) -> str:
    """Return `word` in at most `length` letters and a full stop: `Majorit.`"""
    return word if len(word) <= length + 1 else f"{word[:length].rstrip()}."


def _word(step: ScaleStep) -> str:
    """Return the first words of a step: `Non / pas : réalisé…` is `Non`."""
    return shown(step.label).split(":")[0].split("/")[0].strip()
