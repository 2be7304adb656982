"""The soundness of a database: its pages, and everything it holds, which may make no sense in sound pages."""

from __future__ import annotations

import sqlite3
from typing import Final

from ctg_tui.storage.forecasts import read_forecast
from ctg_tui.storage.reading import Reader

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
