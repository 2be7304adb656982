"""Exporting: the file is verified, and only then is the sending recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Coordinator, Identity, Moment, Profile, Rating, Status, Territory
from ctg_tui.domain.changes import Edit, Operation
from ctg_tui.domain.edits import rate
from ctg_tui.domain.errors import Refusal
from ctg_tui.services.sending import check_folder, export
from ctg_tui.services.workspace import Workspace, open_workspace
from ctg_tui.submission.file import read
from tests.each_row import each_row
from tests.strategies import charente

NOW = datetime(2027, 1, 20, 14, 2, 11, tzinfo=UTC)
IDENTITY = Identity(
    2027,
    Moment.YEARLY,
    Territory("Communauté de communes Val de Charente", "200043016", "16"),
    (Coordinator("c1", "Nom", "Prénom", Profile.PROJECT_LEAD, ("famille",)),),
)


def clock() -> datetime:
    return NOW


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = open_workspace(tmp_path / "base.db", write=True, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    chosen = tmp_path / "envoi"
    chosen.mkdir()
    return chosen


def filled(workspace: Workspace) -> int:
    """Create an assessment without a blank cell; return its id."""
    made = workspace.create(IDENTITY, charente())
    grid, assessment = workspace.load(made)
    workspace.store.record(made, Edit(Operation.OTHER, rate(assessment, grid.cells, Rating.MOSTLY)), None)
    return made


def test_a_final_export_asks_for_the_lines_of_the_caf_alone(workspace: Workspace, folder: Path) -> None:
    made = workspace.create(IDENTITY, charente())
    session = workspace.open(made)
    for cell in session.grid.own_cells:
        session.rate(cell, Rating.MOSTLY)
    proposed = next(cell for cell in session.grid.cells if cell not in session.grid.own_cells)
    session.rate(proposed, Rating.NO)
    sent = export(workspace, made, folder, Status.FINAL)
    received = read(sent.path, workspace.catalogue)
    assert received.scores is not None
    assert (received.scores.whole.percentage, received.scores.whole.points) == (67, 84)
    assert (sent.counts.rated, sent.counts.blank, sent.counts.proposed) == (42, 0, 1)
    assert received.scores.proposed is not None
    assert received.scores.proposed.whole.blank == 110


def test_a_database_opened_to_read_makes_again_what_was_made_and_no_new_sending(
    workspace: Workspace, folder: Path, tmp_path: Path
) -> None:
    made = filled(workspace)
    first = export(workspace, made, folder)
    reading = open_workspace(tmp_path / "base.db", write=False, clock=clock)
    try:
        assert export(reading, made, folder).path == first.path
        with pytest.raises(Refusal) as refused:
            export(reading, made, folder, Status.FINAL)
    finally:
        reading.close()
    assert refused.value.code == "lecture-seule"
    assert len(list(folder.iterdir())) == 1


@each_row("name", ["a\0b", "x" * 5000])
def test_a_name_that_no_system_takes_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refusal):
        check_folder(tmp_path / name)
