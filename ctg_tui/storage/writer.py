"""The queue of writes, in order, and who commits it: a thread under an interface, else the caller."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from queue import Empty, SimpleQueue
from threading import RLock, Thread
from time import monotonic
from typing import Any

from ctg_tui.domain.errors import NotSaved, Refusal
from ctg_tui.storage.refusals import stopped

RETRY_SECONDS = 2.0
"""Seconds between two tries on a disk that refuses, unless another write is due sooner."""
PATIENCE_SECONDS = 0.03
"""Seconds an interface waits for the oldest of its changes before it goes on."""


def _nothing() -> None:
    """Do nothing: the default `notice`."""


def _never() -> bool:
    """Return False: the default `hurries`."""
    return False


class Work:
    """One write. `write` runs inside the transaction; its result is passed to `written` after the commit.

    `written` runs on the caller's thread. `dropped` is called instead when the write is given up.
    """

    def __init__(
        self,
        write: Callable[[], Any],
        written: Callable[[Any], None],
        dropped: Callable[[], None],
        *,
        is_counted: bool = True,
    ) -> None:
        """Prepare a write; `is_counted` is False for the cursor's place, which the person would not miss."""
        self.write = write
        self.written = written
        self.dropped = dropped
        self.is_counted = is_counted
        self.is_taken = False
        """Whether it is part of the transaction that runs now."""
        self.is_done = False
        self.put_at = 0.0
        self.result: Any = None
        self.refusal: Refusal | None = None


