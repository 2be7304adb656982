"""The gate for keys, pastes and clicks: each event is handled after the one before is handled completely.

Textual sends a key to the widget that has the focus when the key arrives, also while an earlier key is still
opening an editor, a page or a dialog. The gate holds the key back until the application is quiet: every
widget mounted, every message handled, the layout and the callbacks put off until after it done. So no key
handler has to wait for the effects of the key before.

Nothing waits for the gate, so it cannot deadlock: it checks, and when a message pump is busy it posts a
message to that pump and checks again once that message is handled, or once the pump's task has ended. A key
that arrives while all is quiet, which is nearly every key, costs one check and no message.

A handler should not await anything outside the message pumps (a thread, a disk, a long timer): keys would
wait with it. If one does, or if a layout that was asked for does not come, the gate stops waiting for that
pump after `STUCK_CHECKS` checks in a row in which the program did next to nothing, or after `MOST_CHECKS` in
any case, so that Ctrl+Q always works. A page that opens slowly, since other programs have the processor, is
waited for.
"""

from __future__ import annotations

from asyncio import Task, TimerHandle, get_running_loop
from collections import deque
from collections.abc import Awaitable, Callable
from time import process_time, time
from typing import Final
from weakref import WeakSet

from textual.events import Event, InputEvent, MouseEvent, MouseMove, Paste
from textual.message_pump import MessagePump
from textual.screen import Screen

from ctg_tui.tui.textual_internals import OpenedApp, awaits_layout, has_more_to_do, is_idle, pumps_of, task_of

STUCK_SECONDS: Final = 1.0
STUCK_CHECKS: Final = 2
COVERED_SECONDS: Final = 0.05
"""Between two looks at a page whose next frame is waited for."""
AT_WORK: Final = 0.02
"""The share of a processor from which the program is at work: at rest, blinking takes less."""
MOST_CHECKS: Final = 30
"""Checks in a row without progress of any message pump, however much the program works meanwhile."""


