"""Merging two files into one draft and an assessment: all of it, or what was there before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ctg_tui.domain.assessment import Cell, Rating, Status
from ctg_tui.domain.merging import State
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.files import write_output
from ctg_tui.services.merging import Merger, draft, merger_of, side_of_file
from ctg_tui.services.received.kept import take_back
from ctg_tui.submission.reader import verify
from tests.databases import DATABASE_NAME, open_workspace, rows
from tests.received import AT, a_draft, submission

_CELL = Cell("m1.a01", "famille")


def make(folder: Path) -> None:
    """Create an empty database beside the drafts of two people who disagree on one cell."""
    open_workspace(folder).close()
    for number, path in enumerate(_files(folder)):
        one = a_draft(number)
        notes = {**one.answers, _CELL: (Rating.NO, Rating.FULLY)[number]}
        path.write_bytes(submission(one._replace(answers=notes), status=Status.DRAFT))


def merge(folder: Path, mark: Callable[[bytes], None]) -> None:
    """Write the draft, make an assessment of it; leave a mark after each."""
    made = draft(_merger(folder), Catalogue(), AT)
    write_output(_output(folder), made.file.content, _files(folder), replace=False)
    mark(b".")
    workspace = open_workspace(folder)
    try:
        take_back(workspace, _output(folder))
        mark(b".")
    finally:
        workspace.close()


def is_merged(folder: Path, marks: int) -> None:
    """Check that the draft is whole or not there, and the assessment whole, with its files, or not there."""
    output = _output(folder)
    assert output.exists() or not marks
    if output.exists():
        received = verify(output, Catalogue()).received
        assert received is not None
        assert len(received.assessment.contributions) == len(_files(folder))
    database = folder / DATABASE_NAME
    ((assessments,),) = rows(database, "SELECT count(*) FROM assessment")
    ((kept,),) = rows(database, "SELECT count(*) FROM document WHERE kind = 'recu'")
    assert assessments == kept
    assert assessments or marks <= 1
    again = draft(_merger(folder), Catalogue(), AT).merged
    assert [row.state for row in again.disagreements] == [State.CONFLICT]
    if assessments:
        workspace = open_workspace(folder)
        try:
            loaded = workspace.load(1)[1]
            assert loaded.answers == again.assessment.answers
            assert loaded.comments == again.assessment.comments
        finally:
            workspace.close()


def _merger(folder: Path) -> Merger:
    return merger_of([side_of_file(path, Catalogue()) for path in _files(folder)])


def _files(folder: Path) -> list[Path]:
    return [folder / "un.json", folder / "deux.json"]


def _output(folder: Path) -> Path:
    return folder / "commun.json"
