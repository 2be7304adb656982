"""The grids of a database: each assessment keeps its own, and takes another one only when asked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import NOT_CONCERNED, Cell, Moment, Rating
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.details import change_sentence
from ctg_tui.services.exchange import install
from ctg_tui.services.results import apart_names, last_time_of
from ctg_tui.services.workspace import Workspace, open_workspace
from ctg_tui.wording.french import NBSP
from ctg_tui.wording.lines import foreign_lines
from tests.changed_grids import shorter_grid
from tests.databases import DATABASE_NAME, FIRST_CELL, Clock, turn
from tests.strategies import charente, make_assessment, make_grid, make_identity

LAST = Cell("m1.a14", "social")
"""A cell that the shorter grid does not have."""


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = open_workspace(tmp_path / DATABASE_NAME, write=True, clock=Clock())
    yield opened
    opened.close()


def filled(workspace: Workspace) -> int:
    assessment_id = workspace.create(make_identity(), charente())
    session = workspace.open(assessment_id)
    session.rate(FIRST_CELL, Rating.FULLY)
    session.rate(LAST, Rating.PARTLY)
    session.comment(LAST.activity, "À garder")
    return assessment_id


def test_an_adopted_grid_is_taken_back_with_every_answer_also_on_another_day(
    workspace: Workspace, tmp_path: Path
) -> None:
    created = filled(workspace)
    installed, _ = install(workspace, shorter_grid(tmp_path))
    grid, before = workspace.load(created)
    said = change_sentence(before, grid, installed).replace("\N{NO-BREAK SPACE}", " ")
    assert said == (
        "1 ligne saisie n’y a pas de place. Ce qui y est reste enregistré, n’est plus compté, et se lit dans "
        "Résultats."
    )
    workspace.fill_with(workspace.open(created), installed)
    session = workspace.open(created)
    assert session.grid.fingerprint == installed.fingerprint
    (name,) = apart_names(workspace, session.grid, session.assessment).values()
    assert name.endswith(Catalogue().default.activities[LAST.activity].label)
    session.rate(Cell("m1.a02", "social"), Rating.MOSTLY)
    workspace.store.checkpoint()  # what a rest of two seconds does
    copy = tmp_path / "copie.db"  # opened by another program start
    shutil.copyfile(workspace.store.path, copy)
    again = open_workspace(copy, write=True)
    try:
        session = again.open(created)
        session.undo()
        session.undo()
        assert session.assessment == before
        assert session.grid.fingerprint == before.grid_fingerprint
        assert session.scores == again.open(created).scores
        session.redo()
        assert session.grid.fingerprint == installed.fingerprint
    finally:
        again.close()


def test_last_time_is_compared_on_the_lines_that_both_grids_have(
    workspace: Workspace, tmp_path: Path
) -> None:
    former = workspace.create(make_identity(year=2026), charente())
    session = workspace.open(former)
    session.rate(FIRST_CELL, Rating.FULLY)
    session.rate(LAST, Rating.NO)
    grid = session.grid
    installed, _ = install(workspace, shorter_grid(tmp_path))
    following = workspace.open(workspace.duplicate(former, 2027, Moment.YEARLY))
    assert following.grid.fingerprint == installed.fingerprint
    last = last_time_of(workspace, following.grid, following.assessment)
    assert last is not None
    assert last.scores.whole.percentage == 100  # the line noted 0 is not in this grid
    assert last.asked == {*installed.cells} < {*grid.cells}
    other = replace(installed, id="autre", fingerprint="sha256:autre", missions=())
    last = last_time_of(workspace, other, following.assessment)
    assert last is not None
    assert not len(last.asked)


def test_a_policy_that_is_not_concerned_stays_so_on_every_line_of_the_grid_changed_to(
    workspace: Workspace,
) -> None:
    made = workspace.create(make_identity())
    turn(workspace.open(made), "education")
    workspace.fill_with(workspace.open(made), charente())
    grid, assessment = workspace.load(made)
    assert {cell for cell in grid.cells if assessment.answers.get(cell) is NOT_CONCERNED} == {
        cell for cell in grid.cells if cell.policy == "education"
    }


def test_of_a_line_with_a_policy_that_the_grid_has_not_only_what_is_not_counted_is_listed() -> None:
    grid = make_grid(policies=("famille", "education"))
    noted = {Cell("m1.a01", "famille"): Rating(3), Cell("m1.a01", "handicap"): Rating(0)}
    assert [*foreign_lines(grid, make_assessment(grid, noted))] == [("m1.a01", f"handicap{NBSP}0")]
