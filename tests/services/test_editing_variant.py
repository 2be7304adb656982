"""The other shipped grid, taken where a mission has no line: one edit, which one undo takes back."""

from __future__ import annotations

from ctg_tui.domain.assessment import Cell, Moment, Rating
from ctg_tui.domain.scores import Tally
from ctg_tui.domain.steps import check
from ctg_tui.services.results import last_time_of
from ctg_tui.services.workspace import Workspace
from tests.strategies import charente, charente_of_caf, make_identity

PROPOSED = Cell("m2.a01", "famille")


def test_the_proposed_lines_come_with_blanks_of_their_own_and_every_note_stays(workspace: Workspace) -> None:
    session = workspace.open(workspace.create(make_identity()))
    assert session.grid is charente_of_caf()
    for cell in session.grid.cells:
        session.rate(cell, Rating.MOSTLY)
    before = session.assessment
    workspace.fill_with(session, charente())
    assert session.grid is charente()
    assert session.assessment.answers == before.answers
    assert session.scores.whole == Tally(84, 42)
    assert session.scores.proposed is not None
    assert session.scores.proposed.whole == Tally(0, 0, 0, 111)
    findings = check(session.grid, session.assessment)
    assert not [one for one in findings if one.is_blocking], "nobody owes the proposed lines"
    session.rate(PROPOSED, Rating.FULLY)
    session.undo()
    assert session.undo() is not None
    assert (session.grid, session.assessment) == (charente_of_caf(), before)
    session.redo()
    assert workspace.open(before.id).grid is charente()


def test_next_year_keeps_the_grid_and_is_compared_on_the_lines_that_were_asked(workspace: Workspace) -> None:
    made = workspace.create(make_identity(year=2026))
    for cell in charente_of_caf().cells:
        workspace.open(made).rate(cell, Rating.PARTLY)
    second = workspace.open(workspace.duplicate(made, 2027, Moment.YEARLY))
    assert second.grid is charente_of_caf()
    workspace.fill_with(second, charente())
    third = workspace.open(workspace.duplicate(second.assessment.id, 2028, Moment.YEARLY))
    assert third.grid is charente()
    last = last_time_of(workspace, second.grid, second.assessment)
    assert last is not None
    assert (last.scores.whole.percentage, last.asked) == (33, frozenset(charente_of_caf().cells))
