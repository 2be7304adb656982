"""The steps of an assessment: the head line, and the way to each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from operator import is_
from typing import TYPE_CHECKING, ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message

from ctg_tui.domain.assessment import Place
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.steps import (
    Finding,
    FindingCode,
    Step,
    Steps,
    blank_cells,
    check,
    steps_of,
)
from ctg_tui.services.details import ADVISER_NAME, PEOPLE, SIREN, TERRITORY
from ctg_tui.tui.characters import ELLIPSIS, fit, shown
from ctg_tui.tui.commands import Command, CommentOf, Destination
from ctg_tui.tui.page import WARNING
from ctg_tui.tui.widgets.frame import SEPARATOR, HeadLine, brief
from ctg_tui.tui.widgets.strips import Line as Strip
from ctg_tui.tui.widgets.strips import StripWidget
from ctg_tui.wording.steps import FINDINGS, NAMES, Stop, stops

if TYPE_CHECKING:
    from ctg_tui.domain.scores import Scores
    from ctg_tui.services.editing import Session
    from ctg_tui.tui.page import Page


class ExampleNote(StripWidget):
    """One row: the warning, and after it a note where there is room."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"example--warning"}
    DEFAULT_CSS = """
    ExampleNote { dock: top; height: 1; margin-top: 1; background: $panel; color: $foreground; }
    ExampleNote > .example--warning { color: $accent; text-style: bold; }
    """

    def __init__(self, note: str) -> None:
        """Make the warning, followed by `note` where there is room."""
        super().__init__()
        self._note = note

    def paint(self, width: int, height: int) -> list[Strip]:
        note = f"   {self._note}" if cell_len(f"{WARNING}{self._note}") + 5 <= width else ""
        return [
            [
                Segment(f" {fit(WARNING, width - 2).rstrip()}", self.style_of("example--warning")),
                Segment(note),
            ]
        ]


# The head line of the pages of an assessment: territory and year, the steps, the state of saving.


def shown_stops(steps: Steps) -> tuple[Stop, ...]:
    """Return the steps with their counts as they can be spelled on this terminal."""
    return tuple(
        one._replace(tally=shown(one.tally), short_tally=shown(one.short_tally)) for one in stops(steps)
    )


class StepsHead(HeadLine):
    """Territory and year, the steps once the assessment exists, and when it was saved, in one row."""

    DEFAULT_CSS = """
    StepsHead > .steps--here { color: $accent; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"steps--here"}

    @dataclass
    class Chosen(Message):
        """A step was clicked."""

        step: Step

    def __init__(self) -> None:
        super().__init__()
        self._steps: Steps | None = None
        self._here: Step | None = None
        self._spans: list[tuple[int, int, Step]] = []
        self.rest = HeadRest(self)

    def guide(self, steps: Steps, here: Step | None) -> None:
        """Show the steps from that of the page, after the frame of a note: once for a burst of keys."""
        if steps != self._steps:
            self._steps, self._here = steps, here
            self.repaint_soon()
            self._show_rest()

    def show(self, left: str, right: str) -> None:
        """Show both texts; what has no room stands above the foot."""
        before = self._texts
        super().show(left, right)
        if self._texts is not before:
            self._show_rest()

    def _show_rest(self) -> None:
        if self.rest.is_attached:
            self.rest.repaint_soon()

    def left_out(self, width: int) -> str:
        """Return what has no room in a line of `width`: the whole name, how it is saved."""
        if self._steps is None:
            return ""
        name, state = self._texts
        left, _, _, right = laid_out(self._texts, shown_stops(self._steps), width - 2)
        parts = (name if ELLIPSIS in left and ELLIPSIS not in name else "", state if state != right else "")
        said = SEPARATOR.join(filter(None, parts))
        while cell_len(said) > width - 2 and SEPARATOR in said:
            said = said.partition(SEPARATOR)[2]
        return fit(said, max(min(cell_len(said), width - 2), 0))

    def paint(self, width: int, height: int) -> list[Strip]:
        if self._steps is None:
            return super().paint(width, height)
        every = shown_stops(self._steps)
        left, texts, gap, right = laid_out(self._texts, every, width - 2)
        line = [Segment(f" {left}", self.style_of("head--left"))]
        used = 1 + cell_len(left)
        self._spans = []
        for stop, text in zip(every, texts, strict=True):
            is_here = stop.step is self._here
            line += [
                Segment(gap),
                Segment(text, self.style_of("steps--here" if is_here else "head--right")),
            ]
            used += len(gap) + cell_len(text)
            if not is_here:
                self._spans.append((used - cell_len(text), used, stop.step))
        line.append(Segment(" " * (width - 1 - used - cell_len(right))))
        line.append(Segment(right, self.style_of("head--right")))
        return [line]

    def on_click(self, event: events.Click) -> None:
        for start, end, step in self._spans:
            if start <= event.x < end:
                self.post_message(self.Chosen(step))
                return


class HeadRest(StripWidget):
    """What the first line has no room for, on the row kept for messages, which hide it while they stay."""

    DEFAULT_CSS = """
    HeadRest { dock: bottom; height: 1; margin-bottom: 1; color: $discret; }
    """

    def __init__(self, head: StepsHead) -> None:
        super().__init__()
        self._head = head

    def paint(self, width: int, height: int) -> list[Strip]:
        said = self._head.left_out(width)
        return [[Segment(" " * (width - 1 - cell_len(said))), Segment(said)]] if said else []


_ROOM_OF_NAME: Final = 15
"""Cells that territory and year keep before the steps get shorter names."""


def laid_out(
    texts: tuple[str, str], stops: Sequence[Stop], width: int
) -> tuple[str, Sequence[str], str, str]:
    """Return the text at the left, that of each step, the gap between them, and the text at the right.

    Without room, in this order: the gaps shrink, the territory loses its kind, the time of the last save goes
    (any other state stays), counts and names are shortened. The mark of what is not saved never goes: its
    cell is kept while there is none.
    """
    left, right = texts
    forms = (
        (list(map(_whole, stops)), "   "),
        (list(map(_whole, stops)), "  "),
        (list(map(_counted_shorter, stops)), "  "),
        (list(map(_short, stops)), "  "),
        (list(map(_short, stops)), " "),
        (list(map(_shortest, stops)), " "),
    )
    states = _shorter_states(right)
    whole = cell_len(brief(left, cell_len(left) - 1))  # without its kind
    trials = [(form, state) for form in forms for state in states]
    if right.startswith(_PASSING):
        of_whole = 2 * len(states)  # both gaps before the mark alone, the mark alone before shorter words
        trials[:of_whole] = sorted(trials[:of_whole], key=lambda trial: states.index(trial[1]))
    else:  # shorter words rather than no state
        trials.sort(key=lambda trial: states.index(trial[1]))
    for (names, gap), state in trials:
        taken = sum(len(gap) + cell_len(name) for name in names)
        room = width - taken - (len(gap) + cell_len(state) if state else 0)
        if room >= (whole if state.strip("* ") or gap == "   " else min(whole, _ROOM_OF_NAME)):
            return brief(left, room), names, gap, state
    return brief(left, max(room, 0)), names, gap, state


def _shorter_states(right: str) -> list[str]:
    """Return the state of saving, then shorter: without its last parts, its mark alone or the mark's cell."""
    states = [right]
    while SEPARATOR in states[-1]:
        states.append(states[-1].rpartition(SEPARATOR)[0])
    is_waiting = right.startswith("*")
    return [*states, "*" if is_waiting else " " if right.startswith(_PASSING) else ""]


_PASSING: Final = ("*", "enregistré")


def _whole(stop: Stop) -> str:
    return f"{stop.name} {stop.tally}".rstrip()


def _counted_shorter(stop: Stop) -> str:
    return f"{stop.name} {stop.short_tally}".rstrip()


def _short(stop: Stop) -> str:
    return f"{stop.short_name} {stop.short_tally}".rstrip()


def _shortest(stop: Stop) -> str:
    return _short(stop).partition(" · ")[0]


# The place on a page where a finding is corrected.

_IN_FORM: Final[Mapping[FindingCode, str]] = {
    FindingCode.NO_TERRITORY: TERRITORY,
    FindingCode.NO_SIREN: SIREN,
    FindingCode.NO_COORDINATOR: PEOPLE,
    FindingCode.NO_ADVISER: ADVISER_NAME,
}


def place_of(grid: Grid, line_id: str, policy: str | None = None) -> Place:
    """Return the place of a line of `grid`, in its first column unless another is given."""
    return Place(grid.mission_of[line_id].id, line_id, policy or grid.policies[0].id)


def visit_findings(page: Page, session: Session, codes: Collection[FindingCode]) -> bool:
    """Go from `page` to the place of the first finding among `codes`; return False when there is none."""
    findings = check(session.grid, session.assessment)
    found = next((each for each in findings if each.code in codes), None)
    if found is not None:
        _visit(page, session, found)
    return found is not None


def visit_finding(page: Page, code: str) -> None:
    """Go from `page` to the first place of the finding with this code."""
    visit_findings(page, page.opened, [each for each in FindingCode if each.value == code])


