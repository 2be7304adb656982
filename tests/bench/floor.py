"""The floor: a minimal Textual app with Header, Footer, and one Static changed by a key.

`python -m tests.bench.floor [BASE]`: with BASE, each key also makes one raw SQLite commit.
"""

from __future__ import annotations

import sqlite3
import sys

from textual.app import App, ComposeResult
from textual.events import Key
from textual.widgets import Footer, Header, Static

READY = "FLOOR-READY"


class Floor(App[None]):
    BINDINGS = [("ctrl+q", "quit", "Quit")]  # noqa: RUF012 - Textual's own declaration

    def __init__(self, database: str | None) -> None:
        super().__init__()
        self._count = 0
        self._connection = connect(database) if database else None

    def compose(self) -> ComposeResult:
        yield Header()
        yield Static(READY, id="answer")
        yield Footer()

    def on_key(self, event: Key) -> None:
        if not event.is_printable:
            return
        self._count += 1
        if self._connection is not None:
            self._connection.execute("UPDATE answer SET note = ?", (self._count,))
        self.query_one("#answer", Static).update(f"{READY} {self._count}")


def connect(database: str) -> sqlite3.Connection:
    """Return a connection to a database of one number, in the journal mode of the program."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS answer (note INTEGER)")
    connection.execute("INSERT INTO answer VALUES (0)")
    return connection


if __name__ == "__main__":
    Floor(sys.argv[1] if len(sys.argv) > 1 else None).run()
