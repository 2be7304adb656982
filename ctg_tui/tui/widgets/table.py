"""The table of a mission: activities × policies, a note in each cell, percentages under the columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Offset
from textual.message import Message

from ctg_tui.domain.assessment import Answer, Cell, NotConcerned, answer_text
from ctg_tui.domain.changes import cell_key
from ctg_tui.domain.grid import Activity
from ctg_tui.domain.steps import numbers_given
from ctg_tui.tui.keyboards import Keyboard
from ctg_tui.tui.texts import fit, shown
from ctg_tui.tui.view import View
from ctg_tui.tui.widgets.letters import TakesLetters
from ctg_tui.tui.widgets.panel import Panel
from ctg_tui.tui.widgets.strips import Line
from ctg_tui.tui.widgets.table_shape import Shape, labels_of, short_names, table_shape
from ctg_tui.wording.french import NBSP, percentage
from ctg_tui.wording.provenance import MARK, out_of

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
