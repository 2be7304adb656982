"""The steps of an assessment: the head line, and the way to each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from operator import is_
from typing import TYPE_CHECKING, ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.content import Content
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
from ctg_tui.tui.characters import shown
from ctg_tui.tui.commands import Command, CommentOf, Destination
from ctg_tui.tui.page import WARNING
from ctg_tui.tui.saving import NOT_YET
from ctg_tui.tui.widgets.frame import HeadLine, brief
from ctg_tui.tui.widgets.strips import Line as Strip
from ctg_tui.tui.widgets.strips import PlainStatic
from ctg_tui.wording.french import NBSP
from ctg_tui.wording.steps import FINDINGS, NAMES, Stop, stops

if TYPE_CHECKING:
    from ctg_tui.domain.scores import Scores
    from ctg_tui.services.editing import Session
    from ctg_tui.tui.page import Page


class ExampleNote(PlainStatic):
    """One row: the warning, and after it a note, which a narrow window has no room for."""

    DEFAULT_CSS = """
    ExampleNote {
        dock: top; height: 1; margin-top: 1; padding: 0 1; background: $panel; color: $foreground;
    }
    """

    def __init__(self, note: str) -> None:
        unbroken = f"   {note}".replace(" ", NBSP)  # goes below the only row as a whole
        super().__init__(Content.styled(shown(WARNING), "$accent bold") + Content(f" {shown(unbroken)}"))


# The head line of the pages of an assessment: territory and year, the steps, the state of saving.


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

    def guide(self, steps: Steps, here: Step | None) -> None:
        """Show the steps from that of the page, after the frame of a note: once for a burst of keys."""
        if steps != self._steps:
            self._steps, self._here = steps, here
            self.repaint_soon()

    def paint(self, width: int, height: int) -> list[Strip]:
        if self._steps is None:
            return super().paint(width, height)
        every = [one._replace(tally=shown(one.tally)) for one in stops(self._steps)]
        left, texts, gap, right = laid_out(self._texts, every, width - 2)
        line = [Segment(f" {left}", self.style_of("head--left"))]
        used = 1 + cell_len(left)
        self._spans = []
        for stop, text in zip(every, texts, strict=False):
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


def laid_out(
    texts: tuple[str, str], stops: Sequence[Stop], width: int
) -> tuple[str, Sequence[str], str, str]:
    """Return the text at the left, that of each step, the gap between them, and the text at the right.

    Without room the gaps shrink, then the names of the steps, then the territory: never its year. That all is
    saved is said where there is room left; that something is not, always: the steps make room for it.
    """
    left, right = texts
    state = right if right == NOT_YET else ""
    name = cell_len(brief(left, cell_len(left) - 1))  # without the kind of the territory
    whole, short = [f"{one.name} {one.tally}".rstrip() for one in stops], [*map(_short, stops)]
    for names, gap in ((whole, "   "), (whole, "  "), (short, "  "), (short, " "), ([], " ")):
        taken = sum(len(gap) + cell_len(each) for each in names)
        room = width - taken - (len(gap) + cell_len(state) if state else 0)
        if room >= name or (len(gap) == 1 and room >= _ROOM_OF_NAME):
            break
    left = brief(left, max(room, 0))
    has_room = room - cell_len(left) >= len(gap) + cell_len(right)
    return left, names, gap, right if state or has_room else ""


_ROOM_OF_NAME: Final = 12
"""Cells that territory and year keep beside the shortest steps."""


def _short(stop: Stop) -> str:
    return f"{stop.short_name} {stop.tally.partition(' · ')[0]}".rstrip()


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
