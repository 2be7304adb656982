"""Work on files in a thread: a slow drive holds back neither the keys nor the end of the program."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from typing import Any

from textual.message import Message
from textual.message_pump import MessagePump

from ctg_tui.domain.errors import Refusal


@dataclass
class Done(Message):
    """The end of a work: its result, or why it was refused. `task` is what `start` was given."""

    task: str
    result: Any = None
    refusal: Refusal | None = None
    error: Exception | None = None
    """An unexpected exception, to be raised again."""


def start(page: MessagePump, task: str, work: Callable[[], object]) -> None:
    """Run `work` in a thread, then post `Done` to `page`."""

    def run() -> None:
        try:
            done = Done(task, result=work())
        except Refusal as refusal:
            done = Done(task, refusal=refusal)
        except Exception as error:  # noqa: BLE001 - raised again by the page
            done = Done(task, error=error)
        with suppress(RuntimeError):  # the loop has ended
            page.post_message(done)

    Thread(target=run, name=f"ctg-tui-{task}", daemon=True).start()
