"""What happened to a line, in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from ctg_tui.domain.changes import Field, JournalEntry, parse_cell_key
from ctg_tui.domain.grid import Grid
from ctg_tui.system.local_time import local_time
from ctg_tui.wording.french import NBSP, day, short_day

_EDITS: Final = {Field.REMARK.value: "commentaire", Field.PREPARATION.value: "préparation"}
"""Names of gestures that the journal keeps otherwise than the pages say them."""


def edit_name(kept: str) -> str:
    """What was done, in the words of the pages."""
    return _EDITS.get(kept, kept)


def told(grid: Grid, happenings: Iterable[JournalEntry], today: date) -> tuple[str, ...]:
    """One sentence for each, in local time: `Famille : 1 → 2, le 12 janvier à 14:02`; the year is told when
    it is not this one.
    """
    return tuple(f"{_what(grid, one)}, le {_when(local_time(one.at), today)}" for one in happenings)


def _when(moment: datetime, today: date) -> str:
    on = moment.date()
    return f"{short_day(on) if on.year == today.year else day(on)} à {moment:%H:%M}"


def _what(grid: Grid, happening: JournalEntry) -> str:
    change = happening.change
    if change.field is Field.ANSWER:
        policy = grid.policies_by_id.get(parse_cell_key(change.key).policy)
        name = policy.label if policy else parse_cell_key(change.key).policy
        return f"{name}{NBSP}: {change.before or 'sans réponse'} → {change.after or 'sans réponse'}"
    verb = "écrit" if change.before is None else "effacé" if change.after is None else "modifié"
    return f"{change.field.value} {verb}{'e' if change.field is Field.ACTION else ''}"
