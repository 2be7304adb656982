"""One row per assessment received, and each opened read-only."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Cell
from ctg_tui.domain.errors import Refusal
from ctg_tui.services import received as kept
from ctg_tui.services.workspace import Workspace
from ctg_tui.storage.backups import list_backups
from tests.databases import DATABASE_NAME, Clock, open_workspace, raw, rows
from tests.received import an_assessment, examples, receive, submission, uuid_of, write

FIRST = Cell("m1.a01", "famille")


def take(workspace: Workspace, tmp_path: Path, *contents: bytes) -> None:
    receive(workspace, write(tmp_path / "recus", contents))


def test_a_damaged_row_is_refused_with_what_to_do(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, tmp_path, examples()["bon-fil.json"])
    (row,) = kept.files_that_count(workspace)
    with raw(tmp_path / DATABASE_NAME) as connection:
        connection.execute("UPDATE document SET content = x'7b7d' WHERE kind = 'recu'")
    with pytest.raises(Refusal) as caught:
        kept.ReceivedSession(workspace, row)
    assert "refusé" in caught.value.message


def test_the_latest_year_of_a_territory_stands_first(workspace: Workspace, tmp_path: Path) -> None:
    made = {year: an_assessment(year) for year in (2026, 2028, 2027)}
    files = [one._replace(identity=one.identity._replace(year=year)) for year, one in made.items()]
    take(workspace, tmp_path, *map(submission, files))
    assert [one.year for one in kept.files_that_count(workspace)] == [2028, 2027, 2026]


def test_forgetting_an_assessment_received_keeps_the_others_and_a_backup(tmp_path: Path) -> None:
    clock = Clock()
    workspace = open_workspace(tmp_path, clock)
    take(workspace, tmp_path, *(submission(an_assessment(one, territory=one)) for one in (0, 1)))
    kept.forget(workspace, uuid_of(0))
    assert [one.lineage for one in kept.files_that_count(workspace)] == [uuid_of(1)]
    (backup,) = list_backups(tmp_path / DATABASE_NAME)
    assert rows(backup.path, "SELECT count(*) FROM document WHERE kind = 'recu'") == [(2,)]
    workspace.close()
