"""The input and the output of an experiment."""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

Mark = Callable[[bytes], None]
DONE = b"."
"""The mark left each time the program reports an operation as done."""
MAX_SHOWN = 5
"""Failures printed in full for one fault: the others are counted."""


@dataclass
class Outcome:
    """One line of the table: a fault, the number of injections, the number of times its promise held.

    `failures` are sentences, each with the seed to reproduce it. `skipped` is the reason of a skipped fault.
    """

    fault: str
    promise: str
    injected: int = 0
    held: int = 0
    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    skipped: str = ""

    @property
    def is_good(self) -> bool:
        """Whether the promise held at every injection; no injection is no proof."""
        return bool(self.skipped) or (self.injected > 0 and self.held == self.injected)

    @contextmanager
    def trial(self, what: str) -> Iterator[None]:
        """Run one injection: it holds unless an AssertionError, or any other exception, comes out of it."""
        self.injected += 1
        try:
            yield
        except Exception as error:  # noqa: BLE001 - any exception breaks the promise, and is reported
            if len(self.failures) < MAX_SHOWN:
                self.failures.append(f"{what}: {type(error).__name__}: {_ends_of(str(error))}")
                tell(f"           {self.fault}: {self.failures[-1]}")
        else:
            self.held += 1


def tell(sentence: str) -> None:
    """Print a line at once: a round that is stopped has shown what it saw."""
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def _ends_of(text: str) -> str:
    """Return the start and the end of a long text: a traceback has its error at the end."""
    return text if len(text) < 1200 else f"{text[:300]} … {text[-800:]}"


@dataclass
class Round:
    """One run of the laboratory. `scale` is 1 for the full round, less for a short one."""

    seed: int = 20270112
    scale: float = 1.0

    def times(self, full: int, least: int = 1) -> int:
        """Return how often to repeat an injection that the full round makes `full` times."""
        return max(least, round(full * self.scale))

    def draw(self, name: str) -> random.Random:
        """Return the random source of one experiment, which depends on the seed only."""
        return random.Random(f"{self.seed} {name}")

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """Yield an empty folder, removed afterwards; in memory where the system allows it."""
        memory = Path("/dev/shm")
        path = Path(tempfile.mkdtemp(prefix="ctg-", dir=memory if memory.is_dir() else None))
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)


Experiment = Callable[[Round], list[Outcome]]
