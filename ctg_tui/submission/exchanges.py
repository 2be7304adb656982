"""The optional blocks `suites` and `contributions`, written and read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ctg_tui.domain.answers import Answer
from ctg_tui.domain.follow_ups import Contribution, Decision, FollowUp
from ctg_tui.domain.text import clean
from ctg_tui.formats.notes import ANSWERS, note_of


class FollowUpKey(NamedTuple):
    """What a row of `suites` is about: written once in a file."""

    activity: str | None
    policy: str | None
    question: str | None
    review: str


def follow_up_rows(
    follow_ups: Iterable[FollowUp], lines: Iterable[str], policies: Iterable[str]
) -> list[dict[str, Any]]:
    """Return the block `suites` in the order of the grid, then of the questions; other lines are left out."""
    line_ranks = {line: rank for rank, line in enumerate(lines)}
    policy_ranks = {policy: rank for rank, policy in enumerate(policies)}
    ranked = [
        (
            len(line_ranks) if row.activity is None else line_ranks[row.activity],
            -1 if row.policy is None else policy_ranks[row.policy],
            row.question or "",
            row.review,
            rank,
            row,
        )
        for rank, row in enumerate(follow_ups)
        if (row.activity is None or row.activity in line_ranks)
        and (row.policy is None or row.policy in policy_ranks)
    ]
    return [_follow_up(row) for *_, row in sorted(ranked)]


def _follow_up(row: FollowUp) -> dict[str, Any]:
    notes = {
        "note_initiale": row.first_note,
        "note_conseiller": row.adviser_note,
        "note_convenue": row.agreed_note,
    }
    parts: dict[str, Any] = {
        "avis": row.review,
        "activite": row.activity,
        "politique": row.policy,
        "question": row.question,
        **{name: None if note is None else note_of(note) for name, note in notes.items()},
        "decision": None if row.decision is None else row.decision.value,
        "texte": clean(row.text, multiline=True) or None,
    }
    return {name: value for name, value in parts.items() if value is not None}


def contribution_rows(contributions: Iterable[Contribution]) -> list[dict[str, Any]]:
    """Return the block `contributions`, in the order of the ids of the merged assessments."""
    return [
        {
            "evaluation": row.assessment,
            "revision": row.revision,
            "empreinte": row.fingerprint,
            "charges_de_cooperation": list(row.coordinators),
        }
        for row in sorted(contributions)
    ]


def follow_ups_of(rows: Iterable[Mapping[str, Any]]) -> tuple[FollowUp, ...]:
    """Return the values of a block `suites` that follows the schema."""
    return tuple(
        FollowUp(
            row["avis"],
            row.get("activite"),
            row.get("politique"),
            row.get("question"),
            _note_in(row, "note_initiale"),
            _note_in(row, "note_conseiller"),
            _note_in(row, "note_convenue"),
            Decision(row["decision"]) if "decision" in row else None,
            row.get("texte", ""),
        )
        for row in rows
    )


def _note_in(row: Mapping[str, Any], name: str) -> Answer | None:
    return ANSWERS[row[name]] if name in row else None


def follow_up_keys(follow_ups: Iterable[FollowUp]) -> list[FollowUpKey]:
    """Return what each follow-up is about, in order."""
    return [FollowUpKey(row.activity, row.policy, row.question, row.review) for row in follow_ups]


def contributions_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Contribution, ...]:
    """Return the values of a block `contributions` that follows the schema."""
    return tuple(
        Contribution(
            row["evaluation"], row["revision"], row["empreinte"], tuple(row["charges_de_cooperation"])
        )
        for row in rows
    )
