"""The health of a database: its pages and rows, and the repair that loses nothing, rebuilding its indexes."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from ctg_tui.domain.backups import Content
from ctg_tui.storage.backups import copies
from ctg_tui.storage.backups.restoring import keep_copy
from ctg_tui.storage.forecast import read_forecast
from ctg_tui.storage.grid_files import altered_grids
from ctg_tui.storage.opening import connect, locked
from ctg_tui.storage.reading import Reader
from ctg_tui.storage.refusals import FAILURES, damaged, not_opened
from ctg_tui.storage.schema import Shape, look

_ASKED: Final = 20  # messages of the check: the first ones name the kind of damage


def damage(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return SQLite's messages on damaged pages and indexes, none on rows that only break a rule of ours."""
    connection.execute("PRAGMA ignore_check_constraints = ON")
    try:
        found = tuple(row[0] for row in connection.execute(f"PRAGMA integrity_check({_ASKED})"))
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_ERROR:
            raise
        return ()  # a function or an order of another program that is not here: reading the rows will tell
    finally:
        connection.execute("PRAGMA ignore_check_constraints = OFF")
    return () if found == ("ok",) else found


def read_all(reader: Reader) -> None:
    """Load every assessment and its forecast, as the program does. Raises DatabaseRefusal."""
    for entry in reader.entries():
        reader.load(entry.id)
        read_forecast(reader, entry.id)


_ONLY_INDEXES: Final = ("missing from index", "wrong # of entries in index")
SQLITE_VERSION: Final = sqlite3.sqlite_version
_REBUILD: Final = "REINDEX"


@dataclass(frozen=True)
class Health:
    """The findings of a check. `content` is None for a database to repair; `shape` is that of its tables.

    `indexes_only`: every row can be read; only the indexes disagree with them. `is_altered`: the pages are
    sound, but another program changed the tables, or wrote rows that break their rules. `altered_grids` are
    the titles of the grids whose content is not that of their fingerprint any more.
    """

    shape: Shape
    content: Content | None
    indexes_only: bool = False
    is_altered: bool = False
    altered_grids: tuple[str, ...] = ()


def examine(database: Path) -> Health:
    """Return the health of a closed or open database. Raises DatabaseRefusal if it cannot be opened."""
    try:
        with contextlib.closing(connect(database, write=False, pages=False)) as connection:
            shape = look(connection)
            if shape.is_empty:
                return Health(shape, Content(0, 0, 0, None))
            if messages := damage(connection):
                return Health(
                    shape, None, all(any(phrase in line for phrase in _ONLY_INDEXES) for line in messages)
                )
            if shape.is_altered or (shape.is_ours and shape.has_lost) or copies.breaks_rules(connection):
                return Health(shape, None, is_altered=True)
            content = copies.read_content(connection)
            read_all(Reader(connection, database))
            return Health(shape, content, altered_grids=altered_grids(connection))
    except FAILURES as error:
        raise not_opened(database, error) from error


def rebuild_indexes(database: Path, now: datetime) -> Path:
    """Rebuild the indexes from the rows, after a copy of the file as it was; return the copy.

    Raises DatabaseRefusal (`base-abimee` when rebuilding is not enough) or WriteRefusal.
    """
    lock = locked(database)
    try:
        copy = keep_copy(database, now)
        with contextlib.closing(connect(database, write=True, pages=False, any_schema=True)) as connection:
            connection.execute(_REBUILD)
            if connection.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
                raise damaged(database)
            connection.execute("PRAGMA journal_mode = DELETE")
    except FAILURES as error:
        raise not_opened(database, error) from error
    finally:
        lock.release()
    return copy
