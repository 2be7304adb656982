"""Completing one's own assessment with a colleague's: blanks filled, texts added, what differs listed.

Nothing that one has is replaced unless it is chosen. The same file again changes nothing and, where nothing
differs, the files of two colleagues end the same in any order.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Mapping
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import Assessment, PreparationTopic
from ctg_tui.domain.changes import Change, Edit, Field, Operation, put, values_of
from ctg_tui.domain.edits import hear, is_column_neutral, rate
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.results import translated
from ctg_tui.domain.text import MAX_TEXT_LENGTH, clean, holds

NO_NAME: Final = "Collègue"
"""Stands before the text of a file that names no person."""
_TEXTS: Final = (Field.COMMENT, Field.PREPARATION)
_DAY: Final = PreparationTopic.MEETING.value
"""The day of the interview, which is no text."""


def difference_key(change: Change) -> str:
    """Return the name of a value that differs for `ctg-tui`: `note/m1.a01/famille`."""
    return f"{change.field.value}/{change.key}"


class Completing(NamedTuple):
    """What a colleague’s assessment adds to one’s own, and where both differ, in the order of the grid.

    A difference is the change that puts the colleague’s value in place of one’s own. `lines_apart` are the
    lines of the file that one’s own grid does not have: nothing of them is taken.
    """

    changes: tuple[Change, ...]
    differences: tuple[Change, ...]
    lines_apart: tuple[str, ...] = ()

    @property
    def fills(self) -> tuple[Change, ...]:
        """The changes that each say something: not what was set aside by an edit of a column."""
        return tuple(change for change in self.changes if change.field is not Field.SET_ASIDE)

    def edit(self, chosen: Collection[str] = ()) -> Edit:
        """Return the edit that completes, with the colleague’s values of the differences in `chosen`.

        Raises Refusal (`difference-inconnue`) for a key that is no difference.
        """
        taken = {difference_key(change): change for change in self.differences}
        if unknown := sorted(set(chosen) - taken.keys()):
            why = f"« {clean(unknown[0])} » n’est pas une valeur qui diffère. Rien n’a été changé."
            raise Refusal("difference-inconnue", why, "Sans « --prendre », la liste en est donnée.")
        more = (change for key, change in taken.items() if key in chosen)
        return Edit(Operation.IMPORT, (*self.changes, *more))


def completing(own: Assessment, grid: Grid, theirs: Assessment, their_grid: Grid, author: str) -> Completing:
    """Return what `theirs`, filled with `their_grid` by `author`, adds to `own`, filled with `grid`.

    A NC that comes from an unticked policy counts as blank on both sides.
    """
    given = translated(theirs, their_grid, grid)
    changes: list[Change] = []
    differing: list[Change] = []
    unticked = _unticked(theirs, their_grid)
    for cell in grid.cells:
        answer, present = given.answers.get(cell), own.answers.get(cell)
        if answer is not None and answer != present and cell.policy not in unticked:
            made = rate(own, (cell,), answer)
            into = changes if present is None or cell in own.set_aside else differing
            into += made
    mine = values_of(own, _TEXTS)
    for (field, key), text in values_of(given, _TEXTS).items():
        if key != _DAY:
            whole = with_text(mine.get((field, key), ""), text, author)
            if len(whole) <= MAX_TEXT_LENGTH:
                changes += put(own, field, key, whole)
            else:
                differing += put(own, field, key, text)
    known: Mapping[Field, Container[str]] = {
        Field.NUMBER: grid.indicators,
        Field.ACTION: grid.activities,
        Field.PREPARATION: {_DAY},
    }
    mine = values_of(own, known)
    for (field, key), text in values_of(given, known).items():
        before = mine.get((field, key))
        if key in known[field] and before != text:
            (changes if before is None else differing).append(Change(field, key, before, text))
    kept = _lines(given)
    apart = (line for line in _lines(theirs) if line not in kept)
    return Completing((*changes, *hear(own, theirs.said.values())), tuple(differing), tuple(apart))


def _unticked(assessment: Assessment, grid: Grid) -> frozenset[str]:
    """Return the policies that no person of a file works on, and whose column is NC for it."""
    people = assessment.identity.coordinators
    ticked = {policy for person in people for policy in person.policies}
    return frozenset(
        policy
        for policy in grid.policies_by_id
        if people and policy not in ticked and is_column_neutral(grid, assessment, policy)
    )


def _lines(assessment: Assessment) -> dict[str, None]:
    return dict.fromkeys(key.partition("/")[0] for _, key in values_of(assessment))


# A text with what colleagues wrote below one's own, each under their name: « — Prénom Nom : … ».

_COLON: Final = "\N{NO-BREAK SPACE}: "
_HEADING: Final = re.compile(rf"^— (\S.*?){_COLON}", re.MULTILINE)


def with_text(own: str, theirs: str, author: str) -> str:
    """Return `own` with `theirs` below it, under the name of `author`, unless it stands there already.

    What stands in a longer text of the same author is not repeated. `theirs` may hold texts of other people.
    """
    name = clean(" ".join(author.split())) or NO_NAME
    head, below = _parts(own)
    _, given = _parts(f"— {name}{_COLON}{theirs}")
    every = {("", head), *below, *given}

    def stands_elsewhere(who: str, said: str) -> bool:
        others = (more for other, more in every if other in {"", who} and (other, more) != (who, said))
        return any(holds(more, said) for more in others)

    kept = {(who, said) for who, said in below | given if not stands_elsewhere(who, said)}
    if kept == below:
        return own
    return "\n".join(filter(None, (head, *(f"— {who}{_COLON}{said}" for who, said in sorted(kept)))))


def _parts(text: str) -> tuple[str, set[tuple[str, str]]]:
    """Return one’s own part of a text, and below it who wrote, and what."""
    head, *rest = _HEADING.split(text)
    below = zip(rest[::2], map(str.strip, rest[1::2]), strict=True)
    return head.strip(), {(who, said) for who, said in below if said}
