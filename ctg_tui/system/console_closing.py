"""What Windows tells a program whose console is closed by its cross, or whose session ends."""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import sleep
from typing import Any, Final

_MAX_SECONDS: Final = 4.5
"""How long the program may take to end by itself: after five seconds Windows ends it, whatever it does.

Source: « HandlerRoutine callback function », Windows Console documentation.
"""
_ENDINGS: Final = frozenset({2, 5, 6})
"""CTRL_CLOSE_EVENT, CTRL_LOGOFF_EVENT, CTRL_SHUTDOWN_EVENT."""
_told: list[Any] = []
"""The function that Windows calls: it keeps a pointer to it, which is no reference for Python."""


def when_console_closes(ask_to_end: Callable[[], object]) -> None:
    """Let Windows call `ask_to_end`, on a thread of its own, before it ends the program.

    It takes the place of a former one. Does nothing on other systems, which send signals.
    """
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        set_handler = ctypes.windll.kernel32.SetConsoleCtrlHandler

        @ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.DWORD)
        def tell(event: int) -> bool:
            if event not in _ENDINGS:
                return False  # Ctrl+C and Ctrl+Break keep their usual meaning
            ask_to_end()
            sleep(_MAX_SECONDS)  # Windows ends the program when this returns; it ends by itself before
            return True

        while _told:
            set_handler(_told.pop(), False)
        if set_handler(tell, True):
            _told.append(tell)
