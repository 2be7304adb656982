"""Doors in the base: closed at first, one edit each, kept from year to year, and nothing behind them lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import NOT_CONCERNED, Action, Cell, Moment, Rating, Status
from ctg_tui.domain.changes import Operation
from ctg_tui.domain.results import compared
from ctg_tui.services.home import open_example
from ctg_tui.services.received.own import take_back
from ctg_tui.services.results import former_years, last_time_of
from ctg_tui.services.sending import export
from ctg_tui.services.workspace import Workspace
from ctg_tui.submission.file import read
from tests.databases import Clock, open_workspace
from tests.strategies import make_identity

SECOND, THIRD = Cell("m2.a01", "famille"), Cell("m3.a01", "social")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = open_workspace(tmp_path)
    yield opened
    opened.close()


def test_a_new_assessment_asks_for_the_lines_of_the_caf_alone(workspace: Workspace) -> None:
    session = workspace.open(workspace.create(make_identity()))
    assert not session.open_missions
    assert [door.mission.id for door in session.grid.doors] == ["m2", "m3", "m4"]
    assert len(session.grid.cells) == 42
    chosen = workspace.create(make_identity(year=2028), open_missions=["m3"])
    assert workspace.open(chosen).open_missions == {"m3"}
    assert workspace.open(chosen).next_undo() is None, "a choice of the creation is no edit"


def test_a_door_with_answers_is_closed_undone_and_reopened(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path)
    made = workspace.create(make_identity())
    session = workspace.open(made)
    session.open_doors(["m2", "m3"])
    session.rate(SECOND, Rating.FULLY)
    session.comment("m2.a01", "Une phrase.")
    session.count("m2.i01", 4)
    session.plan("m2.a02", Action("Un projet"))
    session.rate(THIRD, Rating.NO)
    before = session.assessment
    session.close_doors(["m2"])
    assert session.scores.proposed is not None
    assert session.scores.proposed.whole.rated == 1
    workspace.close()
    again = open_workspace(tmp_path)
    session = again.open(made)
    assert session.assessment == before._replace(open_missions=frozenset({"m3"})), "every answer stays"
    (summary,) = again.summaries()
    assert summary.totals is not None
    assert session.scores.proposed is not None
    assert summary.totals.proposed == session.scores.proposed.whole
    undone = session.undo()
    assert undone is not None
    assert undone.op is Operation.DOORS
    assert session.assessment == before
    session.close_doors([door.mission.id for door in session.grid.doors])
    assert again.summaries()[0].totals == (session.scores.whole, None)
    session.undo()
    assert session.assessment == before, "all of them are one edit"
    again.close()


def test_a_policy_left_everywhere_is_left_in_a_mission_opened_later(workspace: Workspace) -> None:
    session = workspace.open(workspace.create(make_identity()))
    session.rate(Cell("m1.a01", "social"), Rating.NO)
    session.toggle_policy("social")
    before = session.assessment
    session.open_doors(["m2"])
    social = [cell for cell in session.grid.cells if cell.policy == "social"]
    assert len(social) == 26
    assert {session.assessment.answers[cell] for cell in social} == {NOT_CONCERNED}
    assert SECOND not in session.assessment.answers
    session.undo()
    assert session.assessment == before, "one edit"
    session.redo()
    session.toggle_policy("social")
    assert session.assessment.answers == {Cell("m1.a01", "social"): Rating.NO}, "and comes back with it"


def test_a_policy_given_back_is_given_back_behind_a_door_closed_meanwhile(workspace: Workspace) -> None:
    session = workspace.open(workspace.create(make_identity(), open_missions=["m2", "m3"]))
    session.rate(SECOND, Rating.FULLY)
    session.rate(Cell("m1.a01", "famille"), Rating.NO)
    noted = session.assessment.answers
    session.toggle_policy("famille")
    session.close_doors(["m2"])
    left = session.assessment
    session.toggle_policy("famille")
    assert session.assessment.answers == noted
    session.undo()
    assert session.assessment == left, "one edit"
    session.redo()
    session.open_doors(["m2"])
    assert session.assessment.answers == noted, "what was noted behind the door has come back with it"


def test_a_door_that_is_open_or_is_none_is_not_opened_again(workspace: Workspace) -> None:
    session = workspace.open(workspace.create(make_identity(), open_missions=["m2"]))
    session.open_doors(["m1", "m2", "m9"])
    session.close_doors(["m4"])
    assert session.open_missions == {"m2"}
    assert session.next_undo() is None


def test_open_missions_stay_open_the_next_year_and_what_was_not_asked_is_no_blank(
    workspace: Workspace,
) -> None:
    made = workspace.create(make_identity(year=2026), open_missions=["m2"])
    session = workspace.open(made)
    session.rate(SECOND, Rating.FULLY)
    session.plan("m2.a01", Action("Un projet"))
    session.plan("m1.a01", Action("Un autre"))
    following = workspace.open(workspace.duplicate(made, 2027, Moment.YEARLY))
    assert following.open_missions == {"m2"}
    following.close_doors(["m2"])
    following.open_doors(["m3"])
    last = last_time_of(workspace, following.grid, following.assessment)
    assert last is not None
    assert (last.compared_lines, last.other_lines) == (14, 0), "neither then nor now is a line missing"
    assert compared(last.held, following.grid, last.grid) == last
    (plan,) = former_years(workspace, following.grid, following.assessment)
    assert list(plan.actions) == ["m1.a01"]


def test_one_s_own_file_brings_its_open_missions(workspace: Workspace, tmp_path: Path) -> None:
    made = workspace.create(make_identity(), open_missions=["m2", "m3"])
    workspace.open(made).rate(SECOND, Rating.FULLY)
    workspace.open(made).close_doors(["m3"])
    (tmp_path / "envoi").mkdir()
    sent = export(workspace, made, tmp_path / "envoi", Status.DRAFT)
    (tmp_path / "ailleurs").mkdir()
    elsewhere = open_workspace(tmp_path / "ailleurs")
    taken = elsewhere.open(take_back(elsewhere, sent.path).assessment_id)
    assert taken.open_missions == {"m2"}
    assert taken.assessment.answers == {SECOND: Rating.FULLY}
    assert read(sent.path, elsewhere.catalogue).grid == taken.grid
    elsewhere.close()


def test_the_example_has_every_mission_open_in_both_years() -> None:
    workspace, session = open_example(Clock())
    try:
        for entry in workspace.store.entries():
            assert workspace.open(entry.id).open_missions == {"m2", "m3", "m4"}
        assert session.scores.proposed is not None
        assert session.scores.proposed.whole.rated
    finally:
        workspace.close()
