"""The rollback journal modes compared: `python -m tests.laboratory.journal_modes [FOLDER]`.

On the slow disk each fsync takes 15 ms longer: the process is followed, and delayed.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from ctg_tui.domain.assessment import Place, Rating
from ctg_tui.services.editing import Session
from tests.databases import open_workspace
from tests.laboratory.tracing import follow
from tests.strategies import ALL_OPEN, make_identity

MODES = ("DELETE", "TRUNCATE", "PERSIST")
NOTES = 500
NOTES_ON_A_SLOW_DISK = 25
SLOWER_SECONDS = 0.015
_SYNCS = {"fsync", "fdatasync"}


def main() -> None:
    """Print the table of docs/reliability.md, measured on the disk of FOLDER."""
    sys.stdout.write("| mode | median (ms) | 99 % (ms) | syncs a note | median, slow disk (ms) |\n")
    sys.stdout.write("|---|---:|---:|---:|---:|\n")
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if sys.argv[1:] else None) as name:
        folder = Path(name)
        for mode in MODES:
            times = sorted(_notes(folder / mode, mode, NOTES))
            syncs, slow = _on_a_slow_disk(folder / f"{mode} lent", mode)
            figures = (
                f"{1000 * statistics.median(times):.2f}",
                f"{1000 * times[len(times) * 99 // 100]:.2f}",
                f"{syncs:g}",
                f"{1000 * slow:.0f}",
            )
            sys.stdout.write(f"| {mode} | {' | '.join(figures)} |\n")


def _notes(folder: Path, mode: str, number: int, mark: Callable[[], object] = lambda: None) -> list[float]:
    """Return the seconds of each of `number` notes, on a new database in that mode."""
    workspace = open_workspace(folder)
    session = workspace.open(workspace.create(make_identity(), open_missions=ALL_OPEN))
    session._store.connection.execute(f"PRAGMA journal_mode = {mode}")
    _note(session, 0)
    times = []
    for rank in range(1, number + 1):
        mark()
        started = time.perf_counter()
        _note(session, rank)
        times.append(time.perf_counter() - started)
    mark()
    workspace.close()
    return times


def _note(session: Session, rank: int) -> None:
    cells = session.grid.cells
    cell = cells[rank % len(cells)]
    session.rate(cell, Rating((rank + rank // len(cells)) % 4), Place("m1", cell.activity, cell.policy))


def _on_a_slow_disk(folder: Path, mode: str) -> tuple[float, float]:
    """Return the number of fsyncs per note, and the median seconds of a note."""
    marks: list[float] = []
    syncs = 0
    work = follow(lambda mark: _timed(folder, mode, lambda: mark(b".")))
    for call in work:
        if call.name == "mark":
            marks.append(time.perf_counter())
        elif call.name in _SYNCS and marks:
            if len(marks) <= NOTES_ON_A_SLOW_DISK:
                syncs += 1
            time.sleep(SLOWER_SECONDS)  # the process waits meanwhile
    between = [end - start for start, end in pairwise(marks)]
    return syncs / NOTES_ON_A_SLOW_DISK, statistics.median(between)


def _timed(folder: Path, mode: str, mark: Callable[[], object]) -> None:
    _notes(folder, mode, NOTES_ON_A_SLOW_DISK, mark)


if __name__ == "__main__":
    main()
