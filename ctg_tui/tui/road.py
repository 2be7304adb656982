"""The road on the pages of an assessment: what its line shows, and the way to each step."""

from __future__ import annotations

from collections.abc import Mapping
from operator import is_
from typing import TYPE_CHECKING, Final, cast

from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.steps import Road, Step, road
from ctg_tui.tui.commands import Destination
from ctg_tui.tui.screens.summary_places import visit_findings
from ctg_tui.tui.widgets.road_line import RoadHead
from ctg_tui.wording.steps import FINDINGS, lacking, stops

if TYPE_CHECKING:
    from ctg_tui.domain.scores import Scores
    from ctg_tui.services.editing import Session
    from ctg_tui.tui.app import CtgApp
    from ctg_tui.tui.screens.page import Page

STEP_PAGES: Final[Mapping[Step, Destination]] = {
    Step.DETAILS: Destination.FORM,
    Step.GRID: Destination.GRID,
    Step.INDICATORS: Destination.INDICATORS,
    Step.PREPARATION: Destination.PREPARATION,
    Step.FORECAST: Destination.FORECAST,
    Step.SENDING: Destination.SENDING,
}


def road_of(session: Session) -> Road:
    """Return the road of an open assessment; someone else's is not sent. Raises DatabaseRefusal."""
    forecast = None if session.is_received else session.forecast
    return road(session.grid, session.assessment, session.scores, forecast)


class RoadGuide:
    """Keeps the road of `head` up to date: after a note, only the step of the grid is counted again."""

    def __init__(self, head: RoadHead, here: int) -> None:
        self._head = head
        self._here = Step(here) if here else None
        self._followed: tuple[object, ...] = ()
        self._road: Road | None = None
        self._scores: Scores | None = None

    def follow(self, session: Session) -> None:
        """Take the present state of `session`; keep the last known when the database refuses to be read."""
        scores = session.scores
        try:
            state = _beside_answers(session)
            is_same = self._road is not None and all(map(is_, state, self._followed))
            if is_same and scores is self._scores:
                return
            now = self._road.with_scores(scores) if self._road and is_same else road_of(session)
        except Refusal:  # each page that shows the forecast reports it
            return
        self._followed, self._road, self._scores = state, now, scores
        self._head.guide(now, self._here)


def _beside_answers(session: Session) -> tuple[object, ...]:
    """Return what the road depends on beside the scores. Raises DatabaseRefusal."""
    grid, own = session.grid, session.assessment
    return grid, own.identity, own.numbers, own.preparation, own.status, session.forecast


def visit_step(page: Page, session: Session, step: Step) -> None:
    """Go to a step of `session`, on the field that lacks something if one does.

    The grid opens where the person left it.
    """
    destination = STEP_PAGES[step]
    lacks = FINDINGS.get(step, frozenset()) if step is not Step.GRID else frozenset()
    if not session.is_read_only and visit_findings(page, session, lacks):
        return
    if page.session is None:
        page.visit(destination, session)
    else:
        page.go_to(destination)


def ask_step(page: Page, session: Session) -> None:
    """Show the road of `session` over `page`, and go to the step chosen."""
    from ctg_tui.tui.screens.road import RoadScreen

    now = page.read(lambda: road_of(session), None)
    if now is None:
        return
    sentences = [lacking(session.grid, session.assessment, progress) for progress in now.steps]
    here = Step(page.STEP) if page.STEP else None

    def chosen(step: Step | None) -> None:
        if step is not None:
            visit_step(page, session, step)

    keyboard = cast("CtgApp", page.app).settings.keys
    page.app.push_screen(RoadScreen(stops(now), sentences, here, keyboard), chosen)
