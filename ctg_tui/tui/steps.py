"""The steps of an assessment: where F5 and a click in the head line lead, where a finding is corrected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ctg_tui.domain.steps import FindingCode, Step, Steps, blank_cells, check, first_to_do, steps_of
from ctg_tui.services.details import FIELD_OF
from ctg_tui.services.editing import Session
from ctg_tui.tui.commands import Destination, Landing
from ctg_tui.tui.grid_view import place_of

Target = tuple[Destination, Landing | None]
"""A page, and the place on it; without one, the page opens where the person left it."""

PAGES: Final[Mapping[Step, Destination]] = {
    Step.DETAILS: Destination.FORM,
    Step.GRID: Destination.GRID,
    Step.PREPARATION: Destination.PREPARATION,
    Step.FORECAST: Destination.FORECAST,
    Step.SENDING: Destination.SENDING,
}


def steps_now(session: Session) -> Steps:
    """Return the steps of an open assessment. Raises DatabaseRefusal."""
    return steps_of(
        *(session.grid, session.assessment, session.scores, session.forecast), is_sent=session.is_sent
    )


def following(steps: Steps | None, here: int) -> Step | None:
    """Return the step that F5 leads to: the next one, from a page that is none the first that is to do."""
    if here:
        return Step(here + 1) if here < Step.SENDING else None
    return first_to_do(steps) if steps else None


def target_of(session: Session, code: str) -> Target:
    """Return where the finding of this code is corrected."""
    grid = session.grid
    lines = next((one.places for one in check(grid, session.assessment) if one.code == code), ())
    match code:
        case _ if code in FIELD_OF:
            return Destination.FORM, FIELD_OF[code]
        case FindingCode.BLANK_CELLS if blank := blank_cells(grid, session.assessment):
            return Destination.GRID, place_of(grid, *blank[0])
        case FindingCode.NUMBERS_MISSING | FindingCode.LOW_WITHOUT_COMMENT if lines:
            return Destination.GRID, place_of(grid, lines[0], grid.policies[0].id)
        case FindingCode.OPEN_POINTS:
            return Destination.ANSWERS, None
        case _ if code.startswith("previsionnel"):
            return Destination.FORECAST, None
        case _:
            return Destination.RESULTS, None
