"""The real program, in this process or in one of its own: its two streams and its exit code."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ctg_tui.cli.commands import run
from ctg_tui.cli.terminal import guarded

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Answer:
    """The exit code and the two outputs of a run."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """The messages of stderr, with plain spaces instead of no-break ones."""
        return self.err.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Program:
    """`ctg-tui` on a database of its own, without access to the home folder."""

    home: Path
    name: str = "base.db"

    @property
    def database(self) -> Path:
        return self.home / self.name

    def environment(self, **more: str) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TZ") if name in os.environ}
        own = {"HOME": str(self.home), "XDG_DATA_HOME": str(self.home / "data"), "PYTHONPATH": str(ROOT)}
        return inherited | own | {"PYTHONUTF8": "1", "CTG_TUI_BASE": str(self.database)} | more

    def run(
        self, *arguments: object, environment: Mapping[str, str] | None = None, typed: str = ""
    ) -> Answer:
        """Run `ctg-tui` with `arguments`, without a terminal, in this process; `typed` is what it reads."""
        with (
            tempfile.TemporaryFile() as read,
            tempfile.TemporaryFile() as out,
            tempfile.TemporaryFile() as err,
        ):
            read.write(typed.encode())
            read.seek(0)
            with _as_in_a_process(self.home, self.environment(**(environment or {})), (read, out, err)):
                code = guarded([*map(str, arguments)], run)
            out.seek(0)
            err.seek(0)
            return Answer(code, _lines(out.read()), _lines(err.read()))

    def run_process(
        self,
        *arguments: object,
        environment: Mapping[str, str] | None = None,
        stdout: Any = subprocess.PIPE,
        stderr: Any = subprocess.PIPE,
        encoding: str = "utf-8",
        before: Callable[[], None] | None = None,
    ) -> Answer:
        """Run `ctg-tui` in a new process, where the start, the streams or the rights are the question.

        `before` is called in the new process.
        """
        done = subprocess.run(
            [sys.executable, "-m", "ctg_tui", *map(str, arguments)],
            env=self.environment(**(environment or {})),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            cwd=self.home,
            timeout=60,
            check=False,
            preexec_fn=before,
        )
        return Answer(
            done.returncode, _lines(done.stdout or b"", encoding), _lines(done.stderr or b"", encoding)
        )


def _lines(content: bytes, encoding: str = "utf-8") -> str:
    """Return the text of an output, with the line ends that the system writes as `\\n`."""
    return content.decode(encoding).replace(os.linesep, "\n")


@contextmanager
def _as_in_a_process(
    folder: Path, environment: Mapping[str, str], files: tuple[IO[bytes], IO[bytes], IO[bytes]]
) -> Iterator[None]:
    """Give this process the streams, folder and variables of a new one, for as long as a run lasts."""
    before, streams = dict(os.environ), (sys.stdin, sys.stdout, sys.stderr)
    read, out, err = (file.fileno() for file in files)
    with (
        chdir(folder),
        open(read, encoding="utf-8", closefd=False) as stdin,
        open(out, "w", encoding="utf-8", closefd=False) as stdout,
        open(err, "w", encoding="utf-8", closefd=False) as stderr,
    ):
        os.environ.clear()
        os.environ.update(environment)
        sys.stdin, sys.stdout, sys.stderr = stdin, stdout, stderr
        try:
            yield
        finally:
            sys.stdin, sys.stdout, sys.stderr = streams
            os.environ.clear()
            os.environ.update(before)


def as_anybody() -> None:
    """Drop the capabilities that let the superuser write anywhere; do nothing for another user."""
    library = ctypes.CDLL(None)
    for capability in (1, 2, 3):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER
        library.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP
