"""A note costs the same few statements, whatever the database holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ctg_tui.domain.assessment import Place
from ctg_tui.domain.changes import Change, Edit, Field, Operation
from ctg_tui.storage.store import Store
from tests.databases import (
    DATABASE_NAME,
    Clock,
    redo,
    undo,
)
from tests.strategies import charente, make_identity


@contextmanager
def statements(connection: sqlite3.Connection) -> Iterator[list[str]]:
    """Yield the list of SQL statements run meanwhile, with their values."""
    seen: list[str] = []
    connection.set_trace_callback(seen.append)
    try:
        yield seen
    finally:
        connection.set_trace_callback(None)


def fill_database(store: Store, assessments: int, journal_rows: int) -> None:
    """Add many assessments with answers, and a long journal of the last one."""
    grid = charente()
    with store.writing():
        for _ in range(assessments):
            last = store.create(grid, make_identity())
            store.connection.executemany(
                "INSERT INTO value (assessment_id, field, key, value, at) VALUES (?, 'note', ?, '2', '')",
                [(last, f"{c.activity}/{c.policy}") for c in grid.cells],
            )
        store.connection.executemany(
            "INSERT INTO journal (assessment_id, step, op, author, source, field, key, before, after, at)"
            " VALUES (?, ?, 'note', '', 'saisie', 'note', ?, '1', '2', '2027-01-12T13:02:11Z')",
            ((last, rank, f"m1.a{rank % 14 + 1:02}/famille") for rank in range(1, journal_rows + 1)),
        )


def test_no_statement_of_a_key_press_reads_a_table_through(tmp_path: Path) -> None:
    with Store(tmp_path / DATABASE_NAME, Clock()) as store:
        fill_database(store, 3, 100)
        edit = Edit(Operation.RATE, (Change(Field.ANSWER, "m1.a01/famille", "2", "3"),))
        with statements(store.connection) as seen:
            store.record(3, edit, Place("m1", "m1.a02", "famille"))
            store.record(3, Edit(Operation.COMMENT, (Change(Field.COMMENT, "m1.a01", None, "x"),)), None)
            undo(store, 3)
            redo(store, 3)
            store.history(3, ["m1.a01", "m1.a01/famille"])
            store.move(3, Place("m1"))
        planned = [line for line in seen if line.split()[0] in {"SELECT", "UPDATE", "DELETE", "INSERT"}]
        assert len(planned) > 20
        for line in planned:
            for step in store.connection.execute(f"EXPLAIN QUERY PLAN {line}"):
                assert not step["detail"].startswith("SCAN") or "CONSTANT ROW" in step["detail"], (
                    line,
                    step["detail"],
                )


def test_the_work_of_a_note_does_not_grow_with_the_journal(tmp_path: Path) -> None:
    """SQLite counts its own steps: a scan would multiply them by a hundred."""
    steps = {}
    for journal_rows in (100, 10_000):
        with Store(tmp_path / f"{journal_rows}.db", Clock()) as store:
            fill_database(store, 2, journal_rows)
            ticks = [0]

            def tick(ticks: list[int] = ticks) -> int:
                ticks[0] += 1
                return 0

            store.connection.set_progress_handler(tick, 10)
            store.record(2, Edit(Operation.RATE, (Change(Field.ANSWER, "m1.a01/famille", "2", "3"),)), None)
            undo(store, 2)
            redo(store, 2)
            steps[journal_rows] = ticks[0]
            store.connection.set_progress_handler(None, 0)
    assert steps[100] > 0
    assert steps[10_000] <= steps[100] + 5
