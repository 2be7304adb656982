"""A program in a pseudo-terminal of a given size, with the time of each piece of its output."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

QUIET_SECONDS = 0.08
"""Without output for this long, the answer to a key is complete (a frame is 1/60 s)."""
PATIENCE_SECONDS = 20.0


class TooSlowError(AssertionError):
    """The program did not show the expected marker within `PATIENCE_SECONDS`."""


@dataclass(frozen=True)
class Piece:
    """Some bytes of output, with the seconds since the key (or the start)."""

    seconds: float
    data: bytes


class Terminal:
    """A running program, from its start to `close`."""

    def __init__(self, command: Sequence[str], size: tuple[int, int]) -> None:
        columns, lines = size
        self.size = size
        self.started = time.perf_counter()
        self.process, self._descriptor = pty.fork()
        if self.process == 0:
            variables = os.environ | {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
            os.execvpe(command[0], list(command), variables)
        _resize(self._descriptor, columns, lines)

    def read_until(self, marker: bytes) -> list[Piece]:
        """Return the output up to `marker` included, timed from the start. Raises TooSlowError."""
        pieces: list[Piece] = []
        seen = b""
        while marker not in seen:
            data = self._read(PATIENCE_SECONDS)
            if data is None:
                raise TooSlowError(f"{marker!r} did not come; last output: {seen[-600:]!r}")
            seen += data
            pieces.append(Piece(time.perf_counter() - self.started, data))
        return pieces

    def settle(self, seconds: float = 0.5) -> bytes:
        """Return the output until the program is quiet for `seconds`."""
        seen = b""
        while (data := self._read(seconds)) is not None:
            seen += data
        return seen

    def press(self, keys: bytes, quiet: float = QUIET_SECONDS) -> list[Piece]:
        """Press `keys`; return the output until the program is quiet, timed from the key."""
        pressed = time.perf_counter()
        os.write(self._descriptor, keys)
        pieces: list[Piece] = []
        wait = 2.0
        while (data := self._read(wait)) is not None:
            pieces.append(Piece(time.perf_counter() - pressed, data))
            wait = quiet
        return pieces

    def type(self, keys: bytes, seconds_between: float) -> None:
        """Press `keys` one by one at this pace, reading the output meanwhile."""
        due = time.perf_counter()
        for key in keys:
            while (left := due - time.perf_counter()) > 0:
                self._read(left)
            os.write(self._descriptor, bytes((key,)))
            due += seconds_between

    def status(self, name: str) -> int:
        """Return a number of `/proc/<pid>/status`, such as `VmHWM` (peak memory in kB)."""
        for line in Path(f"/proc/{self.process}/status").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1])
        raise KeyError(name)

    def close(self) -> None:
        """Kill the program and reap it."""
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self._descriptor)

    def _read(self, seconds: float) -> bytes | None:
        ready, _, _ = select.select([self._descriptor], [], [], seconds)
        if not ready:
            return None
        try:
            return os.read(self._descriptor, 1 << 16) or None
        except OSError:  # Linux raises EIO on a pseudo-terminal whose program ended
            return None


def _resize(descriptor: int, columns: int, lines: int) -> None:
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
