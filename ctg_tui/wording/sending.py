"""A sending in words: what was made, and what changed since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.sending import Sending
from ctg_tui.domain.text import clean
from ctg_tui.system.computer import local_time
from ctg_tui.wording.french import NBSP, STATUSES_OF_ASSESSMENT, count, short_day

if TYPE_CHECKING:
    from ctg_tui.domain.changes import Change
    from ctg_tui.domain.grid import Grid

_LONGEST_IN_A_PAIR: Final = 12
"""Letters up to which what was there stands before what is there now."""


def files_made(sent: Sending) -> str:
    """Return `Fichiers n° 2 créés le 12 mars (provisoire)`: the program itself sends nothing."""
    made_on, state = local_time(sent.created_at).date(), STATUSES_OF_ASSESSMENT[sent.status]
    return f"Fichiers n°{NBSP}{sent.number} créés le {short_day(made_on)} ({state})"


def changes_since(number: int) -> str:
    """Return `3 changements depuis`, or that nothing changed."""
    return f"{count(number, 'changement')} depuis" if number else "rien n’a changé depuis"


def changed_values(grid: Grid, changes: Iterable[Change]) -> Iterator[str]:
    """Yield what each value became: `1.3 Famille : 1 → 2`; of a text, what is there now."""
    from ctg_tui.wording.received import differences  # the first page does without it

    for one in differences(grid, changes):
        before, now = (clean(text, multiline=True).strip() or "vide" for text in (one.here, one.there))
        is_short = max(len(before), len(now)) <= _LONGEST_IN_A_PAIR
        yield f"{one.where}{NBSP}: {f'{before} → {now}' if is_short else now}"