class Writer:
    """The queue of one open database. All its work is committed in one transaction, in order.

    Without `start`, each `put` commits at once, on the thread of its caller. With it, a thread does; `put`
    waits for a short while. `notice` is called, on that thread, when a write ends later than that, and when
    it brings more than the work that the owner waits for: what was refused or marked as waiting by then.

    Everything else is called on one thread, the owner's. Work that the disk refuses stays in the queue.
    """

    def __init__(self, transaction: Callable[[], AbstractContextManager[object]]) -> None:
        self._transaction = transaction
        self._lock = RLock()
        """Held for moments only, never during a write."""
        self._requests: SimpleQueue[None] = SimpleQueue()
        self._tries: SimpleQueue[None] = SimpleQueue()
        """Wake the thread, and who waits for its try. Not a Condition: that wakes each thread twice."""
        self._waiting: list[Work] = []
        self._ended: list[Work] = []
        """Written or refused, and not yet reported to their callers."""
        self._asked = 0
        """Number of tries asked for; each try answers all the requests made before it began."""
        self._tried = 0
        self._is_watched = False
        """Whether the owner waits for a try."""
        self._watched: Work | None = None
        """The work that it waits for; None when it waits for the whole queue."""
        self._meanwhile: Callable[[], object] | None = None
        """What the owner still has to do while the disk works."""
        self._thread: Thread | None = None
        self._is_ending = False
        self._notice: Callable[[], None] = _nothing
        self._hurries: Callable[[], bool] = _never
        self._refusals: list[Refusal] = []
        self.failure: NotSaved | None = None
        """Why the queue could not be written; None when the last try succeeded."""
        self.error: BaseException | None = None
        """The unexpected exception that ended the thread."""

    @property
    def waiting(self) -> int:
        """Number of changes that are not on the disk."""
        with self._lock:
            return sum(work.is_counted for work in self._waiting)

    def start(self, notice: Callable[[], None], hurries: Callable[[], bool] = _never) -> None:
        """Start the thread that commits from now on; nothing waits for it while `hurries()`."""
        self._notice, self._hurries = notice, hurries
        self._thread = Thread(target=self._run, name="ctg-tui-writer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Try the queue once more, and end the thread."""
        thread = self._thread
        if thread is None:
            return
        with self._lock:
            self._is_ending = True
            self._notice = _nothing
        self._requests.put(None)
        thread.join()
        self._thread = None
        self._is_ending = False
        self.collect()

    # the owner's side

    def put(self, work: Work, meanwhile: Callable[[], object] | None = None) -> None:
        """Write `work` after the whole queue.

        With a thread, `meanwhile` is called while the disk works. It may also not be called, when the result
        comes at once or is not waited for: its work is then still to be done.

        Raises NotSaved (`waits` is then True) when the disk refuses it: it stays in the queue. Raises Refusal
        when the database does: it is dropped. Raises neither when the result takes too long.
        """
        work.put_at = monotonic()
        with self._lock:
            self._waiting.append(work)
            waited = work.put_at - self._waiting[0].put_at
        if self._thread is None or self.failure:
            self._try(PATIENCE_SECONDS, work)
        elif waited < PATIENCE_SECONDS and not self._hurries():
            self._try(PATIENCE_SECONDS - waited, work, meanwhile)
        else:
            self._ask()
        self.collect()
        if work.refusal is not None:
            if work.is_counted:
                self._refusals.remove(work.refusal)
            raise work.refusal
        if self.failure is not None and not work.is_done:
            raise self.failure

    def settle(self) -> None:
        """Wait until the queue is empty.

        Raises NotSaved (`waits` is then False) when the disk refuses the queue: the caller's own action is
        not done.
        """
        with self._lock:
            is_waiting = bool(self._waiting)
        if is_waiting:
            self._try(None)
        self.collect()
        if self.failure is not None:
            raise NotSaved(self.failure.code, self.failure.message, self.failure.advice)

    def try_again(self) -> None:
        """Retry now the work that the disk refused, if any. Raises NotSaved when it refuses again."""
        if self.failure is None:
            return
        self._try(PATIENCE_SECONDS)
        self.collect()
        if self.failure is not None:
            raise self.failure

    def amend(self, work: Work, change: Callable[[], None]) -> bool:
        """Run `change`, which alters `work`, unless that is being written; return whether it ran."""
        with self._lock:
            if work.is_taken or work.is_done:
                return False
            change()
            return True

    def withdraw(self, work: Work) -> bool:
        """Remove `work` from the queue, unless it is being written; return whether it was removed."""
        with self._lock:
            if work.is_taken or work.is_done:
                return False
            self._waiting.remove(work)
            if not self._waiting:
                self.failure = None
            return True

    def collect(self) -> None:
        """Call `written` or `dropped` of the work that has ended."""
        with self._lock:
            ended, self._ended = self._ended, []
        for work in ended:
            if work.refusal is None:
                work.written(work.result)
            else:
                if work.is_counted:
                    self._refusals.append(work.refusal)
                work.dropped()

    def take_refusals(self) -> list[Refusal]:
        """Return the refusals that came too late to be raised, each once."""
        refusals, self._refusals = self._refusals, []
        return refusals

    def _try(
        self,
        seconds: float | None,
        work: Work | None = None,
        meanwhile: Callable[[], object] | None = None,
    ) -> None:
        """Request a try of the whole queue, and wait for it, at most `seconds`.

        `work` is what the caller has put, if that is all it waits for.
        """
        if self._thread is None:
            self._attempt()
            return
        self._is_watched, self._watched, self._meanwhile = True, work, meanwhile
        asked = self._ask()
        until = None if seconds is None else monotonic() + seconds
        try:
            while self._tried < asked and self.error is None:
                self._tries.get(timeout=None if until is None else max(until - monotonic(), 0))
                if meanwhile is not None and self._tried < asked:
                    self._meanwhile = None
                    meanwhile()
                    meanwhile = None
        except Empty:
            pass
        finally:
            with self._lock:
                self._is_watched, self._watched, self._meanwhile = False, None, None

    def _ask(self) -> int:
        """Ask the thread for a try; return the number that `_tried` reaches with it."""
        with self._lock:
            self._asked += 1
            asked = self._asked
        self._requests.put(None)
        return asked

    # the side of the thread, when there is one

    def before_commit(self) -> None:
        """Let the owner go on: all statements are executed, what is left is the disk's work.

        Called inside the transaction. Earlier, both threads would only take turns at Python's lock.
        """
        if self._meanwhile is not None:
            self._tries.put(None)

    def _run(self) -> None:
        try:
            while self._wait_for_work():
                self._attempt()
            self._attempt()
        except BaseException as error:  # noqa: BLE001 - any error must reach the person
            with self._lock:
                self.error = error
                self.failure = stopped()
            self._tries.put(None)
            self._notice()

    def _wait_for_work(self) -> bool:
        """Wait until a try is due; return False when the thread must end."""
        with suppress(Empty):  # without a request, the failed work is tried again
            while not self._is_ending and self._asked == self._tried:
                self._requests.get(timeout=RETRY_SECONDS if self.failure else None)
        return not self._is_ending

    def _attempt(self) -> None:
        """Commit the queue now, and record the outcome."""
        with self._lock:
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
        with self._lock:
            if failure is not None and not any(work.is_counted for work in batch):
                for work in batch:  # only the cursor's place: the next change writes it too
                    work.refusal, work.is_done = failure, True
                failure = None
            self._end(batch)
            is_more = self.failure is not None or any(work is not self._watched for work in batch)
            self.failure = failure
            self._tried = asked
            is_watched = self._is_watched
        if is_watched:
            self._tries.put(None)
        if not is_watched or (is_more and failure is None):  # a refusal is raised to who waits for it
            self._notice()

    def _end(self, batch: list[Work]) -> None:
        """Remove ended work from the queue."""
        with self._lock:
            self._ended += [work for work in batch if work.is_done]
            self._waiting = [work for work in self._waiting if not work.is_done]
            for work in batch:
                work.is_taken = False

    def _write(self, batch: list[Work]) -> NotSaved | None:
        """Commit `batch` whole, or each alone when one fails; return the refusals of the disk."""
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
            for work in batch:  # each alone: the refusal of one does not hold the others back
                failed = self._write([work])
                if failed is not None:
                    return failed
            return None
        for work, result in zip(batch, results, strict=True):
            work.result = result
            work.is_done = True
        return None

    def _forget(self, batch: list[Work]) -> None:
        """Drop work that fails on a bug: its caller is about to get the exception."""
        with self._lock:
            self._waiting = [work for work in self._waiting if work not in batch]
        for work in batch:
            work.dropped()
