"""Merging two files into an assessment: all of it, with the merged file, or nothing."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.domain.assessment import Cell, Rating, Status
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.merging import Draft, merge_sides, side_of_file, take
from tests.databases import DATABASE_NAME, open_workspace, rows
from tests.laboratory.laboratory import DONE, Mark
from tests.received import AT, a_draft, submission

_CELL = Cell("m1.a01", "famille")


def make(folder: Path) -> None:
    """Create an empty database beside the drafts of two people who disagree on one cell."""
    open_workspace(folder).close()
    for number, path in enumerate(_files(folder)):
        one = a_draft(number)
        notes = {**one.answers, _CELL: (Rating.NO, Rating.FULLY)[number]}
        path.write_bytes(submission(one._replace(answers=notes), status=Status.DRAFT))


def merge(folder: Path, mark: Mark) -> None:
    """Make an assessment of the files; leave a mark after it."""
    workspace = open_workspace(folder)
    try:
        take(workspace, _draft(folder))
        mark(DONE)
    finally:
        workspace.close()


def is_merged(folder: Path, marks: int) -> None:
    """Check that the assessment is whole, with the files it was made of, or not there."""
    database = folder / DATABASE_NAME
    ((assessments,),) = rows(database, "SELECT count(*) FROM assessment")
    ((kept,),) = rows(database, "SELECT count(*) FROM document WHERE kind = 'recu'")
    assert assessments == kept
    assert assessments or not marks
    again = _draft(folder).merged
    assert len(again.conflicts) == 1
    if assessments:
        workspace = open_workspace(folder)
        try:
            loaded = workspace.load(1)[1]
            assert loaded.answers == again.assessment.answers
            assert loaded.comments == again.assessment.comments
        finally:
            workspace.close()


def _draft(folder: Path) -> Draft:
    sides = [side_of_file(path, Catalogue()) for path in _files(folder)]
    return merge_sides(sides, Catalogue(), AT)


def _files(folder: Path) -> list[Path]:
    return [folder / "un.json", folder / "deux.json"]
