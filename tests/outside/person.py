"""A person in front of the real program: a pseudo-terminal, its screen, keys and signals."""

from __future__ import annotations

import os
import select
import signal
import struct
import sys
import time
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pyte

if sys.platform != "win32":  # where tests that need no pseudo-terminal import this module too
    import fcntl
    import pty
    import termios

ROOT: Final = Path(__file__).parents[2]
PATIENCE: Final = 60.0
_ENVIRONMENT: Final = {
    "TERM": "xterm-256color",
    "COLORTERM": "truecolor",
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
}
DATA: Final = ROOT / "tests" / "data" / "dehors"
"""What the outside tests give the program, and what they expect of it."""
YEAR: Final[dict[str, Any]] = tomllib.loads((DATA / "annee-au-clavier.toml").read_text(encoding="utf-8"))
"""The scenes of a year: the keys of each, and what the screen then shows."""
KEYS: Final = {
    "Entrée": "\r",
    "Tab": "\t",
    "Échap": "\x1b",
    "Retour": "\x7f",
    "Suppr": "\x1b[3~",
    "Haut": "\x1b[A",
    "Bas": "\x1b[B",
    "Droite": "\x1b[C",
    "Gauche": "\x1b[D",
    "Début": "\x1b[H",
    "Fin": "\x1b[F",
    "F1": "\x1bOP",
    "F2": "\x1bOQ",
    "F3": "\x1bOR",
    "F4": "\x1bOS",
    "F5": "\x1b[15~",
    "F6": "\x1b[17~",
    "F7": "\x1b[18~",
    "F8": "\x1b[19~",
    "F9": "\x1b[20~",
    "Ctrl+G": "\x07",
    "Ctrl+Q": "\x11",
    "Ctrl+U": "\x15",
    "Ctrl+Y": "\x19",
    "Ctrl+Z": "\x1a",
}
"""The bytes that a terminal sends for each named key."""


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
        self, database: Path, size: tuple[int, int] = (80, 24), environment: Mapping[str, str] | None = None
    ) -> None:
        self._database = database
        self.screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        self.written = b""
        self.status: int | None = None
        command = [sys.executable, "-m", "ctg_tui", "--base", str(database)]
        variables = as_a_person_has() | _ENVIRONMENT
        variables |= {"HOME": str(database.parent), "XDG_DATA_HOME": str(database.parent)}
        variables |= environment or {}
        self.process, self._descriptor = pty.fork()
        if self.process == 0:
            for number in (signal.SIGINT, signal.SIGHUP):  # what runs the tests may ignore them
                signal.signal(number, signal.SIG_DFL)
            os.chdir(database.parent)
            os.execvpe(command[0], command, variables)
        columns, lines = size
        fcntl.ioctl(self._descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def __enter__(self) -> Person:
        return self

    def __exit__(self, *_: object) -> None:
        if self.status is None:
            self.kill(signal.SIGKILL)
            self.wait_end()
        os.close(self._descriptor)

    def open_grid(self, name: str = "Val de Charente") -> None:
        """Open the first assessment of the list, on the line or the indicator where work is left."""
        self.wait_for(name)
        self.press(b"\r")
        self.wait_for(lambda text: "Majoritairement" in text or "le nombre" in text)
        self.settle()

    def quit(self) -> None:
        """Quit with Ctrl+Q. Raises AssertionError unless the program ends well."""
        self.does("Ctrl+Q")
        assert self.wait_end() == 0, f"ended with {self.status}"
        assert not self.went_wrong(), self.went_wrong()

    # the screen

    @property
    def text(self) -> str:
        """Return the screen as text, line by line."""
        return text_of(self.screen)

    @property
    def words(self) -> str:
        """Return the screen as one line, with plain spaces and without the borders that cut it."""
        return " ".join(self.text.replace("│", " ").split())

    def sees(self, *expected: str) -> None:
        """Wait until each of the texts is on the screen, wherever its lines are cut."""
        for one in expected:
            try:
                self.wait_for(lambda _, one=one: one in self.words)  # type: ignore[misc]
            except NotSeenError:
                raise NotSeenError(f"« {one} » was not seen; the screen:\n{self.text}") from None

    def look(self, seconds: float = 0.0) -> bool:
        """Read the output of the program within `seconds`; return False when there was none."""
        ready, _, _ = select.select([self._descriptor], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self._descriptor, 1 << 16)
        except OSError:  # Linux reports the end of a program so
            return False
        self.written += data
        self._stream.feed(data)
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

    def settle(self, quiet: float = 0.05, most: float = 5.0) -> None:
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
        for log in self._database.parent.rglob("*erreurs.log"):
            return log.read_text(encoding="utf-8")
        for words in (b"Traceback (most", "erreur imprévue".encode()):
            if words in self.written:
                return words.decode()
        return ""

    # keys and signals

    def does(self, *typed: str) -> None:
        """Press each named key or type each text, one after the other, each to its end."""
        for one in typed:
            self.press(KEYS.get(one, one).encode())
            self.settle()

    def press(self, keys: bytes, seconds: float = PATIENCE) -> None:
        """Type keys. The program's output is read meanwhile, or both would block."""
        sent = 0
        until = time.monotonic() + seconds
        while sent < len(keys):
            _, ready, _ = select.select([], [self._descriptor], [], 0)
            if ready:
                sent += os.write(self._descriptor, keys[sent : sent + 256])
                until = time.monotonic() + seconds
            self.look(0.0 if ready else 0.01)
            if time.monotonic() > until or (not ready and self.has_ended):
                raise NotSeenError(f"the keys are not taken any more; {self.went_wrong()}\n{self.text}")

    def paste(self, text: str) -> None:
        """Paste as a terminal does, between its brackets; a dropped file is its path pasted."""
        self.press(f"\x1b[200~{text}\x1b[201~".encode())
        self.settle()

    def kill(self, number: int) -> None:
        """Send a signal to the program."""
        os.kill(self.process, number)

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


def play(person: Person, scene: str, **words: object) -> None:
    """Press the keys of a scene of the year, and wait until the screen shows what it must."""
    words |= {"commentaire": YEAR["commentaire"], "reponse": YEAR["reponse"]}
    for key in YEAR[scene]["touches"]:
        _, _, pasted = key.partition("collé:")
        if pasted:
            person.paste(pasted.format(**words))
        else:
            person.does(key.format(**words))
    person.sees(*(one.format(**words) for one in YEAR[scene]["voit"]))
