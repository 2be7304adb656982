"""The workspace: operations on whole assessments, each created atomic, deletions with a backup."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import NOT_CONCERNED, Moment, Rating
from ctg_tui.domain.errors import Refusal
from ctg_tui.services.results import last_time_of
from ctg_tui.services.workspace import Workspace
from ctg_tui.storage.backups import list_backups
from ctg_tui.storage.connection import BackupReason, backup_folder
from ctg_tui.system.files import WriteRefusal
from tests import databases
from tests.databases import DATABASE_NAME, FIRST_CELL, SECOND_CELL, Clock
from tests.strategies import charente, make_grid, make_identity


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def workspace(tmp_path: Path, clock: Clock) -> Iterator[Workspace]:
    opened = databases.open_workspace(tmp_path, clock)
    yield opened
    opened.close()


def test_an_assessment_of_an_unknown_grid_is_listed_without_figures_and_stays(workspace: Workspace) -> None:
    created = workspace.create(make_identity(), make_grid(grid_id="inconnue"))
    (summary,) = workspace.summaries()
    assert summary.grid is None
    assert summary.totals is None
    for act in (workspace.open, workspace.load):
        with pytest.raises(Refusal) as caught:
            act(created)
        assert caught.value.code == "grille-inconnue"
        assert "intactes" in caught.value.message


def test_a_new_year_starts_with_the_same_form_and_the_same_nc(workspace: Workspace) -> None:
    created = workspace.create(make_identity(), charente())
    session = workspace.open(created)
    session.rate(FIRST_CELL, Rating.FULLY)
    session.rate(SECOND_CELL, NOT_CONCERNED)
    session.comment("m1.a01", "x")
    two = workspace.duplicate(created, 2028, Moment.END)
    new = workspace.open(two)
    assert new.assessment.answers == {SECOND_CELL: NOT_CONCERNED}
    assert new.assessment.comments == {}
    assert new.assessment.identity == make_identity(year=2028, moment=Moment.END)
    assert new.assessment.previous_uuid == session.assessment.uuid
    last = last_time_of(workspace, new.grid, new.assessment)
    assert last is not None
    assert last.assessment.answers[FIRST_CELL] == Rating.FULLY
    assert last.scores == session.scores
    assert last_time_of(workspace, session.grid, session.assessment) is None
    new.undo()
    assert new.assessment.answers == {}
    new.identify(new.assessment.identity._replace(year=2026))
    assert last_time_of(workspace, new.grid, new.assessment) is None, "a later year is not the last time"
    before = last_time_of(workspace, session.grid, session.assessment)
    assert before is not None
    assert before.year == 2026


def test_deleting_makes_a_backup_first(workspace: Workspace, tmp_path: Path) -> None:
    created = workspace.create(make_identity(), charente())
    workspace.open(created).rate(FIRST_CELL, Rating.FULLY)
    workspace.delete(created)
    assert workspace.summaries() == ()
    (backup,) = list_backups(tmp_path / DATABASE_NAME)
    assert backup.reason is BackupReason.DELETION
    assert backup.content is not None
    assert backup.content.answers == 1


def test_nothing_is_deleted_when_the_backup_cannot_be_made(workspace: Workspace, tmp_path: Path) -> None:
    created = workspace.create(make_identity(), charente())
    backup_folder(tmp_path / DATABASE_NAME).write_text("un fichier tient la place du dossier")
    with pytest.raises(WriteRefusal):
        workspace.delete(created)
    assert [summary.entry.id for summary in workspace.summaries()] == [created]
