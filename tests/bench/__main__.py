"""Run the bench: `python -m tests.bench [--quick] [--markdown FILE]`.

Prints each ratio with its spread; `--quick` takes a few measures only, to check that the harness runs.
"""

from __future__ import annotations

import argparse
import compileall
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pyte

from ctg_tui.domain import edits
from ctg_tui.domain.assessment import Rating, Sending, Status, Territory
from ctg_tui.domain.changes import Edit, Operation
from ctg_tui.storage import journal
from ctg_tui.submission import assemble, serialise
from tests.bench.floor import READY
from tests.bench.terminal import Piece, Terminal
from tests.databases import DATABASE_NAME, open_workspace
from tests.strategies import charente, filled_assessment, make_identity

SIZE = (120, 40)
FLOOR = (sys.executable, "-m", "tests.bench.floor")
OURS = (sys.executable, "-m", "ctg_tui", "--base")
PROGRAM = str(Path(sys.executable).with_name("ctg-tui"))
SUBMISSIONS = 200
"""Ten times those of a département."""
SLOW_SYNC_MILLISECONDS = 40


class Row(NamedTuple):
    """One line of the table: the values of `ours` ÷ those of `floor` against a bound, or `ours` alone."""

    what: str
    unit: str
    ours: Sequence[float]
    bound: float
    floor: Sequence[float] = ()

    @property
    def ratio(self) -> float:
        """Ours ÷ floor by medians; ours alone without a floor."""
        return statistics.median(self.ours) / (statistics.median(self.floor) if self.floor else 1)

    @property
    def cells(self) -> tuple[str, ...]:
        """What the table shows; the 10 % quantile is the machine without disturbance."""
        verdict = "held" if self.ratio <= self.bound else "MISSED"
        ratio = f"{self.ratio:.4g}"
        if self.floor:
            low = quantile(self.ours, 0.1) / quantile(self.floor, 0.1)
            ratio = f"{self.ratio:.2f} ({low:.2f} by 10 % quantiles)"
        floor = self._summary(self.floor) if self.floor else "–"
        return self.what, floor, self._summary(self.ours), ratio, f"≤ {self.bound:g}", verdict

    def _summary(self, values: Sequence[float]) -> str:
        spread = f"{quantile(values, 0.1):.4g}–{quantile(values, 0.9):.4g}"
        return f"{statistics.median(values):.4g} {self.unit} ({spread})"


def quantile(values: Sequence[float], fraction: float) -> float:
    return sorted(values)[round(fraction * (len(values) - 1))]


def measure(folder: Path, *, quick: bool) -> Iterator[Row]:
    """Yield each row of the table as soon as it is measured."""
    starts, presses, files = (3, 12, 20) if quick else (20, 150, SUBMISSIONS)
    yield start_times(make_database(folder / "base-50", 50), starts)
    yield keys(folder, presses)
    if shutil.which("strace"):
        yield slow_disk(folder, min(presses, 40))
    yield memory(folder)
    nothing, version = [], []
    for _ in range(starts * 2):
        nothing.append(milliseconds(sys.executable, "-c", "pass"))
        version.append(milliseconds(PROGRAM, "--version"))
    yield Row("`ctg-tui --version`", "ms", version, 1.7, nothing)
    yield from consolidation(folder, files)


def make_database(folder: Path, assessments: int = 1) -> Path:
    """Make a database of so many assessments, all noted but the last, which opens first; return its path."""
    folder.mkdir()
    workspace, grid = open_workspace(folder), charente()
    for number in range(1, assessments + 1):
        territory = Territory(f"Territoire {number:03}", None, "16")  # each with its name in the list
        session = workspace.open(workspace.create(make_identity(territory=territory), grid))
        if number < assessments:
            notes = edits.rate(session.assessment, grid.cells, Rating.MOSTLY)
            journal.record(workspace.store, session.assessment.id, Edit(Operation.IMPORT, notes))
    workspace.close()
    return folder / DATABASE_NAME


def milliseconds(*command: str) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return 1000 * (time.perf_counter() - start)


def start_times(database: Path, starts: int) -> Row:
    """Measure process start → first usable frame, interleaved with the floor."""
    times: dict[str, list[float]] = {READY: [], "Territoire": []}
    for _ in range(starts):
        for command, marker in ((FLOOR, READY), ((*OURS, str(database)), "Territoire")):
            terminal = Terminal(command, SIZE)
            times[marker].append(terminal.read_until(marker)[-1].milliseconds)
            terminal.close()
    return Row("start → usable frame, 50 assessments", "ms", times["Territoire"], 1.25, times[READY])


def bare(*base: str) -> Terminal:
    """Return the floor, ready for keys; with a base it commits."""
    terminal = Terminal((*FLOOR, *base), SIZE)
    terminal.read_until(READY)
    terminal.settle()
    return terminal


