"""Entretien: its date, notes for the talk with the adviser, the points of the Caf, actions over the years."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from textual import events

from ctg_tui.domain.assessment import Action, Assessment, Moment, Outcome, PreparationTopic
from ctg_tui.domain.changes import Edit
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.results import PastAction, in_grid_order, over_the_years, to_close
from ctg_tui.domain.scores import line_count
from ctg_tui.domain.text import clean
from ctg_tui.services.results import former_years, last_time_of
from ctg_tui.tui.characters import shown, shown_text
from ctg_tui.tui.commands import Destination, cmd, undo_and_redo
from ctg_tui.tui.dialogs import choose
from ctg_tui.tui.list_page import TextBelowPage
from ctg_tui.tui.steps import place_of
from ctg_tui.tui.widgets.editor import ActionPane, MeetingPane, WritingPane
from ctg_tui.tui.widgets.listing import (
    BEFORE,
    PLAIN,
    SOFT,
    STRONG,
    Item,
    Line,
    Piece,
    blank,
    ends,
    gap,
    hanging,
    hung,
    row,
    section_title,
    sentence,
    soft,
    strong,
    words,
)
from ctg_tui.wording.french import NBSP, TOPICS
from ctg_tui.wording.grid import place_shown, sayings
from ctg_tui.wording.lines import (
    MARK,
    LineInWords,
    count_apart,
    line_number,
    outcome_name,
    past_action_in_a_line,
    planned_lines,
)
from ctg_tui.wording.thread import STATES

if TYPE_CHECKING:
    from ctg_tui.domain.thread import Point
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


TOPIC: Final = "partie"
ACTION: Final = "action"
TO_CLOSE: Final = "clore"
POINT: Final = "point"
_NUMBER: Final = len("2.10 °")
"""The cells of a line's number, in which the texts of all lines begin at one column."""


def preparation_items(
    grid: Grid,
    assessment: Assessment,
    years: Sequence[Assessment] = (),
    before: Assessment | None = None,
    points: Sequence[Point] = (),
) -> Iterator[Item]:
    """Yield the items of the sheet: texts, points of the Caf, actions, former actions.

    A key is `partie:topic`, `point:line`, `action:activity` or `clore:activity`. `years` are the plans of the
    former years of the engagement, `before` is last time's assessment.
    """
    yield section_title("Pour l’entretien avec la Caf", typeset("Entrée : écrire"))
    for topic in PreparationTopic:
        yield _topic_item(topic, assessment.preparation.get(topic, ""), "à écrire", before)
    yield from _point_items(grid, points)
    lines = planned_lines(grid, assessment)
    planned = line_count((line.id for line in lines if line.action), grid.proposed_lines)
    beside = count_apart(planned, "action écrite", "actions écrites") if any(planned) else ""
    yield section_title(typeset("Facultatif : une action pour des lignes à 0 ou 1"), beside)
    if all(line_count((line.id for line in lines), grid.proposed_lines)):
        yield sentence(f"{MARK}{NBSP}: lignes proposées par ctg-tui")
    if not lines:
        yield sentence("Aucune ligne notée 0 ou 1.")
    yield from map(_action_item, lines)
    yield from _former_items(grid, assessment, years)
    yield gap()


def _point_items(grid: Grid, points: Sequence[Point]) -> Iterator[Item]:
    """Yield the points in discussion, each with its last word: they are answered on their page."""
    if not points:
        return
    yield section_title("Points de la Caf", typeset("Entrée : y répondre"))
    discussed = [point for point in points if point.is_discussed]
    if not discussed:
        yield row(f"{POINT}:", words("Tous les points sont réglés."), blank)
    for point in discussed:
        last = sayings(grid, [point], names_policy=False)[-1]
        state = soft(STATES[point.state])
        place = strong(shown(place_shown(grid, point)))
        yield row(f"{POINT}:{point.line or ''}", ends(place, state), hung("  ", last.whole), blank)


