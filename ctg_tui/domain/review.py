"""The adviser's answer to a submission: remarks on lines, questions, the meeting, the notes agreed on.

The self-note is never changed by it: the adviser's note stands beside, the agreed one is a third value.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from ctg_tui.domain.answers import Answer, Cell
from ctg_tui.domain.assessment import Adviser, Territory
from ctg_tui.domain.grid import Grid


class Remark(NamedTuple):
    """What the adviser says of a line or, with a policy, of one of its cells.

    Without any of note, comment or `on_agenda` there is no remark: absence means no opinion.
    """

    activity: str
    policy: str | None = None
    note: Answer | None = None
    comment: str = ""
    on_agenda: bool = False


class ReviewQuestion(NamedTuple):
    """A question, about a line or about the whole. `id` is `q1`, `q2`… in the order of the questions."""

    id: str
    text: str
    activity: str | None = None


class AgreedNote(NamedTuple):
    """The note that both agreed on for a cell."""

    cell: Cell
    note: Answer


class Review(NamedTuple):
    """What an adviser answers to one submission.

    `submission` is the fingerprint of its state, `assessment` the stable id of its assessment, `revision` the
    one that was read. The grid and the territory are the submission's.
    """

    submission: str
    assessment: str
    revision: int
    grid_id: str
    grid_version: str
    grid_fingerprint: str
    territory: Territory
    author: Adviser
    meeting: date | None = None
    remarks: tuple[Remark, ...] = ()
    questions: tuple[ReviewQuestion, ...] = ()
    agreed: tuple[AgreedNote, ...] = ()


def order_in(grid: Grid | None) -> Callable[[str | None, str | None], tuple[int, int]]:
    """Return the sort key of what is said of a line, or of a cell with a policy: the order of the grid.

    A line comes before its cells; policies, then lines that the grid does not have come last.
    """
    lines = {line: rank for rank, line in enumerate(grid.activities if grid else ())}
    policies = {policy: rank for rank, policy in enumerate(grid.policies_by_id if grid else ())}

    def rank(activity: str | None, policy: str | None) -> tuple[int, int]:
        if activity not in lines:
            return len(lines), 0
        return lines[activity], -1 if policy is None else policies.get(policy, len(policies))

    return rank
