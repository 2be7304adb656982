"""Filling an assessment with another grid: each value goes with its line, or is kept apart; one edit.

A value without a line in the new grid keeps its place, outside the figures. Under a grid of another id the
same id may be another line: there it waits as `m1.a03@charente-2024-08`, and comes back with that grid.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from ctg_tui.domain.answers import answer_text
from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.changes import (
    BLANK,
    Change,
    Edit,
    Field,
    Operation,
    action_text,
    cell_key,
    parse_cell_key,
)
from ctg_tui.domain.correspondences import CARRIED, Kind, carried_lines, line_changes
from ctg_tui.domain.grid import Grid

GRID_KEY: Final = "grille"
"""The key of the one change about the grid itself."""
_OF: Final = "@"
_AGAIN: Final = "~"
_CELLS: Final = frozenset({Field.ANSWER, Field.SET_ASIDE})

Values = Mapping[tuple[Field, str], str]
"""Every value of an assessment that belongs to a line, by its field and key."""


class Adoption(NamedTuple):
    """The edit that adopts a grid, and its effect on the values (answers, texts, numbers, actions).

    `carried` go with their line; of those, `reworded` are on lines whose text changed. `apart` have no place
    in the grid: kept, not counted. `cells` is the number of cells of the grid.
    """

    edit: Edit
    carried: int
    reworded: int
    apart: int
    cells: int


def adoption(assessment: Assessment, before: Grid | None, after: Grid) -> Adoption:
    """Return what adopting `after` does; `before` is the grid of `assessment`, None when it is not known."""
    former = line_values(assessment)
    moves = _places({_line(field, key) for field, key in former}, assessment, before, after)
    new = {(field, _moved(field, key, moves)): text for (field, key), text in former.items()}
    changes = [
        Change(field, key, former.get((field, key)), new.get((field, key)))
        for field, key in dict.fromkeys((*former, *new))
        if former.get((field, key)) != new.get((field, key))
    ]
    changes.append(Change(Field.GRID, GRID_KEY, grid_text(assessment), _text_of(after)))
    seen = [place for place in new if place[0] is not Field.SET_ASIDE]
    carried = [place for place in seen if _has_place(after, *place)]
    reworded = set() if before is None else _reworded(before, after)
    return Adoption(
        Edit(Operation.ADOPTION, tuple(changes)),
        len(carried),
        sum(_line(*place) in reworded for place in carried),
        len(seen) - len(carried),
        len(after.cells),
    )


def line_values(assessment: Assessment) -> Values:
    """Return the values of `assessment` that belong to a line, spelt as in the journal."""
    every: dict[tuple[Field, str], str] = {}
    for cell, answer in assessment.answers.items():
        every[Field.ANSWER, cell_key(cell)] = answer_text(answer)
    for cell, former in assessment.set_aside.items():
        every[Field.SET_ASIDE, cell_key(cell)] = BLANK if former is None else answer_text(former)
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


def _text_of(grid: Grid) -> str:
    return spelt_grid(grid.id, grid.version, grid.fingerprint)


def spelt_grid(grid_id: str, version: str, fingerprint: str) -> str:
    """Return the spelling of a grid in the journal."""
    return json.dumps({"empreinte": fingerprint, "id": grid_id, "version": version}, ensure_ascii=False)


def _places(
    used: Iterable[str], assessment: Assessment, before: Grid | None, after: Grid
) -> Mapping[str, str]:
    """Return where the values of each line go: no two lines to the same place, so that nothing is lost."""
    used = sorted(used)
    carried = _carried(used, assessment, before, after)
    places = {line: carried[line] for line in used if line in carried}
    taken = set(places.values())
    # Those that stay apart come first, those that come back last: no place is given twice.
    for line in sorted(used, key=lambda line: _rank(line, after)):
        if line in places:
            continue
        is_other = before is not None and line in before.mission_of
        place = _apart(line, assessment.grid_id, after, is_other=is_other)
        if place in taken:
            place = line if _owner(line) else _free(line, assessment.grid_id, taken | set(used))
        places[line] = place
        taken.add(place)
    return places


def _carried(
    used: Iterable[str], assessment: Assessment, before: Grid | None, after: Grid
) -> Mapping[str, str]:
    if before is not None:
        return carried_lines(before, after)
    table = after.correspondences.get(assessment.grid_fingerprint)
    if table is not None:
        listed = {
            change.old: change.new
            for change in table
            if change.kind in CARRIED and change.old is not None and change.new is not None
        }
        named = {*listed.values(), *(change.old for change in table)}
        return listed | {line: line for line in _same_ids(used, assessment, after) if line not in named}
    return {line: line for line in _same_ids(used, assessment, after)}


def _same_ids(used: Iterable[str], assessment: Assessment, after: Grid) -> Iterable[str]:
    if assessment.grid_id != after.id:
        return ()
    return [line for line in used if line in after.activities or line in after.indicators]


def whose(line: str) -> tuple[str, str]:
    """Return the id of a line in its own grid and, when it is kept apart, the id of that grid."""
    return (line.partition(_OF)[0], owner) if (owner := _owner(line)) else (line, "")


def _rank(line: str, after: Grid) -> int:
    owner = _owner(line)
    return 1 if not owner else 2 if owner == after.id else 0


def _owner(line: str) -> str:
    """Return the id of the grid that a line kept apart is of; empty for a line that is not apart."""
    own, _, owner = line.partition(_OF)
    return owner.partition(_AGAIN)[0] if own else ""


def _apart(line: str, grid_id: str, after: Grid, *, is_other: bool) -> str:
    """Return the place of a line that `after` does not have: its own under the same grid id, else apart.

    `is_other`: the former grid had it, so that the one of the same id in `after` is another line.
    """
    if owner := _owner(line):
        return line.partition(_OF)[0] if owner == after.id else line
    if grid_id == after.id and not (is_other and line in after.mission_of):
        return line
    return f"{line}{_OF}{grid_id}"


def _free(line: str, grid_id: str, taken: set[str]) -> str:
    apart = f"{line}{_OF}{grid_id}"
    number = 2
    while apart in taken:
        apart = f"{line}{_OF}{grid_id}{_AGAIN}{number}"
        number += 1
    return apart


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


def _reworded(before: Grid, after: Grid) -> set[str | None]:
    return {change.new for change in line_changes(before, after) if change.kind is Kind.REWORDED}
