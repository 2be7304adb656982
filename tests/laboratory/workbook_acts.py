"""Taking a Caf's workbook: whole, or not at all."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.services.spreadsheet import reading
from ctg_tui.storage.documents import kept_grids
from ctg_tui.storage.store import Store
from tests.databases import DATABASE_NAME, Clock, documents, open_workspace, rows
from tests.laboratory.laboratory import DONE, Mark
from tests.spreadsheet.workbooks import OTHER_FILLED, answers_of, put
from tests.strategies import charente


def make(folder: Path) -> None:
    """Create an empty database, and a filled workbook whose lines no grid has."""
    open_workspace(folder).close()
    put(_file(folder), OTHER_FILLED)


def take(folder: Path, mark: Mark) -> None:
    """Make a new assessment of the workbook."""
    workspace = open_workspace(folder)
    try:
        reading.take(workspace, reading.read(_file(folder), workspace.catalogue))
        mark(DONE)
    finally:
        workspace.close()


def is_taken(folder: Path, marks: int) -> None:
    """Check that everything of the workbook is there, or nothing of it."""
    database = folder / DATABASE_NAME
    with Store(database, Clock()) as store:
        entries = store.entries()
        assert len(entries) in ({1} if marks else {0, 1})
        if entries:
            taken = store.load(entries[0].id).assessment
            ((grid, _),) = kept_grids(store)
            given = answers_of(charente())
            assert [*map(taken.answers.get, grid.cells)] == [*map(given.get, charente().cells)]
    kept = [content for (content,) in documents(database, "tableur", "content")]
    assert kept == [_file(folder).read_bytes()] * len(entries)
    assert rows(database, "SELECT count(*) FROM document WHERE kind = 'grille'") == [(len(entries),)]


def _file(folder: Path) -> Path:
    return folder / "grille.xlsx"
