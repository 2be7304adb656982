"""The SQLite file of a consolidation: strict tables with French names, made whole or not at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from ctg_tui.domain.consolidation import Consolidation, Table
from ctg_tui.system.files import WriteRefusal, atomic_replace, shown_name, write_new

APPLICATION_ID: Final = 0x43544732
"""« CTG2 » in the file header: a consolidation is never taken for a database of assessments."""


def write(path: Path, content: Consolidation) -> None:
    """Write the tables of `content` at `path`. The same content gives the same bytes. Raises WriteRefusal."""

    def fill(temporary: Path) -> None:
        write_new(temporary, b"")  # private to the person before anything is in it
        with closing(sqlite3.connect(temporary.absolute(), isolation_level=None)) as connection:
            _fill(connection, content)

    try:
        atomic_replace(path, fill)
    except sqlite3.Error as error:
        raise WriteRefusal(
            "ecriture-impossible",
            f"« {shown_name(path)} » n’a pas pu être écrit : ce qui existait est intact.",
            "Libérez de la place ou choisissez un autre dossier, puis recommencez.",
        ) from error


def _fill(connection: sqlite3.Connection, content: Consolidation) -> None:
    for setting in ("journal_mode = MEMORY", "synchronous = OFF", f"application_id = {APPLICATION_ID}"):
        connection.execute(f"PRAGMA {setting}")  # the file is synced once, when it is whole
    connection.execute("BEGIN")
    facts = [("a_savoir", content.banner), *content.facts]
    connection.execute("CREATE TABLE information (nom TEXT PRIMARY KEY, valeur TEXT NOT NULL) STRICT")
    connection.executemany("INSERT INTO information VALUES (?, ?)", facts)
    connection.execute("CREATE TABLE tableau (nom TEXT PRIMARY KEY, titre TEXT, lignes TEXT) STRICT")
    described = [(table.name, table.title, table.lines) for table in content.tables]
    connection.executemany("INSERT INTO tableau VALUES (?, ?, ?)", described)
    for table in content.tables:
        connection.execute(_statement(table))
        places = ", ".join("?" * len(table.columns))
        connection.executemany(f'INSERT INTO "{table.name}" VALUES ({places})', table.rows)
    connection.execute("COMMIT")


def _statement(table: Table) -> str:
    columns = (f'"{column.name}" {"INTEGER" if column.is_number else "TEXT"}' for column in table.columns)
    return f'CREATE TABLE "{table.name}" ({", ".join(columns)}) STRICT'
