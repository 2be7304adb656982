"""Giving a database back the tables of its version, after another program changed them."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from ctg_tui.domain.backups import Backup, BackupReason
from ctg_tui.storage import backups
from ctg_tui.storage.locks import locked
from ctg_tui.storage.opening import connect
from ctg_tui.storage.refusals import FAILURES, damaged, not_opened
from ctg_tui.storage.schema import EXPECTED, SCHEMA_VERSION
from ctg_tui.storage.schema_check import Shape, look
from ctg_tui.storage.statements import kind_of


def repair(database: Path, now: datetime) -> tuple[Shape, Backup]:
    """Drop the triggers and indexes that hinder writing, and rebuild altered tables with their rows.

    Return what was repaired and the backup. All is done in one transaction, after a backup; columns that
    other programs added to our tables are only in that backup afterwards.

    Raises DatabaseRefusal (`base-abimee` when the rows do not fit the tables of the version) or WriteRefusal.
    """
    lock = locked(database)
    try:
        with contextlib.closing(connect(database, write=True, any_schema=True)) as connection:
            shape = look(connection)
            if shape.has_lost:
                raise damaged(database)
            backup = backups.make(connection, database, now, BackupReason.REPAIR)
            _repair(connection, shape, database)
            connection.execute("PRAGMA journal_mode = DELETE")
    except FAILURES as error:
        raise not_opened(database, error) from error
    finally:
        lock.release()
    return shape, backup


def _repair(connection: sqlite3.Connection, found: Shape, database: Path) -> None:
    connection.execute("PRAGMA temp_store = MEMORY")  # a trigger must not write answers to another file
    # With foreign keys on, dropping a table would delete the rows of others that refer to it.
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("BEGIN IMMEDIATE")
    try:
        drop_triggers(connection, found.triggers)
        for name in (*found.refusing_indexes, *found.lost_indexes):
            kind = kind_of(EXPECTED[name]).upper() if name in EXPECTED else "INDEX"
            connection.execute(f"DROP {kind} IF EXISTS {_quoted(name)}")
        for name in found.altered_tables:
            _make_again(connection, name, EXPECTED[name])
        for name in look(connection).lost_indexes:  # also those of the tables just made
            connection.execute(EXPECTED[name])
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        still = look(connection)
        if still.is_altered or connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise damaged(database)
        connection.execute("COMMIT")
    except BaseException as error:
        connection.execute("ROLLBACK")
        if isinstance(error, sqlite3.IntegrityError):  # a row no release could have written
            raise damaged(database) from error
        raise


def drop_triggers(connection: sqlite3.Connection, names: Iterable[str]) -> None:
    """Drop triggers by name: we have none."""
    for name in names:
        connection.execute(f"DROP TRIGGER {_quoted(name)}")


def _make_again(connection: sqlite3.Connection, table: str, sql: str) -> None:
    """Rebuild one table with its rows, its highest id and the plain indexes of other programs."""
    sequence = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    indexes = _indexes(connection, table)
    there = [row[0] for row in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))]
    connection.execute(f"CREATE TEMP TABLE rows_kept AS SELECT * FROM main.{_quoted(table)}")
    connection.execute(f"DROP TABLE main.{_quoted(table)}")
    connection.execute(sql)
    ours = [row[0] for row in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))]
    columns = ", ".join(_quoted(name) for name in ours if name in there)
    connection.execute(f"INSERT INTO main.{_quoted(table)} ({columns}) SELECT {columns} FROM temp.rows_kept")
    connection.execute("DROP TABLE temp.rows_kept")
    if sequence:  # an id is never reused
        connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, sequence[0]))
    for statement, indexed in indexes:
        if indexed <= set(ours):
            connection.execute(statement)


def _indexes(connection: sqlite3.Connection, table: str) -> list[tuple[str, set[str]]]:
    """Return the SQL and the columns of each index of a table that its definition does not imply."""
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
        (table,),
    ).fetchall()
    return [
        (sql, {row[0] for row in connection.execute("SELECT name FROM pragma_index_info(?)", (name,))})
        for name, sql in indexes
    ]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
