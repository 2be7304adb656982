"""The workspace: operations on whole assessments, each created atomic, deletions with a backup."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import NOT_CONCERNED, Moment, Rating, Territory
from ctg_tui.domain.backups import BackupReason
from ctg_tui.domain.errors import NotSaved, Refusal
from ctg_tui.domain.scores import score, totals
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.editing import Session
from ctg_tui.services.report import of_assessment
from ctg_tui.services.results import last_time_of
from ctg_tui.services.workspace import Workspace, open_workspace
from ctg_tui.storage.backups import list_backups
from ctg_tui.storage.opening import backup_folder
from ctg_tui.system.files import WriteRefusal
from tests import databases
from tests.databases import DATABASE_NAME, FIRST_CELL, SECOND_CELL, Clock, raw
from tests.strategies import charente, make_grid, make_identity


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def workspace(tmp_path: Path, clock: Clock) -> Iterator[Workspace]:
    opened = databases.open_workspace(tmp_path, clock)
    yield opened
    opened.close()


def test_the_list_shows_each_assessment_with_its_figures(workspace: Workspace, clock: Clock) -> None:
    created = workspace.create(make_identity(), charente())
    clock.pass_by(days=1)
    two = workspace.create(make_identity(year=2028), charente())
    clock.pass_by(days=1)
    session = workspace.open(created)
    session.rate(FIRST_CELL, Rating.MOSTLY)
    listed = workspace.summaries()
    assert [summary.entry.id for summary in listed] == [created, two]
    assert listed[0].totals == totals(session.scores)
    assert listed[1].totals == totals(score(session.grid, {}))


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
    assert new.assessment.previous_id == created
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


def test_a_duplicate_that_cannot_be_written_whole_is_not_written_at_all(workspace: Workspace) -> None:
    created = workspace.create(make_identity(), charente())
    workspace.open(created).rate(FIRST_CELL, NOT_CONCERNED)
    workspace.store.connection.execute(
        "CREATE TEMP TRIGGER refuse BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'essai'); END"
    )
    with pytest.raises(Exception, match="essai"):
        workspace.duplicate(created, 2028, Moment.YEARLY)
    assert len(workspace.summaries()) == 1


def test_a_duplicate_without_any_nc_is_blank(workspace: Workspace) -> None:
    two = workspace.duplicate(workspace.create(make_identity(), charente()), 2028, Moment.YEARLY)
    assert workspace.open(two).assessment.answers == {}


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


def test_a_blank_assessment_takes_another_grid_without_a_backup(workspace: Workspace) -> None:
    blank = workspace.create(make_identity(), charente())
    workspace.adopt_grid(blank, make_grid(grid_id="autre"))
    assert workspace.store.load(blank).assessment.grid_id == "autre"
    assert list_backups(workspace.store.path) == ()  # no answer to come back to


def test_nothing_is_adopted_when_the_backup_cannot_be_made(workspace: Workspace, tmp_path: Path) -> None:
    created = workspace.create(make_identity(), charente())
    workspace.open(created).rate(FIRST_CELL, Rating.FULLY)
    backup_folder(tmp_path / DATABASE_NAME).write_text("un fichier tient la place du dossier")
    with pytest.raises(WriteRefusal):
        workspace.adopt_grid(created, make_grid())
    assert workspace.load(created)[1].grid_fingerprint == charente().fingerprint


def test_a_new_year_begins_with_the_present_grid_and_does_not_compare_itself_with_another(
    workspace: Workspace,
) -> None:
    grid = charente()
    former = workspace.create(make_identity(), replace(grid, fingerprint="sha256:autre"))
    session = Session(workspace.store, grid, former)
    session.rate(FIRST_CELL, NOT_CONCERNED)
    session.rate(SECOND_CELL, Rating.FULLY)
    new = workspace.open(workspace.duplicate(former, 2028, Moment.YEARLY))
    assert new.assessment.grid_fingerprint == grid.fingerprint
    assert new.assessment.answers == {}  # its grid is not here: the same id may be another line
    last = last_time_of(workspace, grid, new.assessment)
    assert last is not None
    assert (last.assessment.id, last.scores) == (former, None)
    assert of_assessment(workspace, new.assessment.id).previous is None


def everything(path: Path) -> list[str]:
    """Return the whole database as SQL."""
    with raw(path) as database:
        return [*database.iterdump()]


def test_the_form_is_cleaned_and_checked_before_it_is_stored(workspace: Workspace) -> None:
    created = workspace.create(
        make_identity(adviser=make_identity().adviser.__class__("\x1b[2J", "a@b.fr")), charente()
    )
    assert workspace.load(created)[1].identity.adviser.name == "�[2J"
    with pytest.raises(Refusal) as caught:
        workspace.create(make_identity(year=12), charente())
    assert caught.value.code == "annee-hors-bornes"


def test_a_refused_write_says_that_nothing_was_changed(workspace: Workspace) -> None:
    workspace.store.connection.execute("PRAGMA query_only = ON")
    with pytest.raises(NotSaved) as caught:
        workspace.create(make_identity(), charente())
    assert "attend" not in caught.value.message
    assert caught.value.code == "lecture-seule"


def test_opening_by_path_or_by_default_finds_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CTG_TUI_BASE", str(tmp_path / "b.db"))
    opened = open_workspace(write=True)
    created = opened.create(make_identity(), charente())
    assert opened.today() == opened.clock().astimezone().date()
    opened.close()
    again = open_workspace(tmp_path / "b.db", write=False)
    assert [summary.entry.id for summary in again.summaries()] == [created]
    assert again.catalogue.default == Catalogue().default
    again.close()


def test_the_former_assessment_is_found_by_the_territory_when_a_year_was_begun_anew(
    workspace: Workspace,
) -> None:
    first = workspace.create(make_identity(year=2025), charente())
    second = workspace.create(make_identity(year=2026, moment=Moment.END), charente())
    other = Territory("Communauté de communes de Charente Limousine", "200072049")
    workspace.create(make_identity(year=2026)._replace(territory=other), charente())
    unnamed = workspace.create(make_identity(year=2026)._replace(territory=Territory()), charente())
    last = workspace.create(make_identity(year=2027), charente())
    former = {key: last_time_of(workspace, *workspace.load(key)) for key in (first, second, unnamed, last)}
    assert {key: previous and previous.assessment.id for key, previous in former.items()} == {
        first: None,
        second: first,
        unnamed: None,
        last: second,
    }
