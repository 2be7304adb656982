"""What the tests of the doctor ask it."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from ctg_tui.services.backups import CheckResult, Terminal, examine
from tests.databases import Clock

COMFORTABLE = Terminal(120, 40, "utf-8", "xterm-256color", "riche")


def examined(
    database: Path, clock: Clock, terminal: Terminal = COMFORTABLE, *, correct: bool = False
) -> dict[str, CheckResult]:
    results = examine(database, terminal, clock, correct=correct)
    assert all(result.found.endswith(".") for result in results)
    return {result.code: result for result in results}


def plain(sentence: str) -> str:
    return sentence.replace("\N{NO-BREAK SPACE}", " ")


def refuse(*_: object, **__: object) -> NoReturn:
    raise PermissionError
