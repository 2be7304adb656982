"""The input and the output of an experiment."""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import repeat
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

from ctg_tui.domain.errors import NotSaved, Refusal

T = TypeVar("T")

Mark = Callable[[bytes], None]
DONE = b"."
"""The mark left each time the program reports an operation as done."""


class Holding(Protocol):
    """What edits are made on: an assessment, a log, a review."""

    @property
    def pending(self) -> object: ...


def do_each(
    steps: Sequence[Callable[[], object]],
    held: Holding,
    seen: Callable[[], object],
    settle: Callable[[], object],
    mark: Mark,
) -> None:
    """Take each step as a person would on a disk that may refuse it; leave a mark after each.

    What is kept waiting is settled; a step is taken again when the screen shows no change.
    """
    for step in steps:
        before = seen()
        try:
            step()
        except NotSaved as refusal:
            mark(f"refus {refusal.code}".encode())
            if held.pending:
                settle()
            elif seen() == before:
                step()
        mark(DONE)


def do_again_if_refused(work: Callable[[], T], mark: Mark) -> T:
    """Return what `work` returns, done again if the disk refuses it, as a person would."""
    try:
        return work()
    except Refusal as refusal:
        mark(f"refus {refusal.code}".encode())
        return work()


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
            former = first.counts.get(name, 0)
            first.counts[name] = max(former, number) if "at most" in name else former + number
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


def shared(
    round_: Round,
    work: Callable[[Round, int, int], list[Outcome]],
    full: int,
    *,
    least: int = 1,
    context: BaseContext | None = None,
) -> list[Outcome]:
    """Divide what the full round makes `full` times among the workers; return the sums of their outcomes.

    `work` takes the rank of its worker and how many injections to make.
    """
    wanted, ranks = round_.times(full, least), range(round_.workers)
    numbers = [len(range(rank, wanted, round_.workers)) for rank in ranks]
    with ProcessPoolExecutor(round_.workers, mp_context=context) as pool:
        found = list(pool.map(work, repeat(round_), ranks, numbers))
    return [summed(outcomes) for outcomes in zip(*found, strict=True)]


class Situation(NamedTuple):
    """What a program meets, to be played in an empty folder; `reason` says why it cannot be, here."""

    fault: str
    promise: str
    play: Callable[[Path], None]
    reason: str = ""


def played(round_: Round, situations: Sequence[Situation], full: int) -> list[Outcome]:
    """Play each situation as often as the full round does `full` times; return an outcome for each."""
    outcomes = []
    for fault, promise, play, reason in situations:
        outcome = Outcome(fault, promise, skipped=reason)
        for attempt in range(0 if reason else round_.times(full)):
            with round_.folder() as folder, outcome.trial(f"attempt {attempt}"):
                play(folder)
        outcomes.append(outcome)
    return outcomes


def timed(experiment: Experiment, round_: Round) -> list[Outcome]:
    """Return the outcomes of an experiment, with the seconds it took on the first one."""
    started = time.monotonic()
    outcomes = experiment(round_)
    outcomes[0].seconds = time.monotonic() - started
    return outcomes
