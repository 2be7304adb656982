"""The table of a mission: activities × policies, a note in each cell, percentages under the columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message

from ctg_tui.domain.answers import Answer, Cell, NotConcerned, answer_text
from ctg_tui.domain.changes import cell_key
from ctg_tui.domain.completeness import wants_number
from ctg_tui.domain.grid import Activity, Policy
from ctg_tui.tui.keyboards import Keyboard
from ctg_tui.tui.texts import fit, shown, wrap_at_most
from ctg_tui.tui.view import View
from ctg_tui.tui.widgets.letters import TakesLetters
from ctg_tui.tui.widgets.panel import Panel
from ctg_tui.tui.widgets.strips import Line
from ctg_tui.wording.french import NBSP, percentage
from ctg_tui.wording.provenance import MARK

POINTER, COMMENTED, BLANK, UNSAVED = "►", "✎", "·", "*"
_LEFT_WIDTH = 5
"""Pointer, number of two digits, mark of a proposal, space."""
_LAST_WIDTH = 3
"""A space and last time's note."""
_SHORTEST_HEADING = 6
"""Cells of a heading below which the label of the policy goes before the year of last time."""
_FRAME_LINES = 2
"""The heading, and the percentages below."""


class _Shape(NamedTuple):
    """The layout of the table for its size."""

    width: int
    column: int
    label: int
    rows: int
    """Screen lines per activity: 1 or 2."""
    visible: int
    """The number of activities that fit."""
    last: int = 0
    """The part of `column` for last time's note, at the right; 0 when it is not shown."""

    @property
    def note(self) -> int:
        """The part of `column` for the note."""
        return self.column - self.last


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
        row = (event.y - 1) // shape.rows + self._top
        activities = view.mission.activities
        if event.y < 1 or not 0 <= row < min(len(activities), self._top + shape.visible):
            return
        policies = view.grid.policies
        column = (event.x - (shape.width - shape.column * len(policies))) // shape.column
        policy = policies[column].id if 0 <= column < len(policies) else view.cell.policy
        self.post_message(self.Pointed(Cell(activities[row].id, policy)))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.post_message(self.Stepped("down"))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.post_message(self.Stepped("up"))

    # painting

    def paint(self, width: int, height: int) -> list[Line]:
        view = self.view
        mission = view.mission
        shape = self.remembered(("shape", mission.id), self._shape, view, width, height)
        self._scroll_to_cursor(view, shape)
        activities = mission.activities[self._top : self._top + shape.visible]
        lines = [self.remembered(("heading", mission.id, view.cell.policy), self._heading, view, shape)]
        for number, activity in enumerate(activities, self._top + 1):
            lines += self._row(view, shape, number, activity)
        lines.append(self._percentages(view, shape))
        if len(lines) + 1 < height and view.mission.indicators:
            lines += [[], self._indicators(view, shape)]
        return lines

    def _shape(self, view: View, width: int, height: int) -> _Shape:
        policies = view.grid.policies
        longest = max(cell_len(shown(policy.label)) for policy in policies)
        column = min(longest + 1, 12) if width >= 74 else 7
        column = max(min(column, width // 2 // len(policies)), 4)
        room = max(height - _FRAME_LINES, 1)
        rows = 2 if room >= 2 * len(view.mission.activities) else 1
        label = width - _LEFT_WIDTH - column * len(policies) - 3
        last = min(_LAST_WIDTH, max(column - 4, 0)) if view.last is not None else 0
        return _Shape(width, column, max(label, 0), rows, room // rows, last)

    def _scroll_to_cursor(self, view: View, shape: _Shape) -> None:
        activities = view.mission.activities
        current = activities.index(view.activity)
        self._top = min(max(self._top, current - shape.visible + 1), current)
        self._top = max(min(self._top, len(activities) - shape.visible), 0)

    def _heading(self, view: View, shape: _Shape) -> Line:
        mission = view.mission
        title = fit(
            f" {mission.number} · {shown(mission.title)}",
            shape.width - shape.column * len(view.grid.policies),
        )
        heading = self.style_of("table--heading")
        line = [Segment(title, heading)]
        for policy in view.grid.policies:
            current = policy.id == view.cell.policy
            style = heading + self.style_of("table--line") if current else heading
            line.append(Segment(_policy_heading(view, policy, shape), style))
        return line

    def _row(self, view: View, shape: _Shape, number: int, activity: Activity) -> list[Line]:
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
        return self.remembered(key, self._paint_row, view, shape, number, activity, answers, current)

    def _paint_row(
        self,
        view: View,
        shape: _Shape,
        number: int,
        activity: Activity,
        answers: tuple[tuple[Answer | None, bool, bool], ...],
        current: str | None,
    ) -> list[Line]:
        ground = Style() if current is None else self.style_of("table--line")
        soft = ground + self.style_of("table--soft")
        pointer = POINTER if current is not None else " "
        mark = MARK if activity.is_proposed else " "
        labels = self.remembered(("label", activity.id), _labels, activity, shape)
        comment = COMMENTED if activity.id in view.assessment.comments else " "
        comment += UNSAVED if activity.id in view.unsaved else " "
        line = [
            Segment(pointer, ground + self.style_of("table--strong")),
            Segment(f"{number:2}{mark} ", soft),
            Segment(labels[0], ground),
            Segment(f" {comment}", soft),
        ]
        for policy, (answer, aside, is_unsaved) in zip(view.grid.policies, answers, strict=True):
            lit = current is not None and (view.whole_line or policy.id == current)
            text = _answer(answer) + (UNSAVED if is_unsaved else "")
            if lit:
                style = ground + self.style_of("table--cursor")
            else:
                quiet = answer is None or isinstance(answer, NotConcerned) or aside
                style = soft if quiet else ground + self.style_of("table--strong")
            framed = f"[{text}]"[: shape.column] if lit else text
            before, after = _margins(framed, shape.note)
            line += [Segment(" " * before, ground), Segment(framed, style), Segment(" " * after, ground)]
            if shape.last:
                former = view.last_answer(Cell(activity.id, policy.id))
                line.append(Segment(_former(former, shape.last), soft))
        lines: list[Line] = [line]
        if shape.rows == 2:
            lines.append([Segment(" " * _LEFT_WIDTH + fit(labels[1], shape.width - _LEFT_WIDTH), ground)])
        return lines

    def _percentages(self, view: View, shape: _Shape) -> Line:
        soft, strong = self.style_of("table--soft"), self.style_of("table--strong")
        is_proposed = view.activity.is_proposed
        title = f" Réalisation{f' {MARK}' if is_proposed else ''} "
        room = shape.width - shape.column * len(view.grid.policies)
        line = [
            Segment(fit(" " + self._note_below(view, shape), room - len(title)), soft),
            Segment(title, soft),
        ]
        for policy in view.grid.policies:
            tally = view.side.rubrics[view.mission.id, policy.id]
            line.append(Segment(_centred(percentage(tally), shape.column), strong))
        return line

    def _note_below(self, view: View, shape: _Shape) -> str:
        count = len(view.mission.activities)
        if count > shape.visible:
            return f"{self._top + 1}–{self._top + shape.visible} sur {count}"
        if any(activity.is_proposed for activity in view.mission.activities):
            return f"{MARK} ligne proposée"
        if view.grid.activities_left_aside:
            return f"{view.grid.activities_left_aside} lignes {MARK} de côté{NBSP}: D"
        return ""

    def _indicators(self, view: View, shape: _Shape) -> Line:
        asked = [each for each in view.mission.indicators if wants_number(each, view.assessment)]
        answered = sum(each.id in view.assessment.numbers for each in asked)
        text = (
            f" Indicateurs{NBSP}: {answered} sur {len(asked)}"
            if asked
            else f" Indicateurs{NBSP}: aucun nombre demandé"
        )
        return [Segment(fit(f"{text}   F5", shape.width), self.style_of("table--soft"))]


def _cells(view: View, activity: Activity) -> tuple[Cell, ...]:
    return tuple(Cell(activity.id, policy.id) for policy in view.grid.policies)


def _labels(activity: Activity, shape: _Shape) -> list[str]:
    """Return as many lines as an activity has on the screen, each at most as wide as the column."""
    lines = wrap_at_most(shown(activity.label), shape.label, shape.rows)
    return [fit(line, shape.label) for line in [*lines, "", ""][: shape.rows]]


def _answer(answer: Answer | None) -> str:
    return BLANK if answer is None else answer_text(answer)


def _short(policy: Policy, width: int) -> str:
    """Return the label, or its first letters and a point."""
    label = shown(policy.label)
    return label if cell_len(label) <= width else fit(label, width, ".").rstrip()


def _policy_heading(view: View, policy: Policy, shape: _Shape) -> str:
    """Return the label over the notes and, where it fits, the year over last time's: `Famille 26`."""
    year = f" {view.last.year % 100:02}" if view.last is not None and shape.last == _LAST_WIDTH else ""
    if shape.column - len(year) < _SHORTEST_HEADING:
        year = ""
    room = shape.column - len(year)
    return _centred(_short(policy, room - 1), room) + year


def _former(answer: Answer | None, width: int) -> str:
    """Return last time's note in `width` cells: ` 2 `, blank when there was none."""
    return fit("" if answer is None else f" {answer_text(answer)}", width)


def _margins(text: str, width: int) -> tuple[int, int]:
    """Return the spaces before and after `text` that centre it in `width`."""
    spare = max(width - cell_len(text), 0)
    before = (spare + 1) // 2
    return before, spare - before


def _centred(text: str, width: int) -> str:
    before, after = _margins(text, width)
    return " " * before + text + " " * after
