"""What stands under the headings of policies: the steps to tick, or « Note » and « Commentaire »."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ctg_tui.domain.answers import Answer
from ctg_tui.spreadsheet.cells import SheetCell
from ctg_tui.spreadsheet.headings import NOTES, WIDEST, Columns, heading_key, is_comments
from ctg_tui.spreadsheet.notes import parse_step, word_step

_FEWEST_STEPS: Final = 4
_LONGEST_LEAD: Final = 20
"""Characters of what stands before the steps that head ticks: « Missions », « N° »."""


def find_steps(cells: Mapping[int, SheetCell], columns: Columns) -> Columns | None:
    """Return the columns of a table of ticks, when this row names the steps under each policy."""
    steps: dict[int, Answer] = {}
    policies: dict[str, tuple[int, ...]] = {}
    first = min(columns.noted)
    if any(len(cell.text) > _LONGEST_LEAD and column < first for column, cell in cells.items()):
        return None  # a line with its notes
    for policy, span in columns.policies.items():
        # A heading that is not merged says where its steps begin; they end where they begin again.
        under = run_of_steps(cells, span[0], only_there=True)
        if not under:
            return None
        steps |= under
        policies[policy] = tuple(under)
    return replace(columns, policies=policies, steps=steps)


def run_of_steps(
    cells: Mapping[int, SheetCell], first: int, *, only_there: bool = False
) -> dict[int, Answer]:
    """Return the columns side by side that name steps of the scale, from `first` on; empty when too few."""
    for start in (first,) if only_there else cells:
        under: dict[int, Answer] = {}
        for column in range(start, start + WIDEST):
            text = cells[column].text if column in cells else ""
            step = parse_step(text)
            step = word_step(text) if step is None else step
            if step is None or step in under.values():
                break
            under[column] = step
        if len(under) >= _FEWEST_STEPS:
            return under
    return {}


def find_notes_and_comments(cells: Mapping[int, SheetCell], columns: Columns) -> Columns | None:
    """Return `columns` when this row says « Note » and « Commentaire » under each policy; None otherwise."""
    policies: dict[str, tuple[int, ...]] = {}
    comments = [columns.comments, *columns.more_comments]
    # The last heading, when it is not merged, says where its columns begin; they are as many as before.
    width = max(len(span) for span in columns.policies.values())
    last = max(columns.noted)
    for policy, headed in columns.policies.items():
        span = tuple(range(headed[0], headed[0] + width)) if last in headed else headed
        beside = [column for column in span if column in cells and is_comments(cells[column].text)]
        notes = [column for column in span if column in cells and heading_key(cells[column].text) in NOTES]
        if not beside or len(notes) > 1:
            return None
        policies[policy] = tuple(notes) or tuple(column for column in span if column not in beside)[:1]
        if not policies[policy]:
            return None
        comments += beside
    first, *others = sorted({column for column in comments if column is not None})
    return replace(
        columns,
        policies=policies,
        comments=first,
        more_comments=tuple(others),
        has_comment_per_policy=columns.comments is None,
    )
