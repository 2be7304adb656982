"""A person in front of the real program: a pseudo-terminal, its screen, keys and signals."""

from __future__ import annotations

import os
import select
import signal
import struct
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import pyte

from ctg_tui.system.crash_log import LOG_NAME
from tests.databases import read_again

if sys.platform != "win32":  # where tests that need no pseudo-terminal import this module too
    import fcntl
    import pty
    import termios

ROOT: Final = Path(__file__).parent.parent.parent
PATIENCE: Final = 60.0
_GIVEN_BACK: Final = b"\x1b[?1049l"
"""Bytes that the program writes when it leaves the terminal's alternate screen."""
_LAST: Final = 512
"""Bytes of recent keys remembered, which the terminal echoes a moment after it is restored."""
_ENVIRONMENT: Final = {
    "TERM": "xterm-256color",
    "COLORTERM": "truecolor",
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
}


def as_a_person_has() -> dict[str, str]:
    """Return the environment of the program: ours, without the variables that change Python's output."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return {**kept, "PYTHONPATH": str(ROOT)}


def text_of(screen: pyte.Screen) -> str:
    """Return a screen as text, line by line.

    pyte's own `display` stops at the second half of a wide character whose first was painted over.
    """
    lines, columns = range(screen.lines), range(screen.columns)
    return "\n".join("".join(screen.buffer[y][x].data for x in columns) for y in lines)


class NotSeenError(AssertionError):
    """An expected text did not appear on the screen in time."""


class Person:
    """The program on `database`, from its start to its end. Use it with `with`."""

    def __init__(
        self,
        database: Path,
        size: tuple[int, int] = (80, 24),
        environment: Mapping[str, str] | None = None,
        before: Callable[[], None] = lambda: None,
        prefix: Sequence[str] = (),
    ) -> None:
        """Start the program.

        `before` runs in the program's process, just before it starts: limits, rights. `prefix` is a command
        that runs the program.
        """
        self._database = database
        self.size = size
        self.screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        self.written = b""
        self._is_given_back = False
        self.pressed_last = b""
        self.status: int | None = None
        command = [*prefix, sys.executable, "-m", "ctg_tui", "--base", str(database)]
        variables = as_a_person_has() | {**_ENVIRONMENT, "XDG_DATA_HOME": str(database.parent)}
        variables |= environment or {}
        self.process, self._descriptor = pty.fork()
        if self.process == 0:
            os.chdir(database.parent)
            before()
            os.execvpe(command[0], command, variables)
        self.resize(size)

    def __enter__(self) -> Person:
        return self

    def __exit__(self, *_: object) -> None:
        if self.status is None:
            self.kill(signal.SIGKILL)
            self.wait_end()
        if self._descriptor >= 0:
            os.close(self._descriptor)

    def open_grid(self, name: str = "Val de Charente") -> None:
        """Open the first assessment of the list, on the line or the indicator where work is left."""
        self.wait_for(name)
        self.press(b"\r")
        self.wait_for(lambda text: "Majoritairement" in text or "le nombre" in text)
        self.settle()

    def note_first(self, key: bytes) -> None:
        """Open the grid and note its first cell; the note is in the database."""
        self.open_grid()
        self.press(key)
        self.wait_answers(1)

    def quit(self) -> None:
        """Quit with Ctrl+Q. Raises AssertionError unless the program ends well."""
        self.press(b"\x11")
        assert self.wait_end() == 0, f"ended with {self.status}"
        assert not self.went_wrong(), self.went_wrong()

    # the screen

    @property
    def text(self) -> str:
        """Return the screen as text, line by line."""
        return text_of(self.screen)

    def look(self, seconds: float = 0.0) -> bool:
        """Read the output of the program within `seconds`; return False when there was none."""
        if self._descriptor < 0:
            return False
        ready, _, _ = select.select([self._descriptor], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self._descriptor, 1 << 16)
        except OSError:  # Linux reports the end of a program so
            return False
        fed = len(self.written)
        self.written += data
        # A restored terminal echoes the keys still pressed, odd bytes and all.
        if not self._is_given_back:
            end = self.written.find(_GIVEN_BACK, max(fed - len(_GIVEN_BACK), 0))
            self._is_given_back = end >= 0
            self._stream.feed(self.written[fed : end + len(_GIVEN_BACK)] if end >= 0 else data)
        return bool(data)

    def let_pass(self, seconds: float) -> None:
        """Let so much time pass, reading the output of the program meanwhile."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.look(left)

    def wait_for(self, wanted: str | Callable[[str], bool], seconds: float = PATIENCE) -> None:
        """Wait until a text is on the screen, or until `wanted` returns True."""
        until = time.monotonic() + seconds
        seen = (lambda text: wanted in text) if isinstance(wanted, str) else wanted
        while not seen(self.text):
            left = until - time.monotonic()
            if left <= 0:
                raise NotSeenError(f"{wanted!r} was not seen; the screen:\n{self.text}")
            self.look(min(left, 0.2))

    def wait_answers(self, number: int, seconds: float = PATIENCE) -> None:
        """Wait until the database holds so many answers: a busy machine paints a note before it is saved."""
        self.wait_for(lambda _: len(read_again(self._database.parent).answers) == number, seconds)

    def settle(self, quiet: float = 0.15, most: float = 5.0) -> None:
        """Wait until the program writes nothing for `quiet` seconds, and no thread of it has work to do.

        On a busy machine a program is silent also while it waits for a processor.
        """
        until = time.monotonic() + most
        while (self.look(quiet) or self._has_work()) and time.monotonic() < until:
            pass

    def _has_work(self) -> bool:
        """Return whether a thread of the program runs, or would if it had a processor or the disk."""
        try:
            states = [
                task.read_bytes().rpartition(b")")[2].split()[0]
                for task in Path(f"/proc/{self.process}/task").glob("*/stat")
            ]
        except OSError:  # it ends, or one of its threads does
            return False
        return b"R" in states or b"D" in states

    def went_wrong(self) -> str:
        """Return the program's report of an unexpected error, with its log; empty without one."""
        log = self._database.parent / "ctg-tui" / LOG_NAME
        if log.is_file():
            return log.read_text(encoding="utf-8")
        for words in (b"Traceback (most", "erreur imprévue".encode()):
            if words in self.written:
                return words.decode()
        return ""

    # keys and signals

    def press(self, keys: bytes, seconds: float = PATIENCE) -> None:
        """Type keys. The program's output is read meanwhile, or both would block."""
        sent = 0
        until = time.monotonic() + seconds
        while sent < len(keys):
            _, ready, _ = select.select([], [self._descriptor], [], 0)
            if ready:
                written = os.write(self._descriptor, keys[sent : sent + 256])
                self.pressed_last += keys[sent : sent + written]
                if not self._is_given_back:
                    self.pressed_last = self.pressed_last[-_LAST:]
                sent += written
                until = time.monotonic() + seconds
            self.look(0.0 if ready else 0.01)
            if time.monotonic() > until or (not ready and self.has_ended):
                raise NotSeenError(f"the keys are not taken any more; {self.went_wrong()}\n{self.text}")

    def wait_read(self, seconds: float = PATIENCE) -> None:
        """Wait until the program has read every key, reading its output meanwhile.

        Échap is Échap when nothing follows it for a moment: that moment begins when the program reads it,
        which on a busy machine is later than when it was typed.
        """
        terminal = os.open(f"/proc/{self.process}/fd/0", os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            until = time.monotonic() + seconds
            while _unread(terminal) and not self.has_ended:
                self.look(0.005)
                if time.monotonic() > until:
                    raise NotSeenError(f"the keys are not read any more; {self.went_wrong()}\n{self.text}")
        finally:
            os.close(terminal)

    def paste(self, text: str) -> None:
        """Paste as a terminal does, between its brackets."""
        self.press(b"\x1b[200~" + text.encode("utf-8", "surrogatepass") + b"\x1b[201~")

    def resize(self, size: tuple[int, int]) -> None:
        """Resize the window (columns, lines); what was painted for the former size is out of sight."""
        columns, lines = size
        fcntl.ioctl(self._descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.screen.resize(lines, columns)
        self.screen.erase_in_display(2)
        self.size = size

    def kill(self, number: int) -> None:
        """Send a signal to the program."""
        os.kill(self.process, number)

    def hang_up(self) -> None:
        """Close the window: the terminal disappears."""
        os.close(self._descriptor)
        self._descriptor = -1

    @property
    def has_ended(self) -> bool:
        """Whether the program has ended by itself; `status` is then its exit status."""
        if self.status is None:
            found, status = os.waitpid(self.process, os.WNOHANG)
            if found:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status is not None

    def wait_end(self, seconds: float = PATIENCE) -> int:
        """Wait for the end of the program, reading its output; return its exit status (-signal)."""
        until = time.monotonic() + seconds
        while not self.has_ended:
            if time.monotonic() > until:
                raise NotSeenError(f"the program did not end; the screen:\n{self.text}")
            self.look(0.02)
        while self.look():
            pass
        assert self.status is not None
        return self.status

    def terminal_is_restored(self) -> bool:
        """Return whether the terminal is restored: alternate screen, mouse, paste, cursor."""
        for on, off in (
            (b"\x1b[?1049h", _GIVEN_BACK),
            (b"\x1b[?2004h", b"\x1b[?2004l"),
            (b"\x1b[?1000h", b"\x1b[?1000l"),
            (b"\x1b[?25l", b"\x1b[?25h"),
        ):
            if self.written.rfind(on) > self.written.rfind(off):
                return False
        return self._descriptor < 0 or bool(termios.tcgetattr(self._descriptor)[3] & termios.ECHO)


def _unread(terminal: int) -> int:
    """Return how many bytes typed the program has not read."""
    return int(struct.unpack("i", fcntl.ioctl(terminal, termios.FIONREAD, b"\0" * 4))[0])
