"""Completing one's own assessment with a colleague's: blanks filled, texts added, what differs listed.

Nothing that one has is replaced unless it is chosen. The same file again changes nothing and, where nothing
differs, the files of two colleagues end the same in any order.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from ctg_tui.domain import edits
from ctg_tui.domain.assessment import PreparationTopic
from ctg_tui.domain.changes import Change, Edit, Field, Operation
from ctg_tui.domain.edits import is_column_neutral
from ctg_tui.domain.results import translated
from ctg_tui.domain.text import MAX_TEXT_LENGTH, clean, holds

if TYPE_CHECKING:
    from ctg_tui.domain.assessment import Assessment
    from ctg_tui.domain.grid import Grid

_K = TypeVar("_K")
_V = TypeVar("_V")
NO_NAME: Final = "Collègue"
"""Stands before the text of a file that names no person."""


class Difference(NamedTuple):
    """A value that both have, not the same. `changes` put the colleague’s in place of one’s own."""

    field: Field
    place: str
    changes: tuple[Change, ...]

    @property
    def key(self) -> str:
        """Its name for `ctg-tui`: `note/m1.a01/famille`."""
        return f"{self.field.value}/{self.place}"

    @property
    def own(self) -> str:
        return self.changes[0].before or ""

    @property
    def theirs(self) -> str:
        return self.changes[0].after or ""


class Completing(NamedTuple):
    """What a colleague’s assessment adds to one’s own, and where both differ, in the order of the grid.

    `lines_apart` are the lines of the file that one’s own grid does not have: nothing of them is taken.
    """

    changes: tuple[Change, ...]
    differences: tuple[Difference, ...]
    lines_apart: tuple[str, ...] = ()

    @property
    def fills(self) -> tuple[Change, ...]:
        """The changes that each say something: not what was set aside by an edit of a column."""
        return tuple(change for change in self.changes if change.field is not Field.SET_ASIDE)

    def edit(self, chosen: Collection[str] = ()) -> Edit:
        """Return the edit that completes, with the colleague’s values of the differences in `chosen`.

        Raises ValueError for a key that is no difference.
        """
        taken = {difference.key: difference.changes for difference in self.differences}
        unknown = sorted(set(chosen) - taken.keys())
        if unknown:
            raise ValueError(unknown[0])
        more = (change for key, changes in taken.items() if key in chosen for change in changes)
        return Edit(Operation.IMPORT, (*self.changes, *more))


def completing(
    own: Assessment, grid: Grid, theirs: Assessment, their_grid: Grid | None, author: str
) -> Completing:
    """Return what `theirs`, filled with `their_grid` by `author`, adds to `own`, filled with `grid`.

    A NC that comes from an unticked policy counts as blank on both sides.
    """
    given = translated(theirs, their_grid, grid)
    found = [
        *_answers(own, grid, given, _unticked(theirs, their_grid or grid)),
        *_texts(own, given, author),
        *_values(own, grid, given),
    ]
    heard = edits.hear(own, theirs.said.values())
    return Completing(
        (*(change for one in found if not isinstance(one, Difference) for change in one), *heard),
        tuple(one for one in found if isinstance(one, Difference)),
        _lines_apart(theirs, given),
    )


_Found = Difference | tuple[Change, ...]
"""A value that differs, or the changes that fill a blank."""


def _unticked(assessment: Assessment, grid: Grid) -> frozenset[str]:
    """Return the policies that no person of a file works on, and whose column is NC for it."""
    people = assessment.identity.coordinators
    ticked = {policy for person in people for policy in person.policies}
    return frozenset(
        policy
        for policy in grid.policies_by_id
        if people and policy not in ticked and is_column_neutral(grid, assessment, policy)
    )


def _answers(own: Assessment, grid: Grid, given: Assessment, unticked: Collection[str]) -> Iterator[_Found]:
    for cell in grid.cells:
        answer = None if cell.policy in unticked else given.answers.get(cell)
        present = own.answers.get(cell)
        if answer is None or answer == present:
            continue
        made = edits.rate(own, (cell,), answer)
        is_blank = present is None or cell in own.set_aside
        yield made if is_blank else Difference(Field.ANSWER, made[0].key, made)


def _values(own: Assessment, grid: Grid, given: Assessment) -> Iterator[_Found]:
    """Yield the numbers, the actions, and the day of the interview, which is no text."""
    topic = PreparationTopic.MEETING
    wanted = own._replace(
        numbers={**own.numbers, **_of(given.numbers, grid.indicators)},
        actions={**own.actions, **_of(given.actions, grid.activities)},
        preparation={**own.preparation, **_of(given.preparation, {topic})},
    )
    for change in edits.differences(own, wanted):
        yield (change,) if change.before is None else Difference(change.field, change.key, (change,))


def _of(values: Mapping[_K, _V], keys: Container[_K]) -> dict[_K, _V]:
    return {key: value for key, value in values.items() if key in keys}


def _texts(own: Assessment, given: Assessment, author: str) -> Iterator[_Found]:
    for field in (Field.COMMENT, Field.REMARK, Field.PREPARATION):
        attribute, _, _ = edits.PLACES[field]
        present: Mapping[str, str] = getattr(own, attribute)
        others: Mapping[str, str] = getattr(given, attribute)
        for key in (key for key in others if key != PreparationTopic.MEETING):
            text = with_text(present.get(key, ""), others[key], author)
            if len(text) <= MAX_TEXT_LENGTH:
                yield edits.write_text(own, field, key, text)
            else:
                yield Difference(field, key, edits.write_text(own, field, key, others[key]))


def _lines_apart(theirs: Assessment, given: Assessment) -> tuple[str, ...]:
    def lines(one: Assessment) -> dict[str, None]:
        blocks = (one.comments, one.numbers, one.remarks, one.actions)
        cells = (cell.activity for cell in one.answers)
        return dict.fromkeys([*cells, *(line for block in blocks for line in block)])

    kept = lines(given)
    return tuple(line for line in lines(theirs) if line not in kept)


# A text with what colleagues wrote below one's own, each under their name: « — Prénom Nom : … ».

_COLON: Final = "\N{NO-BREAK SPACE}: "
_MOST_OF_A_NAME: Final = 200
_HEADING: Final = re.compile(rf"^— (\S.{{0,{_MOST_OF_A_NAME - 1}}}?){_COLON}", re.MULTILINE)

_Blocks = frozenset[tuple[str, str]]
"""Who wrote, and what."""


def with_text(own: str, theirs: str, author: str) -> str:
    """Return `own` with what `theirs` says more below it, under the name of `author`.

    What stands in one's own part already, or in a longer text of the same author, is not added. `theirs` may
    hold blocks of other people.
    """
    name = clean(" ".join(author.split()))[:_MOST_OF_A_NAME].strip() or NO_NAME
    head, blocks = _parts(own)
    their_head, their_blocks = _parts(theirs)
    every = {
        (who, said)
        for who, said in (*blocks, *their_blocks, (name, their_head))
        if said and not holds(head, said)
    }
    added = {
        (who, said)
        for who, said in every
        if not any(who == other and said != more and holds(more, said) for other, more in every)
    }
    if added == blocks:
        return own
    return "\n".join(filter(None, (head, *(f"— {who}{_COLON}{said}" for who, said in sorted(added)))))


def _parts(text: str) -> tuple[str, _Blocks]:
    """Return one’s own part of a text, and the blocks of others below it."""
    head, *rest = _HEADING.split(text)
    blocks = zip(rest[::2], map(str.strip, rest[1::2]), strict=True)
    return head.strip(), frozenset((who, said) for who, said in blocks if said)
