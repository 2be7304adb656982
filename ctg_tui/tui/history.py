"""What happened to a line, in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ctg_tui.domain.changes import Field, Happening, parse_cell_key
from ctg_tui.domain.french import NBSP, day_and_time
from ctg_tui.domain.grid import Grid


def told(grid: Grid, happenings: Iterable[Happening]) -> tuple[str, ...]:
    """One sentence for each, in local time: `12 janvier 2027 à 14:02 · Famille : 1 → 2`."""
    return tuple(f"{day_and_time(local(one.at))} · {_what(grid, one)}" for one in happenings)


def local(moment: datetime) -> datetime:
    """`moment` where the person is."""
    return moment.astimezone()


def _what(grid: Grid, happening: Happening) -> str:
    change = happening.change
    if change.field is Field.ANSWER:
        policy = grid.policies_by_id.get(parse_cell_key(change.key).policy)
        name = policy.label if policy else parse_cell_key(change.key).policy
        return f"{name}{NBSP}: {change.before or 'sans réponse'} → {change.after or 'sans réponse'}"
    verb = "écrit" if change.before is None else "effacé" if change.after is None else "modifié"
    return f"{'commentaire' if change.field is Field.COMMENT else change.field.value} {verb}"
