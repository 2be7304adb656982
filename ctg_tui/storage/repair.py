"""The health of a database, and its repairs: its indexes rebuilt, or every row that reads in a fresh file."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from ctg_tui.domain.backups import Content
from ctg_tui.storage import backups
from ctg_tui.storage.backups import keep_copy, prepare, put_aside
from ctg_tui.storage.grid_files import altered_grids
from ctg_tui.storage.journal import read_forecast
from ctg_tui.storage.opening import connect, damage, locked
from ctg_tui.storage.reading import Reader
from ctg_tui.storage.refusals import FAILURES, damaged, not_opened
from ctg_tui.storage.schema import EXPECTED, Shape, is_table, look, migrate
from ctg_tui.system.files import atomic_replace


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
            if shape.is_altered or (shape.is_ours and shape.has_lost) or backups.breaks_rules(connection):
                return Health(shape, None, is_altered=True)
            content = backups.read_content(connection)
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


_DOES_NOT_FIT: Final = (sqlite3.IntegrityError, UnicodeEncodeError)
"""Raised for a row that the tables of the version refuse, or a text that is not UTF-8."""


class LeftOut(NamedTuple):
    """What one table holds that does not fit the version: the keys of its rows; None where it is gone."""

    table: str
    keys: tuple[str, ...] | None


class Renewed(NamedTuple):
    """The result of a copy: the changes found, the files put aside, and what is in these alone."""

    shape: Shape
    put_aside: tuple[Path, ...]
    left_out: tuple[LeftOut, ...]


def renew(database: Path, now: datetime) -> Renewed:
    """Put a fresh file, with every row that reads, in the place of `database`, which is put aside as it was.

    Columns, tables and views of other programs are only in the file put aside. The database is closed, and
    its pages have been checked.

    Raises DatabaseRefusal (`base-abimee` when a page cannot be read, or no assessment would be left) or
    WriteRefusal: the database is then as it was.
    """
    lock = locked(database)
    try:
        with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
            with contextlib.closing(connect(database, write=True, pages=False, any_schema=True)) as source:
                shape = look(source)
                source.execute("BEGIN IMMEDIATE")
                left_out = tuple(_copy(source, fresh, shape))
                source.execute("ROLLBACK")
                source.execute("PRAGMA journal_mode = DELETE")
            content = backups.read_content(fresh)
            if not content.assessments and any(table == "assessment" for table, _ in left_out):
                raise damaged(database)
            fresh.row_factory = sqlite3.Row
            read_all(Reader(fresh, database))
            aside: list[Path] = []

            def fill(temporary: Path) -> None:
                prepare(fresh, temporary, content, database)
                aside.extend(put_aside(database, now))

            atomic_replace(database, fill)
    except FAILURES as error:
        raise not_opened(database, error) from error
    finally:
        lock.release()
    return Renewed(shape, tuple(aside), left_out)


def _copy(source: sqlite3.Connection, fresh: sqlite3.Connection, shape: Shape) -> Iterator[LeftOut]:
    """Make the tables of the version in `fresh`, copy the rows of `source`, yield those that do not fit."""
    from sqlite_utils.db import Database  # rarely needed, as the migrations

    migrate(Database(fresh, execute_plugins=False))
    source.row_factory = None
    source.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")  # not UTF-8: refused on writing
    fresh.execute("BEGIN")
    refused = {
        table: None if table in shape.lost_tables else _copy_rows(source, fresh, table)
        for table, sql in EXPECTED.items()
        if is_table(sql)
    }
    for table, keys in refused.items():
        orphans = _remove_orphans(fresh, table)
        if keys is None or keys or orphans:
            yield LeftOut(table, None if keys is None else (*keys, *orphans))
    _copy_highest_ids(source, fresh)
    fresh.execute("COMMIT")


def _copy_rows(source: sqlite3.Connection, fresh: sqlite3.Connection, table: str) -> list[str]:
    """Copy the rows of one table in their order; return the keys of those that do not fit."""
    there = {name.lower() for (name,) in source.execute("SELECT name FROM pragma_table_xinfo(?)", (table,))}
    ours = fresh.execute("SELECT name, pk FROM pragma_table_info(?)", (table,)).fetchall()
    columns = [name for name, _ in ours if name in there]
    keys = [rank for rank, name in enumerate(columns) if dict(ours)[name]]
    names = ", ".join(columns)
    insertion = f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})"
    refused = []
    # In the order of the table, whatever index another program made.
    for row in source.execute(f"SELECT {names or 'NULL'} FROM main.{table} NOT INDEXED"):
        try:
            fresh.execute(insertion, row)
        except _DOES_NOT_FIT:
            refused.append(" ".join(str(row[rank]) for rank in keys))
    return refused


def _remove_orphans(fresh: sqlite3.Connection, table: str) -> list[str]:
    """Remove the rows of a table that belong to nothing; return their keys. A mere reference is forgotten."""
    parents = 'SELECT "from", "table", "to", on_delete FROM pragma_foreign_key_list(?)'
    keys = [
        name
        for (name,) in fresh.execute(
            "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY cid", (table,)
        )
    ]
    removed: list[str] = []
    for column, parent, key, action in fresh.execute(parents, (table,)).fetchall():
        orphans = f"{column} IS NOT NULL AND {column} NOT IN (SELECT {key} FROM {parent})"
        if action != "CASCADE":
            fresh.execute(f"UPDATE {table} SET {column} = NULL WHERE {orphans}")
            continue
        found = fresh.execute(f"SELECT {', '.join(keys)} FROM {table} WHERE {orphans}").fetchall()
        removed += [" ".join(map(str, row)) for row in found]
        fresh.execute(f"DELETE FROM {table} WHERE {orphans}")
    return removed


def _copy_highest_ids(source: sqlite3.Connection, fresh: sqlite3.Connection) -> None:
    """Keep the highest id that each table ever gave: none is given twice, even after a deletion."""
    if source.execute("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'").fetchone() is None:
        return
    for table, highest in source.execute("SELECT name, seq FROM sqlite_sequence").fetchall():
        if is_table(EXPECTED.get(table, "")) and isinstance(highest, int):
            (last,) = fresh.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()
            fresh.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
            fresh.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (table, max(highest, last)))
