"""What a submission says of former exchanges: the adviser's remarks, the files merged, the actions planned.

Their shape is fixed and read strictly; `domain.merging` fills the files merged.
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from ctg_tui.domain.answers import Answer, answer_text, parse_answer
from ctg_tui.domain.changes import Change, Field
from ctg_tui.domain.text import clean

if TYPE_CHECKING:
    from ctg_tui.domain.assessment import Assessment


class Decision(StrEnum):
    """What the coordinator answered to a remark: the note was kept, the adviser's taken, or one agreed on."""

    KEPT = "gardee"
    TAKEN = "retenue"
    AGREED = "convenue"


class FollowUp(NamedTuple):
    """A remark or a question of the adviser, and what became of it (*suite*).

    Without a decision or a text it has no answer yet. `review` is the fingerprint of the review, 64
    hexadecimal digits. It is about a line, one cell of it, or the whole assessment for a question.
    `first_note` is the self-note when the remark was made: an answer changes no note by itself.
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

    @property
    def is_answered(self) -> bool:
        """Whether something was answered: a question takes a sentence, and no decision."""
        return self.decision is not None or bool(self.text.strip())


class Contribution(NamedTuple):
    """A submission merged into this one. `coordinators` are refs of the people of the merged file here."""

    assessment: str
    revision: int
    fingerprint: str
    coordinators: tuple[str, ...] = ()


def follow_up_key(row: FollowUp) -> str:
    """Return what `row` is about, as a change and a row of the database spell it."""
    return "/".join((row.review, row.activity or "", row.policy or "", row.question or ""))


def follow_up_text(row: FollowUp) -> str:
    """Return the stored form of what was answered: the notes, the decision, the sentence."""
    notes = {"initiale": row.first_note, "conseiller": row.adviser_note, "convenue": row.agreed_note}
    parts = {name: answer_text(note) for name, note in notes.items() if note is not None}
    if row.decision is not None:
        parts["decision"] = row.decision.value
    return json.dumps(parts | {"texte": row.text}, ensure_ascii=False, sort_keys=True)


def parse_follow_up(key: str, text: str | None) -> FollowUp | None:
    """Return the answer stored as `text` under `key`; None without one.

    Raises ValueError, LookupError or TypeError when they make no sense.
    """
    review, activity, policy, question = key.split("/")
    if not review or not (activity or question):
        raise ValueError(key)
    if text is None:
        return None
    parts = json.loads(text)
    first, adviser, agreed = (
        parse_answer(parts[name]) if name in parts else None
        for name in ("initiale", "conseiller", "convenue")
    )
    return FollowUp(
        review,
        activity or None,
        policy or None,
        question or None,
        first,
        adviser,
        agreed,
        Decision(parts["decision"]) if "decision" in parts else None,
        clean(parts["texte"], multiline=True),
    )


def with_follow_up(rows: tuple[FollowUp, ...], key: str, text: str | None) -> tuple[FollowUp, ...]:
    """Return `rows` with the answer of `key`, or without it when `text` is None; raises as the parser."""
    new = parse_follow_up(key, text)
    others = tuple(row for row in rows if follow_up_key(row) != key)
    return others if new is None else tuple(sorted((*others, new), key=follow_up_key))


def answer(assessment: Assessment, row: FollowUp) -> tuple[Change, ...]:
    """Set what is answered to a remark or a question.

    A row without a decision nor a sentence is the absence of an answer.
    """
    return keep(assessment, row) if row.is_answered else remove(assessment, row)


def keep(assessment: Assessment, row: FollowUp) -> tuple[Change, ...]:
    """Set a row as it is, for a file taken back."""
    return _write(assessment, follow_up_key(row), row)


def remove(assessment: Assessment, row: FollowUp) -> tuple[Change, ...]:
    """Remove a row."""
    return _write(assessment, follow_up_key(row), None)


def _write(assessment: Assessment, key: str, row: FollowUp | None) -> tuple[Change, ...]:
    present = next((one for one in assessment.follow_ups if follow_up_key(one) == key), None)
    before, after = (None if one is None else follow_up_text(one) for one in (present, row))
    return () if before == after else (Change(Field.FOLLOW_UP, key, before, after),)
