"""What waits to be written, in order, and who commits it: a thread under an interface, else the caller."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Condition, Thread
from typing import Any

from ctg_tui.domain.errors import NotSaved, Refusal
from ctg_tui.storage.refusals import stopped

RETRY_SECONDS = 2.0
"""Between two tries on a disk that refuses, unless something else is to be written sooner."""
PATIENCE_SECONDS = 0.03
"""How long an interface waits for a commit before it goes on."""


@dataclass(eq=False, slots=True)
class Work:
    """One thing to write. `write` runs inside the transaction; what it returns is given to `written`, once
    committed and on the caller's thread. `dropped` is called instead when it will never be written.
    """

    write: Callable[[], Any]
    written: Callable[[Any], None]
    dropped: Callable[[], None]
    is_counted: bool = True
    """Whether it is something the person would miss: where the cursor stands is not."""
    is_taken: bool = False
    """Whether it is part of the transaction that runs now."""
    is_done: bool = False
    result: Any = None
    refusal: Refusal | None = None


class Writer:
    """The queue of one open database. All that waits is committed in one transaction, in order.

    Without `start`, each `put` commits at once, on the thread of its caller. With it, a thread does; `put`
    waits for a short while, and `notice` is called, on that thread, when something ends later than that.
    Everything else is called on one thread, the owner's. What the disk refuses stays in the queue.
    """

    def __init__(self, transaction: Callable[[], AbstractContextManager[object]]) -> None:
        self._transaction = transaction
        self._changed = Condition()
        self._waiting: list[Work] = []
        self._ended: list[Work] = []
        """Written or refused, and not yet reported to their callers."""
        self._asked = 0
        """How many times a try was asked for; each try answers all that were asked before it began."""
        self._tried = 0
        self._watchers = 0
        self._thread: Thread | None = None
        self._is_ending = False
        self._notice: Callable[[], None] = _nothing
        self._refusals: list[Refusal] = []
        self.failure: NotSaved | None = None
        """Why what waits could not be written; None when nothing keeps it from being written."""
        self.error: BaseException | None = None
        """What ended the thread, which nobody had foreseen."""

    @property
    def waiting(self) -> int:
        """How many changes are not on the disk."""
        with self._changed:
            return sum(work.is_counted for work in self._waiting)

    def start(self, notice: Callable[[], None]) -> None:
        """Commit on a thread from now on."""
        self._notice = notice
        self._thread = Thread(target=self._run, name="ctg-tui-writer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Try once more to write what waits, and end the thread."""
        thread = self._thread
        if thread is None:
            return
        with self._changed:
            self._is_ending = True
            self._notice = _nothing
            self._changed.notify_all()
        thread.join()
        self._thread = None
        self._is_ending = False
        self.collect()

    # the owner's side

    def put(self, work: Work) -> None:
        """Write `work` after all that waits.

        Raises NotSaved (`waits` is then True) when the disk refuses it: it stays in the queue. Raises Refusal
        when the database does: it is dropped. Neither is raised when it takes too long to know.
        """
        with self._changed:
            is_first = not self._waiting
            self._waiting.append(work)
        if is_first or self.failure or self._thread is None:
            self._try(PATIENCE_SECONDS)
        else:
            with self._changed:
                self._asked += 1
                self._changed.notify_all()
        self.collect()
        if work.refusal is not None:
            if work.is_counted:
                self._refusals.remove(work.refusal)
            raise work.refusal
        if self.failure is not None and not work.is_done:
            raise self.failure

    def settle(self) -> None:
        """Wait until nothing waits. Raises NotSaved (`waits` is then False) when the disk refuses what does:
        what was about to be done is not.
        """
        with self._changed:
            is_waiting = bool(self._waiting)
        if is_waiting:
            self._try(None)
        self.collect()
        if self.failure is not None:
            raise NotSaved(self.failure.code, self.failure.message, self.failure.advice)

    def try_again(self) -> None:
        """Try now what the disk refused, if anything. Raises NotSaved when it still does."""
        if self.failure is None:
            return
        self._try(PATIENCE_SECONDS)
        self.collect()
        if self.failure is not None:
            raise self.failure

    def amend(self, work: Work, change: Callable[[], None]) -> bool:
        """Do `change`, which alters what `work` will write, unless it is being written; return whether."""
        with self._changed:
            if work.is_taken or work.is_done:
                return False
            change()
            return True

    def withdraw(self, work: Work) -> bool:
        """Take `work` out of the queue, unless it is being written; return whether."""
        with self._changed:
            if work.is_taken or work.is_done:
                return False
            self._waiting.remove(work)
            if not self._waiting:
                self.failure = None
            return True

    def collect(self) -> None:
        """Report what has ended to its callers."""
        with self._changed:
            ended, self._ended = self._ended, []
        for work in ended:
            if work.refusal is None:
                work.written(work.result)
            else:
                if work.is_counted:
                    self._refusals.append(work.refusal)
                work.dropped()

    def take_refusals(self) -> list[Refusal]:
        """The refusals that came too late to be raised, each once."""
        refusals, self._refusals = self._refusals, []
        return refusals

    def _try(self, seconds: float | None) -> None:
        """Have all that waits tried, and wait for it, at most `seconds`."""
        if self._thread is None:
            self._attempt()
            return
        with self._changed:
            self._asked += 1
            asked = self._asked
            self._changed.notify_all()
            self._watchers += 1
            self._changed.wait_for(lambda: self._tried >= asked or self.error is not None, seconds)
            self._watchers -= 1

    # the side of the thread, when there is one

    def _run(self) -> None:
        try:
            while self._wait_for_work():
                self._attempt()
            self._attempt()
        except BaseException as error:  # noqa: BLE001 - whatever it is, the person has to know
            with self._changed:
                self.error = error
                self.failure = stopped()
                self._changed.notify_all()
            self._notice()

    def _wait_for_work(self) -> bool:
        """Wait until a try is due; False when the thread is to end."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._is_ending or self._asked > self._tried,
                RETRY_SECONDS if self.failure else None,
            )
            return not self._is_ending

    def _attempt(self) -> None:
        """Commit what waits now, and note what came of it."""
        with self._changed:
            batch = [*self._waiting]
            asked = self._asked
            for work in batch:
                work.is_taken = True
        try:
            failure = self._write(batch) if batch else None
        except BaseException:
            self._end(batch)
            if self._thread is None:
                self._forget(batch)
            raise
        with self._changed:
            if failure is not None and not any(work.is_counted for work in batch):
                for work in batch:  # only where the cursor stands: the next change writes it too
                    work.refusal, work.is_done = failure, True
                failure = None
            self._end(batch)
            self.failure = failure
            self._tried = asked
            self._changed.notify_all()
            is_watched = self._watchers > 0
        if not is_watched:
            self._notice()

    def _end(self, batch: list[Work]) -> None:
        """Take what is done out of the queue."""
        with self._changed:
            self._ended += [work for work in batch if work.is_done]
            self._waiting = [work for work in self._waiting if not work.is_done]
            for work in batch:
                work.is_taken = False

    def _write(self, batch: list[Work]) -> NotSaved | None:
        """Commit `batch` whole, or each alone when one fails by itself. Return what the disk refused."""
        try:
            if len(batch) == 1:
                results = [batch[0].write()]
            else:
                with self._transaction():
                    results = [work.write() for work in batch]
        except NotSaved as failure:
            return failure
        except Exception as error:
            if len(batch) == 1:
                if not isinstance(error, Refusal):
                    raise
                batch[0].refusal = error
                batch[0].is_done = True
                return None
            for work in batch:  # each alone: those that are not refused are written
                failed = self._write([work])
                if failed is not None:
                    return failed
            return None
        for work, result in zip(batch, results, strict=True):
            work.result = result
            work.is_done = True
        return None

    def _forget(self, batch: list[Work]) -> None:
        """Leave out what the program cannot write: an error of its own, which its caller is about to get."""
        with self._changed:
            self._waiting = [work for work in self._waiting if work not in batch]
        for work in batch:
            work.dropped()


def _nothing() -> None:
    """Nobody is to be told."""
