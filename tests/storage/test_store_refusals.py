"""Each failure of a database has its sentence."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from ctg_tui.domain.errors import DatabaseRefusal
from ctg_tui.storage.store import Store
from tests.each_row import each_row
from tests.strategies import make_grid, make_identity


@each_row(
    "code, expected",
    [
        (sqlite3.SQLITE_FULL, "disque-plein"),
        (sqlite3.SQLITE_READONLY, "lecture-seule"),
        (sqlite3.SQLITE_CANTOPEN, "lecture-seule"),
        (sqlite3.SQLITE_BUSY, "base-occupee"),
        (sqlite3.SQLITE_CORRUPT, "base-abimee"),
        (sqlite3.SQLITE_NOTADB, "base-abimee"),
        (sqlite3.SQLITE_IOERR, "erreur-disque"),
        (sqlite3.SQLITE_IOERR | 0x400, "erreur-disque"),
    ],
)
def test_each_failure_of_sqlite_has_its_sentence(code: int, expected: str) -> None:
    from ctg_tui.storage.refusals import not_saved

    error = sqlite3.OperationalError("essai")
    error.sqlite_errorcode = code
    refusal = not_saved(error)
    assert refusal.code == expected
    assert refusal.advice
    is_damaged = expected == "base-abimee"
    assert ("enregistré" in refusal.message) is not is_damaged, "of a damaged file nothing is said to be safe"


@each_row(
    "error, saving, opening",
    [
        (OSError(28, "no space"), "disque-plein", "disque-plein"),
        (OSError(27, "too big"), "disque-plein", "disque-plein"),
        (PermissionError(13, "no"), "lecture-seule", "base-sans-droit"),
        (OSError(30, "read-only"), "lecture-seule", "base-sans-droit"),
        (OSError(5, "I/O"), "erreur-disque", "base-illisible"),
    ],
)
def test_each_failure_of_the_system_has_its_sentence(error: OSError, saving: str, opening: str) -> None:
    from ctg_tui.storage.refusals import not_opened, not_saved

    assert not_saved(error).code == saving
    assert not_opened(Path("base.db"), error).code == opening


@each_row(
    "code, expected",
    [
        *((sqlite3.SQLITE_BUSY, "base-occupee"), (sqlite3.SQLITE_FULL, "disque-plein")),
        (sqlite3.SQLITE_READONLY, "base-sans-droit"),
        *((sqlite3.SQLITE_CORRUPT, "base-abimee"), (sqlite3.SQLITE_CANTOPEN, "base-illisible")),
    ],
)
def test_each_failure_to_open_has_its_sentence(code: int, expected: str) -> None:
    from ctg_tui.storage.refusals import not_opened

    error = sqlite3.OperationalError("essai")
    error.sqlite_errorcode = code
    refusal = not_opened(Path("base.db"), error)
    assert isinstance(refusal, DatabaseRefusal)
    assert refusal.code == expected
    assert "base.db" in refusal.message


def test_a_defect_of_ours_is_never_told_as_a_failure_of_the_disk(store: Store) -> None:
    store.connection.close()
    with pytest.raises(sqlite3.ProgrammingError):
        store.entries()
    with pytest.raises(sqlite3.ProgrammingError):
        store.create(make_grid(), make_identity())
