"""Measures on a pseudo-terminal: starts, keys, bytes, memory, processor time."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyte

from tests.bench.figures import Row, Series, quantile
from tests.bench.floor import READY
from tests.bench.terminal import Piece, Terminal, TooSlowError
from tests.bench.waiting import longest_wait

FLOOR = (sys.executable, "-m", "tests.bench.floor")
OURS = (sys.executable, "-m", "ctg_tui", "--base")
NOTES = b"0123"
SLOW_SYNCS_MILLISECONDS = (15, 40, 100, 300)
STEADY_SYNCS_MILLISECONDS = (0, 40)
KEYS_A_SECOND = 12
OPENINGS = 7
_BRAILLE = re.compile("[\u2800-\u28ff]")
_NUMBER = 6
"""The cells that the number of an axis takes beside the radar, and the space before the picture."""


def start_times(database: Path, marker: str, starts: int, size: tuple[int, int], what: str) -> Row:
    """Measure process start → first usable frame, interleaved with the floor."""
    floor, ours = [], []
    for _ in range(starts):
        floor.append(_first_frame(FLOOR, READY, size))
        ours.append(_first_frame((*OURS, str(database)), marker, size))
    return Row(what, Series("floor", "ms", tuple(floor)), Series("ours", "ms", tuple(ours)), bound=1.2)


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
            if any("Réalisation" in line for line in self.screen.display):
                return
            list(self._shown([Piece(0.0, self.terminal.settle())]))
        raise TooSlowError("the grid did not open")

    def answer(self, key: bytes) -> tuple[float, float, int]:
        """Press `key`; return the ms to the note and its percentages, the ms to the radar, and the bytes."""
        pieces = self.terminal.press(key)
        texts = list(self._shown(pieces))
        last = texts[-1]
        hidden = _radar_place(last)
        without_radar = [_without_radar(text, hidden) for text in texts]
        painted = next(i for i, text in enumerate(without_radar) if text == without_radar[-1])
        radar = next(i for i, text in enumerate(texts) if text == last)
        size = sum(len(piece.data) for piece in pieces)
        return 1000 * pieces[painted].seconds, 1000 * pieces[radar].seconds, size

    def first_change(self, key: bytes) -> float:
        """Press `key`; return the ms to the first change of the table, whether saved yet or not."""
        before = "\n".join(self.screen.display)
        hidden = _radar_place(before)
        pieces = self.terminal.press(key)
        texts = list(self._shown(pieces))
        still = _without_radar(before, hidden)
        changed = next(i for i, text in enumerate(texts) if _without_radar(text, hidden) != still)
        return 1000 * pieces[changed].seconds

    def _shown(self, pieces: Sequence[Piece]) -> Iterator[str]:
        for piece in pieces:
            self._stream.feed(piece.data)
            yield "\n".join(self.screen.display)


def _radar_place(screen: str) -> tuple[range, int]:
    """Return the rows of the radar with its numbers, those with braille and one beyond; its first column."""
    lines = screen.split("\n")
    found = {row: match.start() for row, text in enumerate(lines) if (match := _BRAILLE.search(text))}
    if not found:
        return range(0), 0
    return range(min(found) - 1, max(found) + 2), min(found.values()) - _NUMBER


def _without_radar(screen: str, hidden: tuple[range, int]) -> str:
    """Return the rows down to the table's percentages: notes, progress and the state of saving.

    The radar is left out, and so are the steps; the text of the current line is below. They follow the note
    in a frame of their own, and say nothing that is not painted with it.
    """
    head, *others = screen.split("\n")
    lines = [head.rpartition("Envoi")[2], *others]
    end = next((row for row, line in enumerate(lines) if "Réalisation" in line), len(lines) - 1)
    rows, column = hidden
    return "\n".join(line[:column] if row in rows else line for row, line in enumerate(lines[: end + 1]))


def keys(folder: Path, database: Path, presses: int, size: tuple[int, int]) -> list[Row]:
    """Measure key → painted for the floor, the floor with a commit, and ours; bytes per key."""
    floor = Terminal(FLOOR, size)
    committing = Terminal((*FLOOR, str(folder / "floor.db")), size)
    firsts = _first_keys(database, size)  # before the program is open: it opens a database once
    ours = Grid(database, size)
    for terminal in (floor, committing):
        terminal.read_until(READY.encode())
        terminal.settle()
    times: dict[str, list[float]] = {name: [] for name in ("floor", "commit", "note", "radar", "bytes")}
    for number in range(presses):
        key = NOTES[(number + number // 150) % 4 :][:1]
        times["floor"].append(_last(floor.press(key)))
        times["commit"].append(_last(committing.press(key)))
        note, radar, size_written = ours.answer(key)
        times["note"].append(note)
        times["radar"].append(radar)
        times["bytes"].append(size_written)
    for terminal in (floor, committing, ours.terminal):
        terminal.close()
    series = {name: Series(name, "ms", tuple(values)) for name, values in times.items()}
    where = f"{size[0]}×{size[1]}"
    written = Series("bytes", "B", tuple(times["bytes"]))
    most_bytes = 2000 if size[0] <= 120 else 3000
    return [
        Row(f"key → painted, floor with one raw commit, {where}", series["floor"], series["commit"]),
        Row(f"key → saved → note and percentages painted, {where}", series["commit"], series["note"], 1.25),
        Row(f"the same key → radar painted, {where} (ms)", None, series["radar"], 40),
        Row(f"bytes to the terminal per key, {where}", None, written, most_bytes),
        Row(f"first key ÷ the others, {where}", series["note"], Series("first", "ms", firsts), 1.5),
    ]


def keys_spread(folder: Path, database: Path, presses: int, size: tuple[int, int]) -> Row:
    """Measure key → saved → painted, and the floor with one raw commit, with their threads kept apart."""
    committing = Terminal((*FLOOR, str(folder / "floor.db")), size)
    ours = Grid(database, size)
    committing.read_until(READY.encode())
    committing.settle()
    for terminal in (committing, ours.terminal):
        terminal.press(NOTES[-1:])  # its thread of writes begins with the first note
        terminal.spread_threads()
    raw, notes = [], []
    for number in range(presses):
        key = NOTES[(number + number // 150) % 4 :][:1]
        raw.append(_last(committing.press(key)))
        notes.append(ours.answer(key)[0])
        ours.terminal.spread_threads()
    for terminal in (committing, ours.terminal):
        terminal.close()
    what = f"key → saved → note and percentages painted, threads kept apart, {size[0]}×{size[1]}"
    return Row(what, Series("commit", "ms", tuple(raw)), Series("note", "ms", tuple(notes)), 1.15)


def _first_keys(database: Path, size: tuple[int, int]) -> tuple[float, ...]:
    """Return the ms of the first key after each of some openings: one alone says little."""
    times = []
    for _ in range(OPENINGS):
        ours = Grid(database, size)
        times.append(ours.answer(NOTES[:1])[0])
        ours.terminal.close()
    return tuple(times)


def _last(pieces: Sequence[Piece]) -> float:
    return 1000 * pieces[-1].seconds


def memory_and_processor(database: Path, size: tuple[int, int]) -> list[Row]:
    """Measure peak memory and processor time of filling 153 cells, against the floor with the same keys."""
    floor = Terminal(FLOOR, size)
    floor.read_until(READY.encode())
    floor.settle()
    ours = Grid(database, size)
    used = []
    for terminal in (floor, ours.terminal):
        before = terminal.processor_seconds()
        for number in range(153):
            terminal.press(NOTES[number % 4 :][:1], quiet=0.03)
        used.append(terminal.processor_seconds() - before)
    peaks = [terminal.status("VmHWM") / 1000 for terminal in (floor, ours.terminal)]
    floor.close()
    ours.terminal.close()
    return [
        Row("peak memory", Series("floor", "MB", (peaks[0],)), Series("ours", "MB", (peaks[1],)), 1.5),
        Row(
            "processor time of 153 notes",
            Series("floor", "s", (used[0],)),
            Series("ours", "s", (used[1],)),
        ),
    ]


def growth(databases: Mapping[str, Path], presses: int, size: tuple[int, int]) -> Row:
    """Measure keys on the slowest database against the smallest, to detect costs that grow with it."""
    grids = {name: Grid(path, size) for name, path in databases.items()}
    times: dict[str, list[float]] = {name: [] for name in grids}
    for number in range(presses):
        for name, grid in grids.items():
            times[name].append(grid.answer(NOTES[number % 4 :][:1])[0])
    for grid in grids.values():
        grid.terminal.close()
    series = {name: Series(name, "ms", tuple(values)) for name, values in times.items()}
    smallest = next(iter(series.values()))
    worst = max(series.values(), key=lambda timings: timings.median)
    return Row(f"key with the worst of {', '.join(series)} ({worst.name})", smallest, worst, 1.1)


def burst(database: Path, presses: int, size: tuple[int, int]) -> Row:
    """Measure keys sent at once against keys pressed one by one, to the frame in which each is saved."""
    ours = Grid(database, size)
    batch = bytes(NOTES[number % 4] for number in range(30))
    alone, together = [], []
    for number in range(max(2, presses // 30)):
        alone += [ours.answer(NOTES[(number + key) % 4 :][:1])[0] for key in range(10)]
        together.append(1000 * ours.terminal.press(batch, quiet=0.15)[-1].seconds / len(batch))
    ours.terminal.close()
    alone_series, together_series = (
        Series("alone", "ms", tuple(alone)),
        Series("together", "ms", tuple(together)),
    )
    return Row("30 keys at once: ms per key, floor alone", alone_series, together_series, 0.6)


def slow_disk(database: Path, folder: Path, delay: int, presses: int, size: tuple[int, int]) -> Iterator[Row]:
    """Measure key → note painted when every sync takes `delay` ms longer. Needs strace."""
    if shutil.which("strace") is None:
        return
    ours = Grid(database, size, before=_slowed(folder, delay))
    times = [ours.first_change(NOTES[(number + number // 150) % 4 :][:1]) for number in range(presses)]
    ours.terminal.close()
    slowest = quantile(times, 0.9)
    yield Row(f"each sync {delay} ms later: key → painted (ms)", None, Series("p90", "ms", (slowest,)), 60)


def _slowed(folder: Path, delay: int) -> Sequence[str]:
    """Return the command that makes every sync of another one take `delay` ms longer."""
    return (
        *("strace", "-f", "-o", str(folder / "trace"), "-e", "trace=fsync,fdatasync"),
        *("-e", f"inject=fsync,fdatasync:delay_enter={1000 * delay}"),
    )


def steady_typing(
    database: Path, folder: Path, delay: int, seconds: float, size: tuple[int, int]
) -> Iterator[Row]:
    """Measure how long a change is unsaved, beyond two commits, while `KEYS_A_SECOND` are typed."""
    if delay and shutil.which("strace") is None:
        return
    log = folder / f"writes-{delay}.log"
    program = (sys.executable, "-m", "tests.bench.waiting", str(log))
    ours = Grid(database, size, before=_slowed(folder, delay) if delay else (), program=program)
    typed = bytes(NOTES[(number + number // 150) % 4] for number in range(round(KEYS_A_SECOND * seconds)))
    ours.terminal.type(typed, 1 / KEYS_A_SECOND)
    ours.terminal.settle(2.0)
    ours.terminal.close()
    longest, changes = longest_wait(log.read_text(encoding="utf-8").splitlines())
    what = f"{KEYS_A_SECOND} keys a second for {seconds:g} s, each sync {delay} ms later: "
    over = Series("longest", "ms", (max(1000 * longest, 0.0),))
    yield Row(f"{what}most ms unsaved beyond two commits ({changes} changes)", None, over, 100)
