"""Keys, pastes and clicks come in one at a time: each is handled once the one before is handled completely.

Textual gives a key to the widget that has the focus when the key arrives, also while an earlier key is still
opening an editor, a page or a dialog. Here it waits until the program is quiet: every message handled, every
widget mounted, the page in front laid out. Nothing waits meanwhile: the app looks, lets the others run, and
looks again. A key that arrives while all is quiet, which is nearly every key, costs one look.

A handler that awaits something outside the program (a thread, a disk) holds the keys for `MOST_LOOKS` at
most: the way out is always open.
"""

from __future__ import annotations

from asyncio import get_running_loop
from collections import deque
from typing import Final, NamedTuple

from textual.events import Event, InputEvent, Key, MouseDown, Paste
from textual.notifications import SeverityLevel
from textual.reactive import var

from ctg_tui.domain.text import clean
from ctg_tui.tui.textual_internals import OpenedApp, is_quiet

LOOKS_AT_ONCE: Final = 50
"""Looks without a pause; on Windows a pause takes 16 ms, whatever is asked for."""
PAUSE: Final = 0.01
MOST_LOOKS: Final = LOOKS_AT_ONCE + 500
"""They take five seconds of a program that does nothing, and as long as it takes of one that works."""


class Notice(NamedTuple):
    """The message that is shown: its text, and the class that colours it."""

    text: str = ""
    severity: SeverityLevel = "information"


class GatedApp(OpenedApp):
    """An application whose keys, pastes and clicks come in one at a time; each takes the message away."""

    said: var[Notice] = var(Notice())

    def __init__(self) -> None:
        super().__init__()
        self._inputs: deque[Event] = deque()
        """What came in, and is not given to the page yet."""
        self._looks = 0
        """How often the program was seen busy since it was quiet."""

    @property
    def is_quiet(self) -> bool:
        """Whether no input waits and no message is being handled, seen from outside the message pumps."""
        return not self._inputs and is_quiet(self)

    async def on_event(self, event: Event) -> None:
        if not isinstance(event, InputEvent | Paste) or event.is_forwarded:
            await super().on_event(event)
            return
        self._inputs.append(event)
        if len(self._inputs) == 1:  # else the app looks already
            await self._give_in_turn()

    async def _give_in_turn(self) -> None:
        while self._inputs and not self.is_ending:
            if is_quiet(self):
                self._looks = 0
            elif self._looks < MOST_LOOKS:
                self._looks += 1
                pause = 0.0 if self._looks <= LOOKS_AT_ONCE else PAUSE
                get_running_loop().call_later(pause, self.call_later, self._give_in_turn)
                return
            await self.give_input(self._inputs.popleft())

    async def give_input(self, event: Event) -> None:
        """Give an input to the page, once the focus is on a widget of it, and take the message away.

        Textual can leave the focus on a widget that was removed: its key would find no binding, not even the
        one that quits.
        """
        focused = self.focused if self.screen_stack else None
        if focused is not None and not focused.is_attached:
            self.screen.set_focus(None)
        if isinstance(event, Key | Paste | MouseDown):
            self.said = Notice()
        await super().on_event(event)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Show a message, in plain text, in place of the one before."""
        self.said = Notice(clean(f"{title} {message}".strip(), multiline=True), severity)
