"""Versions of a grid: which line is which, what changes for the answers, and filling with another one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
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
    set_doors,
)
from ctg_tui.domain.grid import Activity, Grid, Indicator
from ctg_tui.domain.review import follow_up_key, follow_up_text
from ctg_tui.domain.text import fold


class GridChange(NamedTuple):
    """Versions then and now; counts of answers, of answers without a cell now, of cells now."""

    grid_id: str
    former_version: str
    version: str
    answers: int
    without_cell: int
    cells: int


def grid_change(grid: Grid, assessment: Assessment) -> GridChange:
    """Return how `grid` differs from the grid of the same id that `assessment` was filled with."""
    cells = frozenset(grid.cells)
    return GridChange(
        grid.id,
        assessment.grid_version,
        grid.version,
        len(assessment.answers),
        sum(cell not in cells for cell in assessment.answers),
        len(cells),
    )


# Which line is which: by the grid file's own table, else by id or by text. An id is never reused within the
# versions of one grid: it is the same line, even reworded. Between two grids only the same text is the same
# line.


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
    by_new: dict[str | None, list[LineChange]] = {}
    for change in listed:
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
    return _one_to_one(line_changes(before, after))


def _one_to_one(changes: Iterable[LineChange]) -> dict[str, str]:
    return {
        change.old: change.new
        for change in changes
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


# Filling with another grid. A value without a line in the new grid keeps its place, outside the figures.
# Under a grid of another id the same id may be another line: there it waits as
# `m1.a03@charente-2024-08`, and comes back with that grid.

GRID_KEY: Final = "grille"
"""The key of the one change about the grid itself."""
_OF: Final = "@"
_AGAIN: Final = "~"
_CELLS: Final = frozenset({Field.ANSWER, Field.SET_ASIDE})

Values = Mapping[tuple[Field, str], str]
"""Every value of an assessment that belongs to a line, by its field and key."""


class Adoption(NamedTuple):
    """The edit that adopts a grid, and its effect on the values (answers, texts, numbers, actions).

    Values behind a closed door are not among them: they stay there.
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
    used = {_line(field, key) for field, key in former}
    used |= {row.activity for row in assessment.follow_ups if row.activity is not None}
    moves = _places(used, assessment, before, after)
    new = {(field, _moved(field, key, moves)): text for (field, key), text in former.items()}
    changes = [*changes_between(former, new), *_rows_moved(assessment, moves)]
    present = spelt_grid(after.id, after.version, after.fingerprint)
    changes.append(Change(Field.GRID, GRID_KEY, grid_text(assessment), present))
    opened = still_open(assessment, before, after)
    changes += set_doors(assessment, opened)
    view = after.through(opened)
    seen = [
        place for place in new if place[0] is not Field.SET_ASIDE and _line(*place) not in view.left_aside
    ]
    carried = [place for place in seen if _has_place(view, *place)]
    changed_lines = () if before is None else line_changes(before, after)
    reworded = {change.new for change in changed_lines if change.kind is Kind.REWORDED}
    return Adoption(
        Edit(Operation.ADOPTION, tuple(changes)),
        len(carried),
        sum(_line(*place) in reworded for place in carried),
        len(seen) - len(carried),
        len(view.cells),
    )


def changes_between(former: Values, new: Values) -> Iterator[Change]:
    """Yield the change of each value that differs."""
    for field, key in dict.fromkeys((*former, *new)):
        pair = former.get((field, key)), new.get((field, key))
        if pair[0] != pair[1]:
            yield Change(field, key, *pair)


def _rows_moved(assessment: Assessment, moves: Mapping[str, str]) -> Iterator[Change]:
    """Yield what takes each remark, and what was answered to it, where the values of its line go."""
    former: dict[tuple[Field, str], str] = {}
    new: dict[tuple[Field, str], str] = {}
    for row in assessment.follow_ups:
        place = row if row.activity is None else row._replace(activity=moves[row.activity])
        former[Field.FOLLOW_UP, follow_up_key(row)] = follow_up_text(row)
        new[Field.FOLLOW_UP, follow_up_key(place)] = follow_up_text(row)
    yield from changes_between(former, new)


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


def still_open(assessment: Assessment, before: Grid | None, after: Grid) -> frozenset[str]:
    """Return the missions whose door is open when `after` takes the place of the grid of `assessment`.

    `before` is that grid, None when it is not known. A door stays open; another one opens for a line that was
    asked until now as a proposed one, and for any other that has a value, unless a closed door hides it.
    """
    if before is not None and before.fingerprint == after.fingerprint:
        return assessment.open_missions
    filled = {_line(*place) for place in line_values(assessment)}
    moves = _places(filled, assessment, before, after)
    asked = {moves[line] for line in filled}
    if before is not None:
        seen = before.through(assessment.open_missions)
        carried = carried_lines(before, after)
        asked = {moves[line] for line in filled if line not in seen.left_aside}
        asked.update(carried[line] for line in seen.proposed_lines if line in carried)
    is_same = assessment.grid_id == after.id
    return frozenset(
        door.mission.id
        for door in after.doors
        if (is_same and door.mission.id in assessment.open_missions) or not asked.isdisjoint(door.lines)
    )


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
        listed = _one_to_one(table)
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
