"""Copying every row that reads into a fresh file, where another program altered the tables of a database."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from ctg_tui.storage.backups import copies
from ctg_tui.storage.backups.integrity import read_all
from ctg_tui.storage.backups.restoring import prepare, put_aside
from ctg_tui.storage.opening import connect, locked
from ctg_tui.storage.reading import Reader
from ctg_tui.storage.refusals import FAILURES, damaged, not_opened
from ctg_tui.storage.schema import EXPECTED, Shape, is_table, look
from ctg_tui.system.files import atomic_replace

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
            content = copies.read_content(fresh)
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

    from ctg_tui.storage.migrations import migrate

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
