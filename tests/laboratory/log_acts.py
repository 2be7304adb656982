"""Noting facts in the log of a territory, and taking them back: each reported one is there, whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from ctg_tui.domain.assessment import Territory
from ctg_tui.domain.log import LogEntry
from ctg_tui.services.log import LogBook
from tests.databases import open_workspace
from tests.laboratory.laboratory import Mark, do_each
from tests.strategies import ALL_OPEN, make_identity

_FACT = LogEntry(date(2026, 5, 12), "COPIL, 9 présents", ("m1.a03",), ("m1.i02",), 1)
_LATER = LogEntry(date(2026, 9, 3), "Comité technique" + " et sa suite" * 100)
_STATES: tuple[tuple[LogEntry, ...], ...] = (
    (),
    (_FACT,),
    (_LATER, _FACT),
    (_LATER, _FACT._replace(number=2)),
    (_LATER, _FACT),
    (_LATER, _FACT._replace(number=2)),
    (_LATER,),
)
"""What the log holds after each step of `note_them`."""


def make(folder: Path) -> None:
    """Create an assessment and no log."""
    workspace = open_workspace(folder)
    workspace.create(make_identity(), open_missions=ALL_OPEN)
    workspace.close()


def _territory() -> Territory:
    return make_identity().territory


def note_them(folder: Path, mark: Mark) -> None:
    """Note two facts, correct one, take that back, make it again, remove it."""
    workspace = open_workspace(folder)
    book = LogBook(workspace.store, _territory())
    first = book.new_key()
    steps: list[Callable[[], object]] = [
        lambda: book.change(first, _FACT),
        lambda: book.note(_LATER),
        lambda: book.change(first, _FACT._replace(number=2)),
        book.undo,
        book.redo,
        lambda: book.remove(first),
    ]
    do_each(steps, book, lambda: book.log, workspace.writer.settle, mark)
    workspace.close()


def are_noted(folder: Path, marks: int) -> None:
    """Check that the log is that of the last reported step or the next, and undoing all empties it."""
    workspace = open_workspace(folder)
    try:
        book = LogBook(workspace.store, _territory())
        found = tuple(fact.entry for fact in book.facts)
        assert found in _STATES[marks : marks + 2], f"{marks} reported as saved, another log found"
        while book.undo():
            pass
        assert not LogBook(workspace.store, _territory()).facts, "undoing everything leaves facts"
        assert workspace.load(1)
    finally:
        workspace.close()