def note(number: int) -> bytes:
    """Return the key of the note of that rank: each cell takes another one at each round."""
    return b"0123"[(number + number // 150) % 4 :][:1]


class Grid:
    """The program, opened on the first cell of the empty assessment of `database`."""

    def __init__(self, database: Path, before: Sequence[str] = ()) -> None:
        self.terminal = Terminal((*before, *OURS, str(database)), SIZE)
        self.screen = pyte.Screen(*SIZE)
        self._stream = pyte.ByteStream(self.screen)
        started = self.terminal.read_until("Territoire")
        self._tables([*started, Piece(0.0, self.terminal.settle())])
        self._tables(self.terminal.press(b"\r", quiet=0.7))
        for _ in range(20):
            if any("1 Politiques" in line for line in self.screen.display):
                return
            self._tables([Piece(0.0, self.terminal.settle())])
        raise AssertionError("the grid did not open")

    def answer(self, key: bytes, *, is_first: bool = False) -> float:
        """Press `key`; return the ms to the note and its percentages or, `is_first`, to the first change."""
        before = self._table()
        pieces = self.terminal.press(key)
        tables = self._tables(pieces)
        wanted = next(table for table in tables if table != before) if is_first else tables[-1]
        return pieces[tables.index(wanted)].milliseconds

    def _tables(self, pieces: Sequence[Piece]) -> list[str]:
        tables = []
        for piece in pieces:
            self._stream.feed(piece.data)
            tables.append(self._table())
        return tables

    def _table(self) -> str:
        """Return the rows between the head line and the foot: notes, percentages, bars and texts.

        The head line and the foot follow the note in a frame of their own, and say nothing of it.
        """
        return "\n".join(self.screen.display[1:-1])


def keys(folder: Path, presses: int) -> Row:
    """Measure key → saved → painted, against a bare application that commits as ours does."""
    floor, ours = bare(str(folder / "floor.db")), Grid(make_database(folder / "keys"))
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(presses):
        times[0].append(floor.press(note(number))[-1].milliseconds)
        times[1].append(ours.answer(note(number)))
    floor.close()
    ours.terminal.close()
    return Row(f"key → saved → painted, {SIZE[0]}×{SIZE[1]}", "ms", times[1], 1.4, times[0])


def slow_disk(folder: Path, presses: int) -> Row:
    """Measure key → saved → painted when every sync takes longer."""
    before = (
        *("strace", "-f", "-o", str(folder / "trace"), "-e", "trace=fsync,fdatasync"),
        *("-e", f"inject=fsync,fdatasync:delay_enter={1000 * SLOW_SYNC_MILLISECONDS}"),
    )
    ours = Grid(make_database(folder / "slow"), before)
    times = [ours.answer(note(number), is_first=True) for number in range(presses)]
    ours.terminal.close()
    what = f"each sync {SLOW_SYNC_MILLISECONDS} ms later: key → painted, p90"
    return Row(what, "ms", [quantile(times, 0.9)], 120)


def memory(folder: Path) -> Row:
    """Measure the peak memory of filling 153 cells, against the bare application with the same keys."""
    peaks = []
    for terminal in (bare(), Grid(make_database(folder / "memory")).terminal):
        for number in range(153):
            terminal.press(note(number), quiet=0.03)
        peaks.append(terminal.peak_megabytes())
        terminal.close()
    return Row("peak memory", "MB", peaks[1:], 1.5, peaks[:1])


def consolidation(folder: Path, files: int) -> Iterator[Row]:
    """Measure the workbook of many submissions of realistic size: seconds, and the most memory."""
    given = folder / "recus"
    given.mkdir()
    for number in range(files):
        identifier = str(UUID(int=number, version=4))
        sending = Sending(1, identifier, datetime(2027, 1, 20, 14, tzinfo=UTC), Status.DRAFT, "")
        assessment = filled_assessment(charente())._replace(uuid=identifier)
        document = assemble(sending, "ctg-tui 0.1.0", assessment, charente())
        (given / f"{number:05}.json").write_bytes(serialise(document))
    what, output = f"`consolider`, {files} files", str(folder / "tableau.xlsx")
    yield Row(what, "s", [milliseconds(PROGRAM, "consolider", str(given), "--sortie", output) / 1000], 10)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    yield Row(f"{what}: memory", "MB", [peak], 200)


BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"


def _write_table(page: Path, rows: Sequence[Row]) -> None:
    """Write the table between its two marks in `page`."""
    machine = f"{platform.system()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    lines = (
        f"Measured on {machine}; median (10 % – 90 % quantiles).\n",
        "| what | floor | ours | ratio | bound | |",
        "|---|---|---|---|---|---|",
        *(f"| {' | '.join(row.cells)} |" for row in rows),
    )
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    table = "\n".join((BEGIN, *lines, END))
    page.write_text(f"{before}{table}{rest.partition(END)[2]}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--markdown", type=Path)
    options = parser.parse_args()
    root = Path(__file__).parents[2]
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a missing .pyc makes every start 3.6 times longer
    for package in ("ctg_tui", "tests/bench"):
        compileall.compile_dir(root / package, quiet=1)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for row in measure(Path(folder), quick=options.quick):
            rows.append(row)
            print(" | ".join(row.cells), flush=True)
    if options.markdown:
        _write_table(options.markdown, rows)


if __name__ == "__main__":
    main()
