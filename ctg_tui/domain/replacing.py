"""Putting the content of a submission in place of that of an assessment, as one edit."""

from __future__ import annotations

from collections.abc import Iterator

from ctg_tui.domain import changes, edits, follow_ups, values
from ctg_tui.domain.adoption import Values, adoption, line_values
from ctg_tui.domain.assessment import Assessment, PreparationTopic
from ctg_tui.domain.changes import Change, Field
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.identity import cleaned_identity
from ctg_tui.domain.proposed_lines import grid_in_view


def replacement(
    present: Assessment, before: Grid | None, given: Assessment, after: Grid
) -> tuple[Change, ...]:
    """Return the changes that give `present` the content of `given`; none when it has it already.

    `before` is the whole grid of `present`, None when it is not known; `after` that of `given`. Values on
    lines that the file leaves aside, or that its grid does not have, stay where they are.
    """
    return tuple(_replacement(present, before, given, after))


def _replacement(
    present: Assessment, before: Grid | None, given: Assessment, after: Grid
) -> Iterator[Change]:
    adopted: tuple[Change, ...] = ()
    if present.grid_fingerprint != after.fingerprint:
        adopted = adoption(present, before, after).edit.changes
    former = line_values(present)
    wanted = _wanted(line_values(values.apply(present, adopted)), given, grid_in_view(after, given))
    for field, key in dict.fromkeys((*former, *wanted)):
        pair = former.get((field, key)), wanted.get((field, key))
        if pair[0] != pair[1]:
            yield Change(field, key, *pair)
    yield from (change for change in adopted if change.field is Field.GRID)
    yield from edits.show_proposed_lines(present, given.proposed_lines)
    for topic in PreparationTopic:
        yield from edits.write_text(present, Field.PREPARATION, topic.value, given.preparation.get(topic, ""))
    yield from edits.describe(present.identity, cleaned_identity(given.identity))
    there = {follow_ups.follow_up_key(row) for row in given.follow_ups}
    for row in present.follow_ups:
        if follow_ups.follow_up_key(row) not in there:
            yield from follow_ups.remove(present, row)
    for row in given.follow_ups:
        yield from follow_ups.keep(present, row)


def _wanted(former: Values, given: Assessment, seen: Grid) -> Values:
    """Return every value of a line after the replacement; `seen` is the grid that the file speaks of."""
    cells = frozenset(map(changes.cell_key, seen.cells))
    spoken_of = {
        Field.ANSWER: cells,
        Field.COMMENT: seen.activities,
        Field.ACTION: seen.activities,
        Field.NUMBER: seen.indicators,
        Field.REMARK: seen.indicators,
    }
    new = line_values(given)
    kept = {
        (field, key): text
        for (field, key), text in former.items()
        if key not in spoken_of.get(field, ())
        and not (field is Field.SET_ASIDE and _is_rated_anew(key, former, new, cells))
    }
    return {**kept, **new}


def _is_rated_anew(key: str, former: Values, new: Values, cells: frozenset[str]) -> bool:
    """Return whether a cell gets another answer: what was set aside there is then dropped, as by a note."""
    return key in cells and former.get((Field.ANSWER, key)) != new.get((Field.ANSWER, key))