class KeyGate:
    """Gives the input events of `app` to `handle`, in order, one at a time."""

    def __init__(self, app: GatedApp, handle: Callable[[Event], Awaitable[None]]) -> None:
        self._app = app
        self._handle = handle
        self._events: deque[Event] = deque()
        self._after: list[Callable[[], object]] = []
        self._check_is_due = False
        """Whether `_wake` or `_check` waits in a message queue."""
        self._busy: MessagePump | None = None
        self._busy_task: Task[None] | None = None
        self._stuck: WeakSet[MessagePump] = WeakSet()
        """Pumps that await something outside the message pumps: ignored until they are at rest again."""
        self._watch: TimerHandle | None = None
        self._checks = 0
        self._silent_checks = 0
        self._worked = 0.0
        """The processor time of the program at the last check of its progress."""
        self.given_at = 0.0
        """When the last event was given to its handler, in seconds of the system's clock."""

    @staticmethod
    def concerns(event: Event) -> bool:
        """Return whether `event` is keyboard, clipboard or mouse input, not forwarded by a widget."""
        return isinstance(event, InputEvent | Paste) and not event.is_forwarded

    @property
    def waiting(self) -> int:
        """How many events wait for those before them; none of those that wait for a larger window."""
        return 0 if self._app.hides(None) else len(self._events)

    @property
    def is_quiet(self) -> bool:
        """Whether no event waits and no message is being handled, seen from outside the message pumps."""
        return not self._events and self._find_busy() is None

    async def take(self, event: Event) -> None:
        """Handle `event` now when all is quiet, else in its turn. Called on the app's message pump."""
        if isinstance(event, MouseMove) and self._events and isinstance(self._events[-1], MouseMove):
            self._events.pop()  # only the last position of the mouse matters
        self._events.append(event)
        if not self._check_is_due:
            await self._check()

    def resume(self) -> None:
        """Go on with the events that waited while the page was hidden."""
        if self._events and not self._check_is_due:
            self._check_is_due = True
            self._app.call_later(self._check)

    def forget(self) -> int:
        """Drop the waiting events; return how many there were."""
        forgotten = len(self._events)
        self._events.clear()
        return forgotten

    def when_none_waits(self, callback: Callable[[], object]) -> None:
        """Call `callback` once no event waits: after the last one is handled, or now."""
        if self._events:
            self._after.append(callback)
        else:
            callback()

    async def _check(self) -> None:
        """Handle the waiting events until a pump is busy. Called on the app's message pump."""
        self._check_is_due = False
        self._checks = self._silent_checks = 0
        while self._events:
            if self._app.is_ending:  # the application is ending: later input is dropped
                self._events.clear()
                break
            self._app.take_the_new_size()
            busy = self._find_busy()
            if busy is not None:
                self._check_after(busy)
                return
            if self._app.hides(self._events[0]):  # a smaller window came first: `resume` goes on
                break
            if self._after and isinstance(self._events[0], MouseEvent):
                self._call_deferred()  # the click is on the screen as painted: paint first
                continue
            self.given_at = time()
            await self._handle(self._events.popleft())
        self._call_deferred()
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    def _call_deferred(self) -> None:
        callbacks, self._after = self._after, []
        for callback in callbacks:
            callback()

    def _find_busy(self) -> MessagePump | None:
        """Return a busy message pump of the app, the app itself last; None when all are idle."""
        app, stuck = self._app, self._stuck
        if stuck:
            self._stuck = stuck = WeakSet(pump for pump in stuck if not self._is_at_rest(pump))
        for pump in pumps_of(app):
            if not is_idle(pump) and pump not in stuck:
                return pump
        if app.screen_stack and awaits_layout(app.screen) and app.screen not in stuck:
            return app.screen
        return app if has_more_to_do(app) else None

    def _is_at_rest(self, pump: MessagePump) -> bool:
        return is_idle(pump) and not (isinstance(pump, Screen) and awaits_layout(pump))

    def _check_after(self, busy: MessagePump) -> None:
        """Check again when `busy` has handled its messages, or has ended."""
        self._check_is_due = True
        if self._watch is None:
            self._worked = process_time()
            self._watch = get_running_loop().call_later(STUCK_SECONDS, self._check_progress)
        if busy is self._app:
            self._app.call_later(self._check)
            return
        self._busy, self._busy_task = busy, task_of(busy)
        if self._busy_task is not None:
            self._busy_task.add_done_callback(self._wake)
        if is_idle(busy):  # its messages are handled, its layout comes with the next frame
            busy.call_after_refresh(self._wake)
            self._look_again(busy)
        else:
            busy.call_later(self._wake)

    def _look_again(self, page: MessagePump) -> None:
        """Check after a while whether `page` is still waited for: one that was covered has no next frame."""

        def look() -> None:
            if self._busy is page:
                if self._app.screen_stack and page is self._app.screen and not self._is_at_rest(page):
                    self._look_again(page)
                else:
                    self._wake()

        get_running_loop().call_later(COVERED_SECONDS, look)

    def _wake(self, _: object = None) -> None:
        """Check again, once: the pump that the gate waits for has handled its messages, or has ended."""
        if self._busy_task is not None:
            self._busy_task.remove_done_callback(self._wake)
            self._busy_task = None
        if self._busy is not None:
            self._busy = None
            self._app.call_later(self._check)

    def _check_progress(self) -> None:
        """Stop waiting for a handler that awaits something outside the message pumps.

        One silent second is not enough: a disk that blocked the event loop makes the first check come late.
        """
        self._watch = get_running_loop().call_later(STUCK_SECONDS, self._check_progress)
        before, self._worked = self._worked, process_time()
        is_at_work = self._worked - before > AT_WORK * STUCK_SECONDS
        self._checks += 1
        self._silent_checks = 0 if is_at_work else self._silent_checks + 1
        if self._busy is not None and (self._silent_checks > STUCK_CHECKS or self._checks > MOST_CHECKS):
            self._stuck.add(self._busy)
            self._wake()


class GatedApp(OpenedApp):
    """An application whose keys, pastes and clicks come in one at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.gate: Final = KeyGate(self, self._handle)

    def hides(self, event: Event | None) -> bool:
        """Return whether the page is hidden, and `event` is none that is taken all the same."""
        return False

    def takes(self, event: Event) -> bool:
        """Return whether `event` is to be handled; False when it was dropped, since its page is hidden."""
        return True

    async def on_event(self, event: Event) -> None:
        if not self.gate.concerns(event):
            await super().on_event(event)
        elif self.takes(event):
            await self.gate.take(event)

    async def _handle(self, event: Event) -> None:
        """Handle an event in its turn, once the focus is on a widget of the page.

        Textual can leave the focus on a widget that was removed: its key would find no binding, not even the
        one that quits.
        """
        focused = self.focused if self.screen_stack else None
        if focused is not None and not focused.is_attached:
            self.screen.set_focus(None)
        await super().on_event(event)
