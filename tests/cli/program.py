"""The real program in a process: its two streams and its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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

    @property
    def database(self) -> Path:
        return self.home / "base.db"

    def environment(self, **more: str) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
        own = {"HOME": str(self.home), "XDG_DATA_HOME": str(self.home / "data"), "PYTHONPATH": str(ROOT)}
        return inherited | own | {"PYTHONUTF8": "1", "CTG_TUI_BASE": str(self.database)} | more

    def run(
        self,
        *arguments: object,
        environment: Mapping[str, str] | None = None,
        stdout: Any = subprocess.PIPE,
        encoding: str = "utf-8",
        before: Callable[[], None] | None = None,
    ) -> Answer:
        """Run `ctg-tui` with `arguments`, without a terminal; `before` is called in the new process."""
        done = subprocess.run(
            [sys.executable, "-m", "ctg_tui", *map(str, arguments)],
            env=self.environment(**(environment or {})),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            cwd=self.home,
            timeout=60,
            check=False,
            preexec_fn=before,
        )
        out = done.stdout.decode(encoding) if done.stdout else ""
        return Answer(done.returncode, out, done.stderr.decode(encoding))
