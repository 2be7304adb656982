"""What an experiment is given, and what it gives back."""

from __future__ import annotations

import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

MAX_TOLD = 5
"""Failures told in full for one fault: the others are counted."""


@dataclass
class Outcome:
    """One line of the table: a fault, how often it was injected, how often what was promised held.

    `failures` are sentences, each with what is needed to see it again. `skipped` says why nothing was done.
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
        """Whether everything that was injected held; nothing injected is no proof."""
        return bool(self.skipped) or (self.injected > 0 and self.held == self.injected)

    @contextmanager
    def trial(self, what: str) -> Iterator[None]:
        """One injection: it holds unless an AssertionError, or anything unforeseen, comes out of it."""
        self.injected += 1
        try:
            yield
        except Exception as error:  # noqa: BLE001 - any exception is a failure of the promise, told as such
            if len(self.failures) < MAX_TOLD:
                self.failures.append(f"{what}: {type(error).__name__}: {_ends_of(str(error))}")
        else:
            self.held += 1


def summed(outcomes: Sequence[Outcome]) -> Outcome:
    """One line for what several workers injected; their counts become its notes."""
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
    """The start and the end of a long text: where a trace says what happened."""
    return text if len(text) < 1200 else f"{text[:300]} … {text[-800:]}"


@dataclass
class Round:
    """One run of the laboratory. `scale` is 1 for the full round, less for a short one."""

    seed: int = 20270112
    scale: float = 1.0
    workers: int = 2

    def times(self, full: int, least: int = 1) -> int:
        """How often to do what the full round does `full` times."""
        return max(least, round(full * self.scale))

    def draw(self, name: str) -> random.Random:
        """The random source of one experiment: the same for the same seed, whatever ran before."""
        return random.Random(f"{self.seed} {name}")

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """An empty folder, gone afterwards; in memory where there is such a place."""
        memory = Path("/dev/shm")
        path = Path(tempfile.mkdtemp(prefix="ctg-", dir=memory if memory.is_dir() else None))
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)


Experiment = Callable[[Round], list[Outcome]]


def timed(experiment: Experiment, round_: Round) -> list[Outcome]:
    """The outcomes of an experiment, with the seconds it took on the first one."""
    started = time.monotonic()
    outcomes = experiment(round_)
    outcomes[0].seconds = time.monotonic() - started
    return outcomes
