"""The input and the output of an experiment."""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

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
    counts: dict[str, int] = field(default_factory=dict)
    skipped: str = ""
    seconds: float = 0.0

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


class Progress:
    """Tells how far a long experiment is, at each twentieth of it."""

    def __init__(self, what: str, wanted: int) -> None:
        self._what = what
        self._wanted = wanted
        self._started = time.monotonic()
        self._told = 0

    def reach(self, done: int) -> None:
        """Tell that so many are done, when another twentieth is."""
        if (twentieths := 20 * done // self._wanted) > self._told:
            self._told = twentieths
            minutes = (time.monotonic() - self._started) / 60
            tell(f"         {done} of {self._wanted} {self._what}, {minutes:.0f} min")


def summed(outcomes: Sequence[Outcome]) -> Outcome:
    """Return the sum of the outcomes of several workers; their counts become its notes."""
    first, *others = outcomes
    for other in others:
        first.injected += other.injected
        first.held += other.held
        first.failures += other.failures
        for name, number in other.counts.items():
            first.counts[name] = first.counts.get(name, 0) + number
    first.notes = [f"{number} {name}" for name, number in first.counts.items()]
    return first


def _ends_of(text: str) -> str:
    """Return the start and the end of a long text: a traceback has its error at the end."""
    return text if len(text) < 1200 else f"{text[:300]} … {text[-800:]}"


@dataclass
class Round:
    """One run of the laboratory. `scale` is 1 for the full round, less for a short one."""

    seed: int = 20270112
    scale: float = 1.0
    workers: int = 2

    def times(self, full: int, least: int = 1) -> int:
        """Return how often to repeat an injection that the full round makes `full` times."""
        return max(least, round(full * self.scale))

    def kinds(self, cases: Sequence[T]) -> Sequence[T]:
        """Return the cases of one kind of fault; a round of less than a hundredth takes only the first."""
        return cases if self.scale >= 0.01 else cases[:1]

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


def timed(experiment: Experiment, round_: Round) -> list[Outcome]:
    """Return the outcomes of an experiment, with the seconds it took on the first one."""
    started = time.monotonic()
    outcomes = experiment(round_)
    outcomes[0].seconds = time.monotonic() - started
    return outcomes
