"""The program with a log of its writes: `python -m tests.bench.waiting LOG BASE`.

A line `put T` for each change that enters the queue, `commit B E` for each transaction from its begin to the
end of its commit; all in seconds of one clock.
"""

from __future__ import annotations

import functools
import sqlite3
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from typing import Any, TextIO
from unittest import mock

from ctg_tui.cli.guard import guarded
from ctg_tui.storage.writer import Work, Writer


def logged(log: TextIO, run: Callable[[], int]) -> int:
    """Return `run()`, with the changes and the commits of the program written to `log`."""

    class Timed(sqlite3.Connection):
        began = 0.0

        def execute(self, sql: str, /, *parameters: Any) -> sqlite3.Cursor:
            if sql == "BEGIN":
                self.began = monotonic()
            done = super().execute(sql, *parameters)
            if sql == "COMMIT":
                log.write(f"commit {self.began} {monotonic()}\n")
            return done

    class Counting(Writer):
        def put(self, work: Work, meanwhile: Callable[[], object] | None = None) -> None:
            if work.is_counted:
                log.write(f"put {monotonic()}\n")
            super().put(work, meanwhile)

    connect = functools.partial(sqlite3.connect, factory=Timed)
    with (
        mock.patch.object(sqlite3, "connect", connect),
        mock.patch("ctg_tui.storage.store.Writer", Counting),
    ):
        return run()


def longest_wait(lines: Sequence[str]) -> tuple[float, int]:
    """Return the most seconds that a change was unsaved beyond two commits, and the number of changes.

    The two are the commit that ran when the change came, and its own. Raises ValueError when a change has no
    commit.
    """
    words = [line.split() for line in lines]
    puts = [float(time) for kind, time, *_ in words if kind == "put"]
    commits = [(float(begin), float(end[0])) for kind, begin, *end in words if kind == "commit"]
    waits = []
    for put in puts:
        own = next((rank for rank, (begin, _) in enumerate(commits) if begin >= put), None)
        if own is None:
            raise ValueError(f"the change of {put} was not committed")
        two = sum(end - begin for begin, end in commits[max(own - 1, 0) : own + 1])
        waits.append(commits[own][1] - put - two)
    return max(waits, default=0.0), len(puts)


if __name__ == "__main__":
    with Path(sys.argv[1]).open("w", buffering=1, encoding="utf-8") as opened:
        sys.exit(logged(opened, lambda: guarded(["--base", sys.argv[2]])))
