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
    """The end of a work: what to do next on the page, or an unexpected exception, to be raised again."""

    go_on: Callable[[], object]
    error: Exception | None = None


def start(
    page: MessagePump,
    task: str,
    work: Callable[[], Any],
    then: Callable[[Any], object],
    refused: Callable[[Refusal], object],
) -> None:
    """Run `work` in a thread, then post `Done` to `page`."""

    def run() -> None:
        try:
            result = work()
            done = Done(lambda: then(result))
        except Refusal as refusal:
            why = refusal
            done = Done(lambda: refused(why))
        except Exception as error:  # noqa: BLE001 - raised again by the page
            done = Done(lambda: None, error)
        with suppress(RuntimeError):  # the loop has ended
            page.post_message(done)

    Thread(target=run, name=f"ctg-tui-{task}", daemon=True).start()
