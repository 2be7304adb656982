"""The lines that two grids share, and filling an assessment with another grid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.changes import GRID_KEY, Change, Field, changes_between, grid_text, spelt_grid, values_of
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.text import words_of


def shared_lines(before: Grid, after: Grid) -> frozenset[str]:
    """Return the ids of the lines and indicators that are the same in both grids.

    A line is the same under the same id and the same words; in one grid and its variant, under the
    same id alone, since an id is never used again there.
    """
    both = frozenset(
        (before.activities.keys() & after.activities.keys())
        | (before.indicators.keys() & after.indicators.keys())
    )
    if is_variant(before, after):
        return both
    return frozenset(
        line for line in both if words_of(before.lines[line].label) == words_of(after.lines[line].label)
    )


def is_variant(before: Grid, after: Grid) -> bool:
    """Return whether both are one grid, in any version, or a grid and its variant."""
    return after.id in {before.id, before.variant} or before.id == after.variant


def known_ids(grids: Iterable[Grid]) -> Mapping[tuple[bool, str], str]:
    """Return the id of each line that `grids` know, by whether it is an indicator and by its words.

    The first grid wins. Words that two lines of one grid share name neither; an id names one line only.
    """
    known: dict[tuple[bool, str], str] = {}
    taken: set[str] = set()
    for grid in grids:
        lines = {line.id: (line.id in grid.indicators, words_of(line.label)) for line in grid.lines.values()}
        numbers = Counter(lines.values())
        for line_id, key in lines.items():
            if numbers[key] == 1 and key not in known and line_id not in taken:
                known[key] = line_id
                taken.add(line_id)
    return known


# Filling with another grid. A value without a line in the new grid keeps its place, outside the figures.
# Under a grid of another id the same id may be another line: there it waits as
# `m1.a03@charente-2024-08`, and comes back with that grid or its variant.

_OF: Final = "@"
_AGAIN: Final = "~"


def adoption(assessment: Assessment, before: Grid, after: Grid) -> tuple[Change, ...]:
    """Return the changes that adopt a grid; `before` is that of `assessment`."""
    former = values_of(assessment)
    moves = _places({_line(key) for _, key in former}, before, after)
    new = {
        (field, f"{moves[_line(key)]}{key.removeprefix(_line(key))}"): text
        for (field, key), text in former.items()
    }
    present = spelt_grid(after.id, after.version, after.fingerprint)
    grid = Change(Field.GRID, GRID_KEY, grid_text(assessment), present)
    return (*changes_between(former, new), grid)


def _places(used: Collection[str], before: Grid, after: Grid) -> Mapping[str, str]:
    """Return where the values of each line go: no two lines to the same place, so that nothing is lost."""
    own, shared, stays = {after.id, after.variant}, shared_lines(before, after), is_variant(before, after)
    places = {line: line for line in used if line in shared or (stays and not _owner(line))}
    # Those that stay apart come first, those that come back last: no place is given twice.
    for line in sorted(used, key=lambda line: (_owner(line) in own, not _owner(line), line)):
        if line in places:
            continue
        if not _owner(line):
            place = f"{line}{_OF}{before.id}"
            while place in places.values() or place in used:
                place += _AGAIN
        else:
            place = line.partition(_OF)[0] if _owner(line) in own else line
        places[line] = line if place in places.values() else place
    return places


def whose(line: str) -> tuple[str, str]:
    """Return the id of a line in its own grid and, when it is kept apart, the id of that grid."""
    return (line.partition(_OF)[0], owner) if (owner := _owner(line)) else (line, "")


def _owner(line: str) -> str:
    """Return the id of the grid that a line kept apart is of; empty for a line that is not apart."""
    own, _, owner = line.partition(_OF)
    return owner.rstrip(_AGAIN) if own else ""


def _line(key: str) -> str:
    """Return the line of a value, which its key begins with: `m1.a01/famille`."""
    return key.partition("/")[0]
