"""The lines that two grids share, and filling an assessment with another grid."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from ctg_tui.domain.assessment import Assessment, answer_text
from ctg_tui.domain.changes import (
    Change,
    Edit,
    Field,
    Operation,
    action_text,
    cell_key,
    parse_cell_key,
    set_aside_text,
)
from ctg_tui.domain.grid import Activity, Grid, Indicator
from ctg_tui.domain.text import words_of


def shared_lines(before: Grid, after: Grid) -> frozenset[str]:
    """Return the ids of the lines and indicators that are the same in both grids.

    A line is the same under the same id and the same words; in one grid and its variant, under the
    same id alone, since an id is never used again there.
    """
    both = [
        *(before.activities.keys() & after.activities.keys()),
        *(before.indicators.keys() & after.indicators.keys()),
    ]
    if is_variant(before, after):
        return frozenset(both)
    return frozenset(line for line in both if _words(before, line) == _words(after, line))


def is_variant(before: Grid, after: Grid) -> bool:
    """Return whether both are one grid, in any version, or a grid and its variant."""
    return after.id in {before.id, before.variant} or before.id == after.variant


def _words(grid: Grid, line: str) -> str:
    return words_of(grid.line(line).label)


def known_ids(grids: Iterable[Grid]) -> Mapping[tuple[bool, str], str]:
    """Return the id of each line that `grids` know, by whether it is an indicator and by its words.

    The first grid wins. Words that two lines of one grid share name neither; an id names one line only.
    """
    known: dict[tuple[bool, str], str] = {}
    taken: set[str] = set()
    for grid in grids:
        every: list[Activity | Indicator] = [*grid.activities.values(), *grid.indicators.values()]
        lines = [(line.id in grid.indicators, words_of(line.label)) for line in every]
        numbers = Counter(lines)
        for key, line in zip(lines, every, strict=True):
            if numbers[key] == 1 and key not in known and line.id not in taken:
                known[key] = line.id
                taken.add(line.id)
    return known


# Filling with another grid. A value without a line in the new grid keeps its place, outside the figures.
# Under a grid of another id the same id may be another line: there it waits as
# `m1.a03@charente-2024-08`, and comes back with that grid or its variant.

GRID_KEY: Final = "grille"
"""The key of the one change about the grid itself."""
_OF: Final = "@"
_AGAIN: Final = "~"
_CELLS: Final = frozenset({Field.ANSWER, Field.SET_ASIDE})

Values = Mapping[tuple[Field, str], str]
"""Every value of an assessment that belongs to a line, by its field and key."""


class Adoption(NamedTuple):
    """The edit that adopts a grid, and its effect on the values (notes, texts, numbers, actions).

    `kept` is the number of those that are on a line of the grid, `apart` that of those without one there:
    stored, not counted.
    """

    edit: Edit
    kept: int
    apart: int


def adoption(assessment: Assessment, before: Grid | None, after: Grid) -> Adoption:
    """Return what adopting `after` does; `before` is the grid of `assessment`, None when it is not known."""
    former = line_values(assessment)
    used = {_line(field, key) for field, key in former}
    moves = _places(used, assessment, before, after)
    new = {(field, _moved(field, key, moves)): text for (field, key), text in former.items()}
    changes = [*changes_between(former, new)]
    present = spelt_grid(after.id, after.version, after.fingerprint)
    changes.append(Change(Field.GRID, GRID_KEY, grid_text(assessment), present))
    places = [(field, _moved(field, key, moves)) for field, key in former if field is not Field.SET_ASIDE]
    apart = sum(not _has_place(after, *new) for new in places)
    return Adoption(Edit(Operation.ADOPTION, tuple(changes)), len(places) - apart, apart)


def changes_between(former: Values, new: Values) -> Iterator[Change]:
    """Yield the change of each value that differs."""
    for field, key in dict.fromkeys((*former, *new)):
        pair = former.get((field, key)), new.get((field, key))
        if pair[0] != pair[1]:
            yield Change(field, key, *pair)


def line_values(assessment: Assessment) -> Values:
    """Return the values of `assessment` that belong to a line, spelt as in the journal."""
    every: dict[tuple[Field, str], str] = {}
    for cell, answer in assessment.answers.items():
        every[Field.ANSWER, cell_key(cell)] = answer_text(answer)
    for cell, former in assessment.set_aside.items():
        every[Field.SET_ASIDE, cell_key(cell)] = set_aside_text(former)
    for line, text in assessment.comments.items():
        every[Field.COMMENT, line] = text
    for line, number in assessment.numbers.items():
        every[Field.NUMBER, line] = str(number)
    for line, text in assessment.remarks.items():
        every[Field.REMARK, line] = text
    for line, action in assessment.actions.items():
        every[Field.ACTION, line] = action_text(action)
    return every


def grid_text(assessment: Assessment) -> str:
    """Return the grid of `assessment` as the journal spells it."""
    return spelt_grid(assessment.grid_id, assessment.grid_version, assessment.grid_fingerprint)


def parse_grid(text: str | None) -> Mapping[str, Any]:
    """Return the attributes that `text` spells. Raises ValueError, LookupError or TypeError for none."""
    parts = json.loads(text or "")
    values = {
        "grid_id": parts["id"],
        "grid_version": parts["version"],
        "grid_fingerprint": parts["empreinte"],
    }
    if not all(isinstance(value, str) for value in values.values()):
        raise ValueError(text)
    return values


def spelt_grid(grid_id: str, version: str, fingerprint: str) -> str:
    """Return the spelling of a grid in the journal."""
    return json.dumps({"empreinte": fingerprint, "id": grid_id, "version": version}, ensure_ascii=False)


def _places(
    used: Collection[str], assessment: Assessment, before: Grid | None, after: Grid
) -> Mapping[str, str]:
    """Return where the values of each line go: no two lines to the same place, so that nothing is lost."""
    own = {after.id, after.variant}
    stays = assessment.grid_id in own or (before is not None and is_variant(before, after))
    shared: Collection[str] = () if before is None else shared_lines(before, after)
    places = {line: line for line in used if line in shared or (stays and not _owner(line))}
    # Those that stay apart come first, those that come back last: no place is given twice.
    for line in sorted(used, key=lambda line: (_owner(line) in own, not _owner(line), line)):
        if line in places:
            continue
        if not _owner(line):
            place = f"{line}{_OF}{assessment.grid_id}"
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


def _line(field: Field, key: str) -> str:
    return parse_cell_key(key).activity if field in _CELLS else key


def _moved(field: Field, key: str, moves: Mapping[str, str]) -> str:
    if field not in _CELLS:
        return moves[key]
    cell = parse_cell_key(key)
    return cell_key(cell._replace(activity=moves[cell.activity]))


def _has_place(grid: Grid, field: Field, key: str) -> bool:
    if field is Field.ANSWER:
        cell = parse_cell_key(key)
        return cell.activity in grid.activities and cell.policy in grid.policies_by_id
    return key in (grid.indicators if field in {Field.NUMBER, Field.REMARK} else grid.activities)
