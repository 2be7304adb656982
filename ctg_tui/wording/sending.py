"""A sending in words: what was made, and what changed since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.errors import typeset
from ctg_tui.domain.sending import Sending
from ctg_tui.domain.text import clean
from ctg_tui.system.computer import local_time
from ctg_tui.wording.french import (
    MOMENTS,
    NBSP,
    NO_TERRITORY,
    STATUSES_OF_ASSESSMENT,
    count,
    people,
    short_day,
)

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
    # Not for the first page, which only counts.
    from ctg_tui.domain.changes import Field
    from ctg_tui.domain.details import Part
    from ctg_tui.wording.completing import fill_words, place_words, value_words
    from ctg_tui.wording.grid import PARTS

    for change in changes:
        match change.field:
            case Field.SET_ASIDE:
                continue
            case Field.GRID:
                yield typeset("Grille : une autre")
                continue
            case Field.SAID:
                yield fill_words(grid, change)
                continue
            case Field.DETAILS:
                where = PARTS[Part(change.key)].capitalize()
                values = [_detail(change.key, text) for text in (change.before, change.after)]
            case field:
                where = place_words(grid, change)
                values = [value_words(field, text) if text else "" for text in (change.before, change.after)]
        before, now = (value or "vide" for value in values)
        is_short = max(len(before), len(now)) <= _LONGEST_IN_A_PAIR
        yield f"{where}{NBSP}: {f'{before} → {now}' if is_short else now}"


def _detail(key: str, text: str | None) -> str:
    from ctg_tui.domain.details import NO_DETAILS, Part, parse_part

    if text is None:
        return ""
    (value,) = parse_part(key, text).values()
    match Part(key):
        case Part.TERRITORY:
            return clean(value.name) or NO_TERRITORY
        case Part.PEOPLE:
            return people(NO_DETAILS._replace(coordinators=value))
        case Part.ADVISER:
            return clean(" ".join(filter(None, value)))
        case Part.MOMENT:
            return MOMENTS[value]
        case _:
            return str(value)
