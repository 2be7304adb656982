"""The changes that each edit of a person makes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from ctg_tui.domain.assessment import (
    NOT_CONCERNED,
    Answer,
    Assessment,
    Cell,
    Identity,
    Said,
    answer_text,
    parse_answer,
)
from ctg_tui.domain.changes import (
    GRID_KEY,
    OF_LINES,
    Change,
    Edit,
    Field,
    Operation,
    apply,
    cell_key,
    changes_between,
    grid_text,
    put,
    spelt_grid,
    values_of,
)
from ctg_tui.domain.details import cleaned_identity, parts
from ctg_tui.domain.grid import Grid, is_variant, shared_lines
from ctg_tui.domain.thread import union

BLANK = ""
"""Set aside: there was no answer when the column was made NC."""


def _noted(assessment: Assessment, cell: Cell, answer: Answer | None, aside: str | None) -> Iterator[Change]:
    """Yield the changes that give a cell an answer, and set `aside` the one before."""
    before, kept = assessment.answers.get(cell), assessment.set_aside.get(cell)
    was, now = (None if one is None else answer_text(one) for one in (before, answer))
    key = cell_key(cell)
    if was != now:
        yield Change(Field.ANSWER, key, was, now)
    if kept != aside:
        yield Change(Field.SET_ASIDE, key, kept, aside)


def rate(assessment: Assessment, cells: Iterable[Cell], answer: Answer | None) -> tuple[Change, ...]:
    """Give `answer` (None: no answer) to every cell; drop the answers that a column edit set aside there."""
    differing = (cell for cell in cells if assessment.answers.get(cell) != answer)
    return tuple(change for cell in differing for change in _noted(assessment, cell, answer, None))


def column_cells(grid: Grid, policy: str) -> tuple[Cell, ...]:
    """Return the cells of one policy."""
    return tuple(Cell(line, policy) for line in grid.activities)


def neutralise(assessment: Assessment, cells: Iterable[Cell]) -> tuple[Change, ...]:
    """Make every cell NC, setting its answer aside. Cells already NC stay as they are."""
    return tuple(
        change
        for cell in cells
        if (before := assessment.answers.get(cell)) is not NOT_CONCERNED
        for change in _noted(
            assessment, cell, NOT_CONCERNED, BLANK if before is None else answer_text(before)
        )
    )


def give_back(assessment: Assessment, cells: Iterable[Cell]) -> tuple[Change, ...]:
    """Put back the answers that `neutralise` set aside."""
    return tuple(
        change
        for cell in cells
        if (kept := assessment.set_aside.get(cell)) is not None
        for change in _noted(assessment, cell, None if kept == BLANK else parse_answer(kept), None)
    )


def _turn_column(grid: Grid, assessment: Assessment, policy: str) -> tuple[Change, ...]:
    """Make a policy NC or, when it is, put its answers back."""
    cells = column_cells(grid, policy)
    if not is_column_neutral(grid, assessment, policy):
        return neutralise(assessment, cells)
    return give_back(assessment, cells) or rate(assessment, cells, None)


def is_column_neutral(grid: Grid, assessment: Assessment, policy: str) -> bool:
    """Return whether every cell of a policy is NC."""
    return all(assessment.answers.get(cell) is NOT_CONCERNED for cell in column_cells(grid, policy))


def turned_policies(grid: Grid, assessment: Assessment, identity: Identity) -> tuple[str, ...]:
    """Return the policies that the people of `identity` turn: no person has it any more, or one has it again.

    Those whose column is as it should be already are left out, and so are all while no person has a name.
    """
    before, after = (
        {policy for person in people for policy in person.policies}
        for people in (assessment.identity.coordinators, identity.coordinators)
    )
    if not (assessment.identity.coordinators and identity.coordinators):
        return ()
    return tuple(
        policy
        for policy in grid.policies_by_id
        if policy in before ^ after and (policy in after) == is_column_neutral(grid, assessment, policy)
    )


def describe_with_columns(grid: Grid, assessment: Assessment, identity: Identity) -> tuple[Change, ...]:
    """Set the details, and the columns of the policies that they turn (`turned_policies`) with them.

    A policy that no person has is NC on every line; a column wholly NC gets its answers back once one has.
    """
    turned = turned_policies(grid, assessment, identity)
    made = (change for policy in turned for change in _turn_column(grid, assessment, policy))
    return (*made, *_describe(assessment, identity))


def _describe(assessment: Assessment, identity: Identity) -> Iterator[Change]:
    former, new = (
        {(Field.DETAILS, key): text for key, text in parts(one).items()}
        for one in (assessment.identity, cleaned_identity(identity))
    )
    return changes_between(former, new)


def hear(assessment: Assessment, rows: Iterable[Said]) -> tuple[Change, ...]:
    """Add rows to the thread; one that is there already takes its earliest date, and nothing else of them."""
    present = assessment.said
    heard = (present.get(one.id, one)._replace(at=one.at) for one in union(present.values(), rows))
    return tuple(change for said in heard for change in put(assessment, Field.SAID, said.id, said))


def differences(before: Assessment, after: Assessment) -> Iterator[Change]:
    """Yield the changes from one content to another, of one grid; of a thread, what was said since."""
    fields = (*OF_LINES, Field.PREPARATION)
    yield from changes_between(values_of(before, fields), values_of(after, fields))
    yield from _describe(before, after.identity)
    yield from hear(before, after.said.values())


# Filling with another grid. A value without a line in the new grid keeps its place, outside the figures.
# Under a grid of another id the same id may be another line: there it waits as
# `m1.a03@charente-2024-08`, and comes back with that grid or its variant.

_OF: Final = "@"
_AGAIN: Final = "~"


def filling(assessment: Assessment, before: Grid, after: Grid) -> Edit:
    """Return the edit that fills with the grid `after`; `before` is that of `assessment`.

    A policy that was NC everywhere is NC on the blank cells of the new lines too.
    """
    made = adoption(assessment, before, after)
    left = {policy for policy in before.policies_by_id if is_column_neutral(before, assessment, policy)}
    there = apply(assessment, made)
    blank = [
        cell
        for cell in after.cells
        if cell.policy in left and cell.activity not in before.activities and cell not in there.answers
    ]
    return Edit(Operation.ADOPTION, (*made, *neutralise(there, blank)))


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
