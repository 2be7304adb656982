"""The adviser's answer to a submission: remarks on lines, questions, the meeting, the notes agreed on.

The self-note is never changed by it: the adviser's note stands beside, the agreed one is a third value.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from ctg_tui.domain.answers import Answer, Cell
from ctg_tui.domain.assessment import Adviser, Territory


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