def _former_items(grid: Grid, assessment: Assessment, years: Sequence[Assessment]) -> Iterator[Item]:
    """Yield the actions of former years to close; at the end of the engagement, all of them too."""
    left = to_close(assessment, years)
    if left:
        advice = typeset("Entrée : dire ce qu’elle est devenue")
        yield section_title("Actions des années précédentes, suite à noter", advice)
        for past in in_grid_order(left, [*grid.activities]):
            yield _past_item(grid, past, f"{TO_CLOSE}:{past.activity}")
    if assessment.identity.moment is not Moment.END:
        return
    every = over_the_years((*years, assessment))
    known = [past for past in every if past.activity in grid.activities]
    if known:
        yield section_title("Toutes les actions de l’engagement", _actions(grid, known))
        for past in in_grid_order(known, [*grid.activities]):
            yield _past_item(grid, past, None)


def _actions(grid: Grid, past: Sequence[PastAction]) -> str:
    return count_apart(line_count((each.activity for each in past), grid.proposed_lines), "action")


def _past_item(grid: Grid, past: PastAction, key: str | None) -> Item:
    head = Piece(f"{line_number(grid, past.activity):<{_NUMBER}} ", SOFT)
    label = shown(grid.activities[past.activity].label)

    def lines(width: int) -> Sequence[Line]:
        words = hanging(Piece(" " * len(head.text)), past_action_in_a_line(past), width, STRONG)
        return *hanging(head, label, width), *words, ()

    return Item(key, lines)


def _topic_item(topic: PreparationTopic, text: str, empty: str, before: Assessment | None) -> Item:
    """Return a part of the sheet; below it, what was written last time."""
    cleaned = shown_text(text).strip()
    former = "" if before is None else shown_text(before.preparation.get(topic, "")).strip()
    year = "" if before is None else f"  en {before.identity.year}  "

    def lines(width: int) -> Sequence[Line]:
        body, role = (cleaned, PLAIN) if cleaned else (empty, SOFT)
        if topic is PreparationTopic.MEETING:  # one line; the day of last year is of no use
            return (Piece(f"{TOPICS[topic]}  ", STRONG), Piece(body, role)), ()
        last = hanging(Piece(year, BEFORE), former, width, BEFORE) if former else ()
        return (Piece(TOPICS[topic], STRONG),), *hanging(Piece("  "), body, width, role), *last, ()

    return Item(f"{TOPIC}:{topic.value}", lines)


def _action_item(line: LineInWords) -> Item:
    head = Piece(f"{line.place:<{_NUMBER}} ", SOFT)
    label = shown(f"{line.label} ({line.notes or 'sans note'})")

    def lines(width: int) -> Sequence[Line]:
        action = hanging(Piece(" " * len(head.text)), line.action, width, STRONG) if line.action else ()
        return *hanging(head, label, width), *action, ()

    return Item(f"{ACTION}:{line.id}", lines)


_ACTIONS: Final = {ACTION, TO_CLOSE}
_WRITE, _OPEN = "ecrire", "a-faire"


