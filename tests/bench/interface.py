"""Measures on a pseudo-terminal: starts, keys, bytes, memory, processor time."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyte

from tests.bench.figures import Row, Series, quantile
from tests.bench.floor import READY
from tests.bench.terminal import Piece, Terminal, TooSlowError

FLOOR = (sys.executable, "-m", "tests.bench.floor")
OURS = (sys.executable, "-m", "ctg_tui", "--base")
NOTES = b"0123"
SLOW_SYNC_MILLISECONDS = 40


def start_times(database: Path, marker: str, starts: int, size: tuple[int, int], what: str) -> Row:
    """Measure process start → first usable frame, interleaved with the floor."""
    floor, ours = [], []
    for _ in range(starts):
        floor.append(_first_frame(FLOOR, READY, size))
        ours.append(_first_frame((*OURS, str(database)), marker, size))
    return Row(what, Series("floor", "ms", tuple(floor)), Series("ours", "ms", tuple(ours)), bound=1.25)


def _first_frame(command: Sequence[str], marker: str, size: tuple[int, int]) -> float:
    terminal = Terminal(command, size)
    try:
        return 1000 * terminal.read_until(marker.encode())[-1].seconds
    finally:
        terminal.close()


class Grid:
    """The program, opened on the first cell of the empty assessment of `database`."""

    def __init__(
        self,
        database: Path,
        size: tuple[int, int],
        before: Sequence[str] = (),
        program: Sequence[str] = OURS,
    ) -> None:
        self.terminal = Terminal((*before, *program, str(database)), size)
        self.screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        started = self.terminal.read_until(b"Territoire")
        list(self._shown([*started, Piece(0.0, self.terminal.settle())]))
        list(self._shown(self.terminal.press(b"\r", quiet=0.7)))
        for _ in range(20):
            if any("1 Politiques" in line for line in self.screen.display):
                return
            list(self._shown([Piece(0.0, self.terminal.settle())]))
        raise TooSlowError("the grid did not open")

    def answer(self, key: bytes) -> float:
        """Press `key`; return the ms to the note and its percentages."""
        pieces = self.terminal.press(key)
        texts = [*map(_noted, self._shown(pieces))]
        return 1000 * pieces[texts.index(texts[-1])].seconds

    def first_change(self, key: bytes) -> float:
        """Press `key`; return the ms to the first change of the table, whether saved yet or not."""
        before = _noted("\n".join(self.screen.display))
        pieces = self.terminal.press(key)
        changed = next(i for i, text in enumerate(self._shown(pieces)) if _noted(text) != before)
        return 1000 * pieces[changed].seconds

    def _shown(self, pieces: Sequence[Piece]) -> Iterator[str]:
        for piece in pieces:
            self._stream.feed(piece.data)
            yield "\n".join(self.screen.display)


def _noted(screen: str) -> str:
    """Return the rows between the head line and the rule below the table: notes, percentages and bars.

    The head line, the text of the current line and the foot follow the note in a frame of their own, and say
    nothing that is not painted with it.
    """
    return screen.partition("\n")[2].partition("\n────")[0]


def keys(folder: Path, database: Path, presses: int, size: tuple[int, int]) -> Row:
    """Measure key → saved → painted, against a bare application that commits as ours does."""
    committing = Terminal((*FLOOR, str(folder / "floor.db")), size)
    ours = Grid(database, size)
    committing.read_until(READY.encode())
    committing.settle()
    bare, notes = [], []
    for number in range(presses):
        key = NOTES[(number + number // 150) % 4 :][:1]
        bare.append(_last(committing.press(key)))
        notes.append(ours.answer(key))
    for terminal in (committing, ours.terminal):
        terminal.close()
    what = f"key → saved → painted, {size[0]}×{size[1]}"
    return Row(what, Series("bare", "ms", tuple(bare)), Series("note", "ms", tuple(notes)), 1.4)


def _last(pieces: Sequence[Piece]) -> float:
    return 1000 * pieces[-1].seconds


def memory(database: Path, size: tuple[int, int]) -> Row:
    """Measure the peak memory of filling 153 cells, against the bare application with the same keys."""
    floor = Terminal(FLOOR, size)
    floor.read_until(READY.encode())
    floor.settle()
    ours = Grid(database, size)
    for terminal in (floor, ours.terminal):
        for number in range(153):
            terminal.press(NOTES[number % 4 :][:1], quiet=0.03)
    peaks = [terminal.status("VmHWM") / 1000 for terminal in (floor, ours.terminal)]
    floor.close()
    ours.terminal.close()
    return Row("peak memory", Series("floor", "MB", (peaks[0],)), Series("ours", "MB", (peaks[1],)), 1.5)


def slow_disk(database: Path, folder: Path, presses: int, size: tuple[int, int]) -> Iterator[Row]:
    """Measure key → saved → painted when every sync takes longer. Needs strace."""
    if shutil.which("strace") is None:
        return
    before = (
        *("strace", "-f", "-o", str(folder / "trace"), "-e", "trace=fsync,fdatasync"),
        *("-e", f"inject=fsync,fdatasync:delay_enter={1000 * SLOW_SYNC_MILLISECONDS}"),
    )
    ours = Grid(database, size, before=before)
    times = [ours.first_change(NOTES[(number + number // 150) % 4 :][:1]) for number in range(presses)]
    ours.terminal.close()
    slowest = Series("p90", "ms", (quantile(times, 0.9),))
    yield Row(f"each sync {SLOW_SYNC_MILLISECONDS} ms later: key → painted (ms)", None, slowest, 120)
