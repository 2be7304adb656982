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
from pathlib import Path
from typing import NamedTuple

QUIET_SECONDS = 0.08
"""Without output for this long, the answer to a key is complete (a frame is 1/60 s)."""
PATIENCE_SECONDS = 20.0


class Piece(NamedTuple):
    """Some bytes of output, with the milliseconds since the key (or the start)."""

    milliseconds: float
    data: bytes


class Terminal:
    """A running program, from its start to `close`."""

    def __init__(self, command: Sequence[str], size: tuple[int, int]) -> None:
        columns, lines = size
        self.started = time.perf_counter()
        self.process, self._descriptor = pty.fork()
        if self.process == 0:
            variables = os.environ | {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
            os.execvpe(command[0], list(command), variables)
        fcntl.ioctl(self._descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def read_until(self, marker: str) -> list[Piece]:
        """Return the output up to `marker` included, timed from the start. Raises AssertionError."""
        pieces: list[Piece] = []
        seen = b""
        while marker.encode() not in seen:
            data = self._read(PATIENCE_SECONDS)
            assert data is not None, f"{marker!r} did not come; last output: {seen[-600:]!r}"
            seen += data
            pieces.append(Piece(1000 * (time.perf_counter() - self.started), data))
        return pieces

    def settle(self, seconds: float = 0.5) -> bytes:
        """Return the output until the program is quiet for `seconds`."""
        return b"".join(iter(lambda: self._read(seconds) or b"", b""))

    def press(self, keys: bytes, quiet: float = QUIET_SECONDS) -> list[Piece]:
        """Press `keys`; return the output until the program is quiet, timed from the key."""
        pressed = time.perf_counter()
        os.write(self._descriptor, keys)
        pieces: list[Piece] = []
        while (data := self._read(quiet if pieces else 2.0)) is not None:
            pieces.append(Piece(1000 * (time.perf_counter() - pressed), data))
        return pieces

    def peak_megabytes(self) -> float:
        """Return the most memory that it took."""
        status = Path(f"/proc/{self.process}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 1000

    def close(self) -> None:
        """Kill the program and reap it."""
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self._descriptor)

    def _read(self, seconds: float) -> bytes | None:
        if not select.select([self._descriptor], [], [], seconds)[0]:
            return None
        try:
            return os.read(self._descriptor, 1 << 16) or None
        except OSError:  # Linux raises EIO on a pseudo-terminal whose program ended
            return None