class PreparationScreen(TextBelowPage):
    """The sheet as it will be printed, and below it the part being written."""

    TITLE_IN_HELP = "Entretien"
    STEP = 3
    KEY_COMMANDS = (
        cmd(
            *("preparation.ecrire", "", "write", "écrire", 1),
            "Écrire cette partie, ou l’action choisie pour cette ligne",
            shown_keys="Entrée",
            when="can_write",
        ),
        cmd("preparation.retour", "escape", "leave", "retour", 2, "Fermer ce qui s’écrit, puis revenir"),
        cmd("preparation.ligne", "l", "line", "voir la ligne", 3, "Voir la ligne dans la grille"),
        *(one._replace(when="can_write") for one in undo_and_redo("preparation", bar=5)),
    )
    DEFAULT_CSS = """
    PreparationScreen {
        WritingPane CommentEditor, WritingPane CommentEditor:focus { height: 8; }
        ActionPane CommentEditor, ActionPane CommentEditor:focus { height: 3; }
    }
    """

    def __init__(self, workspace: Workspace, session: Session | None) -> None:
        super().__init__(workspace, session)
        self._plans: Sequence[Assessment] | None = None
        """The plans of the former years, which no key of this page changes; None until they are read."""
        self._last: Assessment | None = None
        """Last time's assessment, read with the plans."""

    @property
    def can_write(self) -> bool:
        return self.pane is None

    def _years(self) -> Sequence[Assessment]:
        """Return the plans of the former years of the engagement, without those that cannot be read now."""
        if self._plans is None:
            self._plans = self.read(self._read_years, None)
        return self._plans or ()

    def _read_years(self) -> Sequence[Assessment]:
        opened = self.opened
        last = last_time_of(self.workspace, opened.grid, opened.assessment)
        self._last = None if last is None else last.assessment
        return former_years(self.workspace, opened.grid, opened.assessment)

    def rows(self) -> Iterable[Item]:
        opened = self.opened
        years = self._years()
        return preparation_items(opened.grid, opened.assessment, years, self._last, opened.points)

    def on_show_again(self) -> None:
        self._plans = None
        self.show_rows()

    def on_turned(self, edit: Edit) -> None:
        self._plans = None
        self.show_rows()

    # writing

    async def action_write(self) -> None:
        """Write the part under the cursor at the bottom of the page; of an action, ask what became of it."""
        key = self.list.key
        if key is None or self.pane is not None:
            return
        section, _, name = key.partition(":")
        if section == POINT:
            self._visit_point(name)
        elif section == TOPIC:
            topic = PreparationTopic(name)
            text = self.opened.assessment.preparation.get(topic, "")
            if topic is PreparationTopic.MEETING:
                pane: WritingPane = MeetingPane(TOPICS[topic], text, self.workspace.today())
            else:
                pane = WritingPane(TOPICS[topic], text)
            await self.write_text(key, pane)
        elif self._action(name) is None:
            await self._plan(key)
        else:
            self._ask_outcome(key)

    def _visit_point(self, line: str) -> None:
        """Go to the page of the points, to those of a line."""
        grid = self.opened.grid
        here = place_of(grid, line) if line in grid.mission_of else None
        self.visit(Destination.ANSWERS, place=here)

    async def _plan(self, key: str) -> None:
        """Write the action of a line."""
        name = key.partition(":")[2]
        label = self.opened.grid.activities[name].label
        pane = ActionPane(f"Action{NBSP}: {label}", self._action(name), self.workspace.today())
        await self.write_text(key, pane)

    def _ask_outcome(self, key: str) -> None:
        """Ask what became of the action of a row, or to write it."""
        section, _, name = key.partition(":")
        action = self._action(name)
        became = action.outcome if action is not None else None

        def closing(outcome: Outcome | None) -> Callable[[], object]:
            return lambda: self._close(name, outcome)

        answers: dict[str, tuple[str, Callable[[], object]]] = {
            _WRITE: ("Modifier cette action", lambda: self.call_later(self._plan, key)),
            **{one.value: (f"C’est {outcome_name(one)}", closing(one)) for one in Outcome},
        }
        if became is not None:
            answers[_OPEN] = ("Rien de cela : elle est à faire", closing(None))
        start = Outcome.DONE.value if section == TO_CLOSE else _WRITE
        question = f"Action{NBSP}: {'' if action is None else clean(action.what).strip()}"
        choose(self.app, question, answers, current=start)

    def _close(self, activity: str, outcome: Outcome | None) -> None:
        """Set what became of the action of a line."""
        former = self._former(activity)
        if self.save(lambda: self.opened.close_action(activity, outcome, former)):
            self.show_rows()
            self.list.select(f"{ACTION}:{activity}")

    def on_writing_pane_typed(self, message: WritingPane.Typed) -> None:
        """Ask first, where it has to be agreed to."""
        self.asks_first(lambda: None, lambda: self.call_next(self.drop_text))

    def store(self, key: str, pane: WritingPane) -> None:
        name = key.partition(":")[2]
        if isinstance(pane, ActionPane):
            self.opened.plan(name, pane.action)
        else:
            self.opened.prepare(PreparationTopic(name), pane.text)

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        if self.pane is not None and self.pane.is_attached:
            self.pane.settle()
        self.flush()

    def _action(self, activity: str) -> Action | None:
        """Return the action of a line, this year's or one to close."""
        return self.opened.assessment.actions.get(activity) or self._former(activity)

    def _former(self, activity: str) -> Action | None:
        """Return the action of a former year on this line that is still to close; None without one."""
        left = to_close(self.opened.assessment, self._years())
        return next((past.action for past in left if past.activity == activity), None)

    def action_line(self) -> None:
        section, _, name = (self.list.key or "").partition(":")
        if section in _ACTIONS:
            self.visit(Destination.GRID, place=place_of(self.opened.grid, name))
        else:
            self.visit(Destination.GRID)
