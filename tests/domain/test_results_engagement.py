"""The four years: an action comes back until it is done or abandoned, and the end sees them all."""

from __future__ import annotations

from ctg_tui.domain.assessment import Action, Assessment, Identity, Moment, Outcome
from ctg_tui.domain.results import belongs_to, over_the_years
from tests.strategies import make_assessment, make_grid

GRID = make_grid()
FIRST, SECOND = list(GRID.activities)[:2]
BOARD, FORUM = Action("Tableau de bord"), Action("Forum des familles")


def plan(year: int, **actions: Action) -> Assessment:
    lines = {"first": FIRST, "second": SECOND}
    planned = {lines[name]: action for name, action in actions.items()}
    return make_assessment(GRID, identity=Identity(year, Moment.YEARLY), actions=planned)


def test_an_action_that_comes_back_is_one_action_of_its_first_year() -> None:
    years = [
        plan(2025, first=BOARD),
        plan(2026, first=BOARD._replace(outcome=Outcome.POSTPONED), second=FORUM),
        plan(2027, first=BOARD._replace(outcome=Outcome.DONE)),
    ]
    board, forum = over_the_years(years)
    assert (board.planned, board.closed, board.action.outcome) == (2025, 2027, Outcome.DONE)
    assert (forum.planned, forum.closed, forum.action) == (2026, None, FORUM)


def test_another_action_on_the_same_line_is_another_one_and_both_are_seen() -> None:
    years = [plan(2025, first=BOARD), plan(2026, first=FORUM)]
    assert [past.action for past in over_the_years(years)] == [BOARD, FORUM]
    done = [plan(2025, first=BOARD._replace(outcome=Outcome.DONE)), plan(2026, first=BOARD)]
    assert len(over_the_years(done)) == 2


def test_the_end_of_an_engagement_is_of_no_later_one() -> None:
    present = Identity(2027, Moment.YEARLY)
    assert belongs_to(Identity(2026, Moment.YEARLY), present)
    assert belongs_to(Identity(2023, Moment.START), present)
    assert not belongs_to(Identity(2026, Moment.END), present)
    assert not belongs_to(Identity(2022, Moment.YEARLY), present)
