"""A person who answers `ctg-tui texte`: in a pseudo-terminal that draws nothing, or in this process."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from rich.cells import cell_len

from ctg_tui.services.workspace import Workspace
from ctg_tui.text_mode import home as start
from ctg_tui.text_mode.dialogue import WIDTH, Dialogue
from tests.databases import DATABASE_NAME, Clock, open_workspace

ROOT: Final = Path(__file__).parents[2]
PATIENCE: Final = 30.0
"""Seconds: other work may share the machine."""


def _obey_signals() -> None:
    """Let Ctrl+C and a hang-up act, also when what runs the tests ignores them: a program inherits that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


class Talker:
    """The program in a pseudo-terminal of 80 columns with `TERM=dumb`, which draws nothing.

    Use it with `with`.
    """

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        """Start it on the database of `folder`; without `arguments`, the command is `texte`."""
        pexpect: Any = import_module("pexpect")  # where there are pseudo-terminals
        self._end: Any = pexpect.EOF
        self.written = b""
        known = {"TERM": "dumb", "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT), "HOME": str(folder)}
        self.child: Any = pexpect.spawn(
            sys.executable,
            ["-m", "ctg_tui", *(arguments or ("texte",)), "--base", str(folder / DATABASE_NAME)],
            dimensions=(24, 80),
            env={**os.environ, **known, **environment},
            cwd=str(folder),
            timeout=PATIENCE,
            preexec_fn=_obey_signals,
        )
        self.child.delaybeforesend = None

    def __enter__(self) -> Talker:
        return self

    def __exit__(self, *_: object) -> None:
        self.child.close(force=True)
        assert b"\x1b" not in self.written

    def wait_for(self, expected: str) -> str:
        """Return what was said up to `expected`, plain spaces standing for no-break ones in it."""
        pattern = re.escape(expected).replace(r"\ ", "[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\r\n]+")
        self.child.expect(pattern.encode())
        said: bytes = self.child.before + self.child.after
        self.written += said
        return plain(said.decode("utf-8", "replace"))

    def answer(self, text: str, then: str = " :") -> str:
        """Type `text` and Entrée; return what is said up to `then`, by default the next question."""
        self.child.send(f"{text}\n".encode())
        return self.wait_for(then)

    def kill(self) -> None:
        self.child.kill(signal.SIGKILL)
        self.child.expect(self._end)

    def end(self) -> int:
        """Wait for the end; return the exit code, or minus the signal."""
        self.written += self.child.read()
        self.child.close()
        status = self.child.exitstatus
        return -int(self.child.signalstatus) if status is None else int(status)


def plain(text: str) -> str:
    """Return `text` with plain spaces and newlines."""
    spaces = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " ", "\r": None})
    return text.translate(spaces)


class Script:
    """Answers given in advance, and all that was said, question by question."""

    def __init__(self, answers: Iterable[str]) -> None:
        self._answers: Iterator[str] = iter(answers)
        self.said: list[str] = [""]
        self.code: int | None = None

    def read(self) -> str:
        self.said.append("")
        answer = next(self._answers, None)
        return "" if answer is None else f"{answer}\n"

    def write(self, text: str) -> None:
        self.said[-1] += text

    @property
    def text(self) -> str:
        """All that was said."""
        return plain("".join(self.said))

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n")


def talk(workspace: Workspace, *answers: str) -> Script:
    """Give `answers` to the program, then the end of the input; return what it said, and its exit code."""
    script = Script(answers)
    script.code = start.talk(Dialogue(script.read, script.write, "\n"), workspace)
    return script


@contextmanager
def workspace_in(folder: Path) -> Iterator[Workspace]:
    """Open the workspace of `folder`, and close it."""
    workspace = open_workspace(folder, Clock())
    try:
        yield workspace
    finally:
        workspace.close()


def talk_in_grid(folder: Path, *answers: str) -> Script:
    """Answer in the grid of the only assessment."""
    with workspace_in(folder) as workspace:
        return talk(workspace, "", "2", *answers)


def conversation(folder: Path, *answers: str) -> Script:
    """Talk on the database of `folder`; no line is longer than the terminal."""
    with workspace_in(folder) as workspace:
        script = talk(workspace, *answers)
    assert all(cell_len(line) <= WIDTH for line in script.lines)
    return script
