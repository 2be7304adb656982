"""What a submission says of former exchanges: the adviser's remarks, the files merged, the actions planned.

Their shape is fixed and read strictly; `domain.merging` fills the files merged.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from ctg_tui.domain.answers import Answer


class Outcome(StrEnum):
    """What became of an action (*devenir*)."""

    DONE = "fait"
    POSTPONED = "reporte"
    ABANDONED = "abandonne"


class Decision(StrEnum):
    """What the coordinator answered to a remark: the note was kept, the adviser's taken, or one agreed on."""

    KEPT = "gardee"
    TAKEN = "retenue"
    AGREED = "convenue"


class FollowUp(NamedTuple):
    """What became of a remark or a question of the adviser (*suite*).

    `review` is the fingerprint of the review, 64 hexadecimal digits. It is about a line, one cell of it, or
    the whole assessment for a question. `first_note` is the self-note when the remark was made: an answer
    changes no note by itself.
    """

    review: str
    activity: str | None = None
    policy: str | None = None
    question: str | None = None
    first_note: Answer | None = None
    adviser_note: Answer | None = None
    agreed_note: Answer | None = None
    decision: Decision | None = None
    text: str = ""


class Contribution(NamedTuple):
    """A submission merged into this one. `coordinators` are refs of the people of the merged file here."""

    assessment: str
    revision: int
    fingerprint: str
    coordinators: tuple[str, ...] = ()
