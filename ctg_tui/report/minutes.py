"""The input of the « compte rendu d'entretien »: a review, the self-notes beside it, its answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from ctg_tui.domain.assessment import Answer, Cell, Identity
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.review import Decision, FollowUp, Remark, Review, order_in
from ctg_tui.domain.text import short_fingerprint
from ctg_tui.wording.french import DASH, NO_TERRITORY, day
from ctg_tui.wording.lines import line_number
from ctg_tui.wording.review import UNKNOWN_HERE

_DECISIONS = {
    Decision.KEPT: "note gardée",
    Decision.TAKEN: "note du CCD retenue",
    Decision.AGREED: "note convenue",
}


_Place = tuple[str | None, str | None]
"""A line, and the policy of a cell of it."""


class MinutesRow(NamedTuple):
    """What was said of a line or, with a policy, of one of its cells. `number` is empty for a line apart."""

    number: str
    label: str
    policy: str
    self_note: Answer | None
    adviser_note: Answer | None
    agreed_note: Answer | None
    comment: str
    on_agenda: bool
    outcome: str


class MinutesQuestion(NamedTuple):
    """A question, the line it is about (empty for none), and its answer (empty for none yet)."""

    number: str
    line: str
    text: str
    answer: str


@dataclass(frozen=True)
class MinutesContent:
    """A meeting as its minutes show it. `fingerprint` is the review's, 64 hexadecimal digits.

    `grid`, `identity`, `self_notes` and `follow_ups` are None when they are not known here; `self_notes` are
    those of the file that the review is about, the present ones without `read_is_known`. `created_at` is
    shown in the zone it carries. `others` are the meetings with other advisers. There is no field for a
    private note.
    """

    review: Review
    fingerprint: str
    grid: Grid | None
    identity: Identity | None
    self_notes: Mapping[Cell, Answer] | None
    created_at: datetime
    software: str
    is_draft: bool = False
    follow_ups: tuple[FollowUp, ...] | None = ()
    read_is_known: bool = True
    others: tuple[MinutesContent, ...] = ()

    @property
    def title(self) -> str:
        """`Compte rendu d’entretien CTG 2027 — Communauté de communes…`."""
        year = "" if self.identity is None else f" {self.identity.year}"
        return f"Compte rendu d’entretien CTG{year} — {self.review.territory.name.strip() or NO_TERRITORY}"

    @property
    def meeting(self) -> str:
        """The day of the meeting in words."""
        return "date à fixer" if self.review.meeting is None else day(self.review.meeting)

    @property
    def codes(self) -> tuple[str, str]:
        """The short codes of the review and of the file that it is about."""
        return short_fingerprint(self.fingerprint), short_fingerprint(self.review.submission)

    def rows(self) -> tuple[MinutesRow, ...]:
        """Return what was said, in the order of the grid, a line before its cells; other lines last."""
        review = self.review
        remarks: dict[_Place, Remark] = {(row.activity, row.policy): row for row in review.remarks}
        agreed: dict[_Place, Answer] = {}
        agreed |= {(one.cell.activity, one.cell.policy): one.note for one in review.agreed}
        answers: dict[_Place, FollowUp] = {
            (row.activity, row.policy): row
            for row in self.follow_ups or ()
            if row.question is None and row.review == self.fingerprint
        }
        made: list[MinutesRow] = []
        rank = order_in(self.grid)
        for key in sorted(dict.fromkeys([*remarks, *agreed, *answers]), key=lambda one: rank(*one)):
            activity, policy = key
            remark, answer = remarks.get(key), answers.get(key)
            made.append(
                MinutesRow(
                    *self._line(activity or ""),
                    self._policy(policy),
                    self._self_note(activity, policy, answer),
                    _adviser_note(remark, answer),
                    agreed.get(key) if answer is None or answer.agreed_note is None else answer.agreed_note,
                    "" if remark is None else remark.comment,
                    remark is not None and remark.on_agenda,
                    UNKNOWN_HERE if self.follow_ups is None else _outcome(answer),
                )
            )
        return tuple(made)

    def questions(self) -> tuple[MinutesQuestion, ...]:
        """Return the questions in their order."""
        given = self.follow_ups or ()
        answers = {row.question: row.text for row in given if row.review == self.fingerprint}
        nothing = UNKNOWN_HERE if self.follow_ups is None else ""
        return tuple(
            MinutesQuestion(
                question.id,
                " ".join(filter(None, self._line(question.activity))) if question.activity else "",
                question.text,
                answers.get(question.id, nothing),
            )
            for question in self.review.questions
        )

    def on_agenda(self) -> tuple[str, ...]:
        """Return the lines to talk about, in the order of the grid."""
        lines = dict.fromkeys(f"{row.number} {row.label}".strip() for row in self.rows() if row.on_agenda)
        return tuple(lines)

    def _line(self, activity: str) -> tuple[str, str]:
        grid = self.grid
        if grid is None or activity not in grid.activities:
            return "", activity
        return line_number(grid, activity), grid.activities[activity].label

    def _policy(self, policy: str | None) -> str:
        if policy is None:
            return DASH
        known = self.grid.policies_by_id if self.grid else {}
        return known[policy].label if policy in known else policy

    def _self_note(self, activity: str | None, policy: str | None, answer: FollowUp | None) -> Answer | None:
        if answer is not None and answer.first_note is not None:
            return answer.first_note
        notes = self.self_notes or {}
        return None if activity is None or policy is None else notes.get(Cell(activity, policy))


def _adviser_note(remark: Remark | None, answer: FollowUp | None) -> Answer | None:
    """Return the note of a remark, else the one that the answer takes for the adviser's."""
    if remark is not None and remark.note is not None:
        return remark.note
    return None if answer is None else answer.adviser_note


def _outcome(answer: FollowUp | None) -> str:
    """Return the decision and the sentence of an answer; empty without one."""
    if answer is None:
        return ""
    decision = "" if answer.decision is None else _DECISIONS[answer.decision]
    return "\n".join(text for text in (decision, answer.text.strip()) if text)
