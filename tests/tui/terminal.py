"""The real program in a real terminal, for the tests."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.databases import DATABASE_NAME

pexpect = pytest.importorskip("pexpect", reason="a pseudo-terminal needs POSIX")
pyte = pytest.importorskip("pyte")

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds: other work may share the machine."""


class Terminal:
    """The program and the text of its window."""

    def __init__(self, folder: Path, size: tuple[int, int], **environment: str) -> None:
        columns, rows = size
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        known = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8", **environment}
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "ctg_tui", "--base", str(folder / DATABASE_NAME)],
            dimensions=(rows, columns),
            env={**os.environ, **known},
            cwd=ROOT,
            timeout=PATIENCE,
        )

    @property
    def text(self) -> str:
        return "\n".join(self.screen.display)

    def type(self, text: str) -> None:
        self.child.send(text.encode())

    def wait_for(self, expected: str) -> None:
        """Read until the window shows `expected`."""
        end = time.monotonic() + PATIENCE
        while expected not in self.text:
            assert time.monotonic() < end, f"« {expected} » never came:\n{self.text}"
            try:
                data = self.child.read_nonblocking(65536, timeout=0.1)
            except (pexpect.TIMEOUT, pexpect.EOF):
                continue
            self.raw += data
            self._stream.feed(data)

    def settle(self, quiet: float = 0.5) -> None:
        """Read until nothing has come for `quiet` seconds: a key is painted in several frames."""
        end = time.monotonic() + quiet
        while time.monotonic() < end:
            try:
                data = self.child.read_nonblocking(65536, timeout=0.1)
            except (pexpect.TIMEOUT, pexpect.EOF):
                continue
            self.raw += data
            self._stream.feed(data)
            end = time.monotonic() + quiet

    def end(self) -> int:
        """Wait for the end; return the exit status, or minus the signal."""
        self.raw += self.child.read()
        self.child.close()
        status = self.child.exitstatus
        return -int(self.child.signalstatus) if status is None else int(status)


@contextmanager
def opened(folder: Path, size: tuple[int, int] = (120, 40), **environment: str) -> Iterator[Terminal]:
    """Run the program on the database of `folder`; kill it at the end if it still runs."""
    terminal = Terminal(folder, size, **environment)
    try:
        yield terminal
    finally:
        if terminal.child.isalive():
            terminal.child.kill(signal.SIGKILL)
        terminal.child.close(force=True)


def to_grid(terminal: Terminal) -> None:
    terminal.wait_for("Val de Charente")
    terminal.type("\r")
    terminal.wait_for("1 Politiques")
