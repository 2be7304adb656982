"""Comparing the tables of an open database with those of its version: other programs may change them."""

from __future__ import annotations

import sqlite3
from typing import Final, NamedTuple

from ctg_tui.storage.schema import EXPECTED, SCHEMA_VERSION
from ctg_tui.storage.statements import is_table, kind_of

_BUILT_IN_COLLATIONS: Final = {"BINARY", "NOCASE", "RTRIM", None}
_EXPRESSION: Final = -2
"""The column number that `index_xinfo` gives for an expression."""


class Shape(NamedTuple):
    """The tables of a database compared with those of its version.

    Views, tables and plain indexes of other programs are left out: they change nothing of ours.
    """

    is_ours: bool
    """Whether any of our tables is there."""
    declared: int
    """Its `user_version`."""
    is_empty: bool
    triggers: tuple[str, ...]
    """Triggers, all of other programs since we have none: each may change answers."""
    refusing_indexes: tuple[str, ...]
    """Indexes of other programs that can make a write fail: unique, or computed."""
    lost_indexes: tuple[str, ...]
    """Indexes and views of ours that are gone, or are no longer ours."""
    altered_tables: tuple[str, ...]
    lost_tables: tuple[str, ...]

    @property
    def is_altered(self) -> bool:
        """Whether it must be repaired before any write."""
        found = (self.triggers, self.refusing_indexes, self.lost_indexes, self.altered_tables)
        return self.is_ours and (not 0 < self.declared <= SCHEMA_VERSION or any(found))

    @property
    def has_lost(self) -> bool:
        """Whether tables are gone, with their rows."""
        return not self.is_empty and bool(self.lost_tables)


def look(connection: sqlite3.Connection) -> Shape:
    """Compare the schema with ours, in one query if nothing was changed. Raises sqlite3.Error.

    A database of a former version is not compared: it is backed up and migrated first.
    """
    declared = connection.execute("PRAGMA user_version").fetchone()[0]
    stored = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall()
    if 0 < declared < SCHEMA_VERSION:
        return Shape(True, declared, False, (), (), (), (), ())
    kinds = {name: (kind, sql) for kind, name, _, sql in stored}
    tables = {name for name, sql in EXPECTED.items() if is_table(sql)}
    there = {name for name in tables if name in kinds and kinds[name][0] == "table"}
    others = [
        (name, table)
        for kind, name, table, sql in stored
        if kind == "index" and sql and name not in EXPECTED and table in tables
    ]
    return Shape(
        is_ours=any(name in kinds for name in EXPECTED),
        declared=declared,
        is_empty=not stored,
        triggers=tuple(name for kind, name, _, _ in stored if kind == "trigger"),
        refusing_indexes=tuple(name for name, table in others if _can_refuse(connection, table, name)),
        lost_indexes=tuple(
            name
            for name, sql in EXPECTED.items()
            if name not in tables and kinds.get(name) != (kind_of(sql), sql)
        ),
        altered_tables=tuple(name for name in EXPECTED if name in there and kinds[name][1] != EXPECTED[name]),
        lost_tables=tuple(name for name in EXPECTED if name in tables - there),
    )


def _can_refuse(connection: sqlite3.Connection, table: str, index: str) -> bool:
    """Return whether an index can make a write fail: unique, partial, computed, or in an order of its own."""
    unique, partial = connection.execute(
        'SELECT "unique", partial FROM pragma_index_list(?) WHERE name = ?', (table, index)
    ).fetchone()
    columns = connection.execute("SELECT cid, coll FROM pragma_index_xinfo(?)", (index,))
    return bool(unique or partial) or any(
        cid == _EXPRESSION or collation not in _BUILT_IN_COLLATIONS for cid, collation in columns
    )