def _visit(page: Page, session: Session, finding: Finding) -> None:
    grid = session.grid
    if finding.code in _IN_FORM:
        page.visit(Destination.FORM, session, _IN_FORM[finding.code])
    elif finding.code is FindingCode.NUMBERS_MISSING:
        page.visit(Destination.GRID, session, place_of(grid, finding.places[0]))
    elif finding.code is FindingCode.BLANK_CELLS:
        cell = blank_cells(grid, session.assessment)[0]
        page.visit(Destination.GRID, session, place_of(grid, cell.activity, cell.policy))
    elif finding.code is FindingCode.OPEN_POINTS:
        page.visit(Destination.ANSWERS, session)
    elif finding.code is FindingCode.LOW_WITHOUT_COMMENT:
        page.visit(Destination.GRID, session, CommentOf(place_of(grid, finding.places[0])))
    else:
        page.visit(Destination.RESULTS, session)


# The steps on the pages of an assessment: what the head line shows, and the way to each.

STEP_PAGES: Final[Mapping[Step, Destination]] = {
    Step.DETAILS: Destination.FORM,
    Step.GRID: Destination.GRID,
    Step.PREPARATION: Destination.PREPARATION,
    Step.FORECAST: Destination.FORECAST,
    Step.SENDING: Destination.SENDING,
}
_LACKED_BY_GRID: Final = frozenset({FindingCode.BLANK_CELLS, FindingCode.NUMBERS_MISSING})


def steps_now(session: Session) -> Steps:
    """Return the steps of an open assessment. Raises DatabaseRefusal."""
    opened, is_sent = session, session.is_sent
    return steps_of(opened.grid, opened.assessment, opened.scores, opened.forecast, is_sent=is_sent)


class StepsGuide:
    """Keeps the steps of `head` up to date: after a note, only that of the grid is counted again."""

    def __init__(self, head: StepsHead, here: int) -> None:
        self._head = head
        self._here = Step(here) if here else None
        self._followed: tuple[object, ...] = ()
        self._steps: Steps | None = None
        self._scores: Scores | None = None

    def follow(self, session: Session) -> None:
        """Take the present state of `session`; keep the last known when the database refuses to be read."""
        scores = session.scores
        try:
            state = _beside_answers(session)
            is_same = self._steps is not None and all(map(is_, state, self._followed))
            if is_same and scores is self._scores:
                return
            now = self._steps.with_scores(scores) if self._steps and is_same else steps_now(session)
        except Refusal:  # each page that shows the forecast reports it
            return
        self._followed, self._steps, self._scores = state, now, scores
        self._head.guide(now, self._here)

    def named(self, commands: tuple[Command, ...]) -> tuple[Command, ...]:
        """Return the commands, F5 with the name of the step that it goes to once an assessment is followed.

        Where that is the sending, F9 leaves the foot: one key to it is enough there.
        """
        if self._steps is None:
            return commands
        step = _next_of(self._steps, self._here or 0)
        if step is None:
            return commands
        word = "ce qui manque" if step is self._here else NAMES[step][0].lower()
        return tuple(
            one._replace(label=word)
            if one.action == "next_step"
            else one._replace(bar=None)
            if step is Step.SENDING and one.goes_to is Destination.SENDING
            else one
            for one in commands
        )


def _next_of(now: Steps, here: int) -> Step | None:
    """Return the next step that lacks something; None where nothing lacks."""
    step = now.next_lacking(here)
    return None if step == here and step not in FINDINGS else step


def _beside_answers(session: Session) -> tuple[object, ...]:
    """Return what the steps depend on beside the scores. Raises DatabaseRefusal."""
    grid, own = session.grid, session.assessment
    return grid, own.identity, own.numbers, own.preparation, session.is_sent, session.forecast


def visit_step(page: Page, session: Session, step: Step, lacks: Collection[FindingCode] = ()) -> None:
    """Go to a step of `session`, on the field that lacks something if one does.

    The grid opens where the person left it, unless what it `lacks` is given.
    """
    destination = STEP_PAGES[step]
    lacks = lacks or (FINDINGS.get(step, frozenset()) if step is not Step.GRID else frozenset())
    if visit_findings(page, session, lacks):
        return
    if page.session is None:
        page.visit(destination, session)
    else:
        page.go_to(destination)


def visit_next(page: Page, session: Session) -> None:
    """Go to the next step that lacks something, on the field that lacks it; else to the next in order."""
    now = page.read(lambda: steps_now(session), None)
    if now is None:
        return
    step = _next_of(now, page.STEP)
    if step is not None:
        visit_step(page, session, step, _LACKED_BY_GRID if step is Step.GRID else ())
    else:
        visit_step(page, session, Step(page.STEP % len(Step) + 1) if page.STEP else Step.SENDING)
