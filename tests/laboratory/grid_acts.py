"""Adopting a grid, and taking that back: whole, or not at all."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.domain.assessment import Assessment, Cell, Rating
from ctg_tui.domain.backups import BackupReason
from ctg_tui.grids.catalogue import read_grid_file
from ctg_tui.services.grid_files import install
from ctg_tui.storage.backups import list_backups
from tests.changed_grids import shorter_grid
from tests.databases import DATABASE_NAME, open_workspace
from tests.laboratory.laboratory import DONE, Mark
from tests.strategies import charente, make_identity

KEPT = Cell("m1.a01", "famille")
APART = Cell("m1.a09", "social")
"""A cell of the shipped grid that the shorter one does not have."""
_BEFORE = ({KEPT: Rating.FULLY, APART: Rating.PARTLY}, {APART.activity: "À garder"})


def make(folder: Path) -> None:
    """Create an assessment with two answers, and the file of a shorter version of its grid."""
    workspace = open_workspace(folder)
    session = workspace.open(workspace.create(make_identity(), charente()))
    session.rate(KEPT, Rating.FULLY)
    session.rate(APART, Rating.PARTLY)
    session.comment(APART.activity, "À garder")
    workspace.close()
    shorter_grid(folder)


def make_installed(folder: Path) -> None:
    """Create the same, with the shorter grid installed."""
    make(folder)
    workspace = open_workspace(folder)
    try:
        install(workspace, _file(folder))
    finally:
        workspace.close()


def adopt_it(folder: Path, mark: Mark) -> None:
    """Adopt the installed grid, then take that back."""
    workspace = open_workspace(folder)
    try:
        workspace.fill_with(workspace.open(1), workspace.shelf.installed()[0])
        mark(DONE)
        workspace.open(1).undo()
        mark(DONE)
    finally:
        workspace.close()


def is_adopted(folder: Path, marks: int) -> None:
    """Check that the assessment has one grid or the other, with every answer, and a backup before."""
    shorter = read_grid_file(_file(folder)).grid.fingerprint
    shipped = charente().fingerprint
    workspace = open_workspace(folder)
    try:
        session = workspace.open(1)
        assert session.grid.fingerprint == session.assessment.grid_fingerprint, "not the grid stored"
        assert session.grid.fingerprint in ({shipped} if marks == 2 else {shipped, shorter})
        assert _content(session.assessment) == _BEFORE, "an answer is lost"
        is_there = session.grid.fingerprint == shorter
        if is_there or marks:
            kept = [one for one in list_backups(folder / DATABASE_NAME) if one.reason is BackupReason.GRID]
            assert [one.content.answers for one in kept if one.content] == [2], "no sound backup"
        if is_there:
            session.undo()
            assert session.grid.fingerprint == session.assessment.grid_fingerprint == shipped
            assert _content(session.assessment) == _BEFORE
    finally:
        workspace.close()


def _file(folder: Path) -> Path:
    return folder / "ancienne.toml"


def _content(assessment: Assessment) -> tuple[object, ...]:
    return assessment.answers, assessment.comments
