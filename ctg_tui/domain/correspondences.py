"""Which line of one grid is which line of another: by the grid file's own table, else by id or by text.

An id is never reused within the versions of one grid: it is the same line, even reworded. Between two grids
only the same text is the same line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.domain.text import fold

if TYPE_CHECKING:
    from ctg_tui.domain.grid import Activity, Grid, Indicator


class Kind(StrEnum):
    """What became of a line. The value is the spelling in grid files and in `--json`."""

    IDENTICAL = "identique"
    RENUMBERED = "renumerotee"
    REWORDED = "reformulee"
    MERGED = "fusionnee"
    SPLIT = "scindee"
    REMOVED = "supprimee"
    ADDED = "nouvelle"
    """Never in a file: the line that no former one became."""


CARRIED: Final = frozenset({Kind.IDENTICAL, Kind.RENUMBERED, Kind.REWORDED})
"""The kinds whose answers go with the line. The others are kept apart: only a person can decide."""
_INVERSE: Final = {Kind.MERGED: Kind.SPLIT, Kind.SPLIT: Kind.MERGED}


class LineChange(NamedTuple):
    """The line `old` of the former grid and `new` of the present one; None where there is none."""

    old: str | None
    new: str | None
    kind: Kind


def line_changes(before: Grid, after: Grid) -> tuple[LineChange, ...]:
    """Return what became of every line and indicator, in the order of `after`, then those removed.

    A line merged from several, or split into several, is there once for each pair.
    """
    listed = _listed(before, after)
    matched = {
        **_matched(before, after, listed, "activities"),
        **_matched(before, after, listed, "indicators"),
    }
    by_new: dict[str, list[LineChange]] = {}
    for change in listed:
        if change.new is not None:
            by_new.setdefault(change.new, []).append(change)
    by_new |= {new: [change] for new, change in matched.items()}
    made: list[LineChange] = []
    for new in (*after.activities, *after.indicators):
        made += by_new.get(new, [LineChange(None, new, Kind.ADDED)])
    gone = {change.old for change in made}
    made += [
        LineChange(old, None, Kind.REMOVED)
        for old in (*before.activities, *before.indicators)
        if old not in gone
    ]
    return tuple(made)


def carried_lines(before: Grid, after: Grid) -> dict[str, str]:
    """Return the id in `after` of each line of `before` whose answers go with it: one to one."""
    return {
        change.old: change.new
        for change in line_changes(before, after)
        if change.kind in CARRIED and change.old is not None and change.new is not None
    }


def _listed(before: Grid, after: Grid) -> list[LineChange]:
    """Return the rows of the table of either grid about the other one, but for those of unknown lines."""
    table = after.correspondences.get(before.fingerprint)
    if table is None:
        table = tuple(map(_inverted, before.correspondences.get(after.fingerprint, ())))
    return [
        change
        for change in table
        if change.old is not None
        and (change.old in before.activities or change.old in before.indicators)
        and (change.new is None or _same_sort(before, after, change.old, change.new))
    ]


def _same_sort(before: Grid, after: Grid, old: str, new: str) -> bool:
    """Return whether both lines are activities, or both indicators: a note never becomes a number."""
    if old in before.activities:
        return new in after.activities
    return new in after.indicators


def _inverted(change: LineChange) -> LineChange:
    return LineChange(change.new, change.old, _INVERSE.get(change.kind, change.kind))


def _matched(before: Grid, after: Grid, listed: list[LineChange], sort: str) -> Mapping[str, LineChange]:
    """Return the change of each line of `after` that no table names and that `before` has, by its id."""
    theirs: Mapping[str, Activity | Indicator] = getattr(before, sort)
    mine: Mapping[str, Activity | Indicator] = getattr(after, sort)
    old_left = {old: line for old, line in theirs.items() if all(change.old != old for change in listed)}
    new_left = {new: line for new, line in mine.items() if all(change.new != new for change in listed)}
    matched: dict[str, LineChange] = {}
    if before.id == after.id:
        for new in [*new_left]:
            if new in old_left:
                same = fold(old_left.pop(new).label) == fold(new_left.pop(new).label)
                matched[new] = LineChange(new, new, Kind.IDENTICAL if same else Kind.REWORDED)
    by_text = dict(_by_unique_text(old_left))
    for text, new in _by_unique_text(new_left):
        if text in by_text:
            old = by_text[text]
            matched[new] = LineChange(old, new, Kind.IDENTICAL if old == new else Kind.RENUMBERED)
    return matched


def _by_unique_text(lines: Mapping[str, Activity | Indicator]) -> Iterator[tuple[str, str]]:
    """Yield the text and id of each line that no other has the text of."""
    texts = {line_id: fold(line.label) for line_id, line in lines.items()}
    numbers = Counter(texts.values())
    return ((text, line_id) for line_id, text in texts.items() if numbers[text] == 1)
