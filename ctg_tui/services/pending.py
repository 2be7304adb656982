"""Edits that are shown and are not on the disk yet."""

from __future__ import annotations

from dataclasses import dataclass

from ctg_tui.domain.assessment import Place
from ctg_tui.domain.changes import Change, Edit, Field
from ctg_tui.storage.writer import Work


@dataclass(eq=False)
class Typing:
    """A field being typed."""

    field: Field
    key: str
    step: int | None = None
    """Its step in the journal, once written."""


@dataclass(eq=False)
class Pending:
    """An edit shown and not on the disk yet, done or undone; `changes` are those shown."""

    edit: Edit
    changes: tuple[Change, ...]
    place: Place | None = None
    typing: Typing | None = None
    work: Work | None = None
