"""All use of private parts of Textual 8.2 (pinned), under public names of our own.

`tests/tui/test_textual_internals.py` fails when Textual changes one of them. Each work-around says which
bug it is for.
"""

from __future__ import annotations

import re
import sys
from asyncio import get_running_loop
from codecs import getincrementaldecoder
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from rich import _wrap
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.css.query import NoMatches
from textual.geometry import Region
from textual.message import Message as TextualMessage
from textual.message_pump import MessagePump
from textual.strip import Strip

from ctg_tui.domain.errors import EXIT_REFUSED

if TYPE_CHECKING:
    from textual.widgets import TextArea
else:
    TextArea = object  # the first frame does not wait for the import of the editor

_PAUSE: Final = 0.05
_MOST_TIMERS: Final = 200


class OpenedApp(App[int]):
    """An `App` whose private state and hooks have public names."""

    def on_load(self) -> None:
        let_timers_sleep()
        cut_lines_at_spaces()

    @property
    def is_ending(self) -> bool:
        """Whether `exit` was called: the pages are being removed."""
        return self._exit

    @property
    def first_error(self) -> Exception | None:
        """The exception that ended the application; those raised while closing it add nothing."""
        return self._exception

    def _handle_exception(self, error: Exception) -> None:
        """Close, and leave `error` in `first_error`.

        Textual would print it with the values of the variables, which hold the person's texts.
        """
        if isinstance(error, NoMatches) and self._exit:
            return  # a signal can come while a page is being composed: its parts are missing as it is removed
        self._return_code = EXIT_REFUSED
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()


def is_quiet(app: App[Any]) -> bool:
    """Return whether all that came before is handled, while the app handles a message itself.

    Every widget is mounted, each waits for its next message, the page in front is laid out, its callbacks are
    called.
    """
    if app.message_queue_size or app._pending_message or app._next_callbacks:
        return False
    screen = app.screen_stack[-1] if app.screen_stack else None
    if screen is not None and (screen._layout_required or screen._callbacks):
        return False
    return all(map(_is_idle, app._registry))


def _is_idle(pump: MessagePump) -> bool:
    """Return whether `pump` is mounted and waits for its next message, or has ended."""
    if pump._task is None or pump._task.done():
        return True
    queue: Any = pump._message_queue
    return not queue.values and bool(queue.ready_event._waiters)


class UndoableTextArea(TextArea):
    """A mixin for `TextArea` that lets undo shorten the document, and the page be painted as it is removed.

    Undo shows the shorter document before the cursor has left the lines removed: in between, the place of the
    cursor cannot be computed. A widget that was removed has lost its styles, and stays in the picture until
    the next layout.
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        if not self._component_styles:
            return [Strip.blank(crop.width)] * crop.height
        return super().render_lines(crop)

    def _recompute_cursor_offset(self) -> None:
        if self.cursor_location[0] < self.document.line_count:
            super()._recompute_cursor_offset()  # type: ignore[no-untyped-call]


def cut_lines_at_spaces() -> None:
    """Let Textual cut lines between words at spaces only: it cuts at no-break spaces too."""
    _wrap.re_word = re.compile("[ \t\n]*[^ \t\n]+[ \t\n]*")


_NOT_AFTER_ESCAPE: Final = "\x1b[Obf\t\x7f"
"""The characters that go on with a sequence behind an escape: `[A` is an arrow, `f` one word further."""
_LONE_ESCAPE: Final = re.compile(f"(?<=\x1b)(?=[^{re.escape(_NOT_AFTER_ESCAPE)}])")


class KeyParser(XTermParser):
    """A parser that gives an escape, then the character that came with it, as when they come one by one.

    Textual takes both for Alt and a key, which writes the letter, `™` for 2, `^` where an escape follows.
    """

    _ended = ""
    """The last character parsed."""

    def feed(self, data: str) -> Iterable[TextualMessage]:
        is_open = self._ended == "\x1b" and self._timeout_time is not None
        if is_open and data and data[0] not in _NOT_AFTER_ESCAPE:
            yield from self._end_the_wait()
        for rank, piece in enumerate(_LONE_ESCAPE.split(data)):
            if rank:
                yield from self._end_the_wait()
            self._ended = piece[-1:]
            yield from super().feed(piece)

    def _end_the_wait(self) -> Iterable[TextualMessage]:
        """Give the escape read last at once, as after the time that the parser waits for a sequence."""
        self._timeout_time = 0.0
        yield from self.tick()


def prepare_driver() -> None:
    """Work around the bugs of the driver of this system. Call it before the application runs.

    On Linux and macOS it ends with the first byte that is no UTF-8; keys are parsed by `KeyParser`. On
    Windows the console gives characters, not bytes; Textual's parser stays: those of AltGr may come there
    with an escape.
    """
    if sys.platform == "win32":
        _keep_listening()
        return
    from textual.drivers import linux_driver

    # The driver's module looks these names up when it starts: there is no other hook.
    vars(linux_driver).update(
        getincrementaldecoder=lambda name: partial(getincrementaldecoder(name), "replace"),
        XTermParser=KeyParser,
    )


def let_timers_sleep() -> None:
    """On Windows, have a thread for each timer. Call it on the event loop, before the first of them.

    Textual's timers sleep there on the threads of the loop, of which a machine with two processors has six:
    the timer that paints would wait until another, of a message for instance, has slept.
    """
    if sys.platform == "win32":
        from concurrent.futures import ThreadPoolExecutor

        get_running_loop().set_default_executor(ThreadPoolExecutor(_MOST_TIMERS, "timer"))


def _keep_listening() -> None:
    """On Windows, keep the thread that reads the keyboard running after half a character.

    An emoji of a long paste, cut between two reads, would end the thread, and with it all input.
    """
    from textual.drivers import win32

    class Lasting(win32.EventMonitor):
        def run(self) -> None:
            super().run()
            while not self.exit_event.wait(_PAUSE):
                super().run()

    setattr(win32, "EventMonitor", Lasting)  # noqa: B010 - looked up when the driver starts, as above
