"""A table with one policy per row: « Activités | Politique | Note », or a group of rows under its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ctg_tui.domain.answers import Answer
from ctg_tui.spreadsheet.cells import SheetCell
from ctg_tui.spreadsheet.headings import Columns, heading_key, is_comments, is_notes, line_columns
from ctg_tui.spreadsheet.under_headings import run_of_steps

_POLICY_COLUMN: Final = frozenset(
    {"politique", "politiques", "politiqueconcernee", "politiquesconcernees", "volet", "volets"}
)


@dataclass
class PolicyRows:
    """A table with one policy per row: named in the column `policy`, or by the title of a group of rows.

    `notes` are the columns of the note: one, or one per step when the table is one of ticks.
    """

    labels: int
    notes: tuple[int, ...]
    comments: int | None
    policy: int | None
    steps: Mapping[int, Answer]
    missions: int | None
    words: Mapping[str, Answer] = field(default_factory=dict)
    is_example: bool = False
    _by_policy: dict[str, Columns] = field(default_factory=dict)

    def columns_of(self, policy: str) -> Columns:
        """Return the columns of a row about `policy`, the same object for each of them."""
        return self._by_policy.setdefault(
            policy,
            Columns(
                {policy: self.notes},
                self.comments,
                self.labels,
                self.steps,
                missions=self.missions,
                words=self.words,
                is_example=self.is_example,
            ),
        )


def find_policy_rows(cells: Mapping[int, SheetCell]) -> PolicyRows | None:
    """Return the columns of a heading for one policy per row: « Activités | Politique | Note »."""
    labels, missions = line_columns(cells.items())
    if labels is None:
        return None
    steps = run_of_steps(cells, min(cells))
    notes = tuple(steps) or tuple(column for column, cell in cells.items() if is_notes(cell.text))
    if len(notes) != 1 and not steps:
        return None
    policy = next(
        (column for column, cell in cells.items() if heading_key(cell.text) in _POLICY_COLUMN), None
    )
    comments = next((column for column, cell in cells.items() if is_comments(cell.text)), None)
    return PolicyRows(labels, notes, comments, policy, steps, missions)
