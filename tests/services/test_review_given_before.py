"""A later review of the same adviser: what it says again keeps the answer given, in one edit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.review import Decision, FollowUp, Part, part_key
from ctg_tui.services.received.intake import Outcome, State, receive
from ctg_tui.services.review.answering import ReviewToAnswer, review_to_answer
from ctg_tui.services.workspace import Workspace
from ctg_tui.wording.french import NBSP
from tests.databases import open_workspace
from tests.received import a_review, an_assessment, submission
from tests.strategies import charente
from tests.text_mode.talker import conversation

FIRST = charente().cells[0]
CHANGED = {part_key(Part.NOTE, "/".join(FIRST)): "2"}
"""The second review has another note in the first cell, and says the rest again."""


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """Yield a database with one's own assessment and a review, each point of it answered."""
    conversation(tmp_path, "ouvrir", str(_file(tmp_path, "envoi", submission(an_assessment()))), "oui")
    workspace = open_workspace(tmp_path)
    _receive(workspace, tmp_path, "avis-1", a_review(charente(), an_assessment()))
    session = workspace.open(1)
    for number, item in enumerate(_read(workspace, session.assessment).items):
        decision = None if item.cell is None or item.row.adviser_note is None else Decision.KEPT
        session.answer_review(item.row._replace(decision=decision, text=f"Réponse {number}"))
    yield workspace
    workspace.close()


def _file(folder: Path, name: str, content: bytes) -> Path:
    path = folder / f"{name}.json"
    path.write_bytes(content)
    return path


def _receive(workspace: Workspace, folder: Path, name: str, content: bytes) -> Outcome:
    (outcome,) = receive(workspace, [_file(folder, name, content)])
    assert outcome.state is State.TAKEN, outcome.message
    return outcome


def _read(workspace: Workspace, assessment: Assessment) -> ReviewToAnswer:
    review = review_to_answer(workspace, charente(), assessment)
    assert review is not None
    return review


def _said(rows: tuple[FollowUp, ...]) -> set[tuple[str | None, str | None, bool, str]]:
    return {(row.activity, row.policy, row.question is None, row.text) for row in rows}


def test_what_is_said_again_takes_its_answer_up_and_one_undo_takes_all_of_it_back(
    workspace: Workspace, tmp_path: Path
) -> None:
    before = workspace.load(1)[1]
    second = a_review(charente(), an_assessment(), CHANGED, days=1)
    outcome = _receive(workspace, tmp_path, "avis-2", second)
    assert outcome.message.endswith(f"4{NBSP}réponses reprises.")
    session = workspace.open(1)
    after = session.assessment
    review = _read(workspace, after)
    assert [item.cell for item in review.items if item.is_open] == [FIRST], (
        "another note is to be answered anew"
    )
    assert _said(tuple(item.row for item in review.items if item.is_answered)) == {
        row for row in _said(before.follow_ups) if row[:2] != tuple(FIRST)
    }
    assert [(row.activity, row.policy, row.text) for row in review.past] == [(*FIRST, "Réponse 1")]
    assert after.answers == before.answers
    session.undo()
    assert session.assessment.follow_ups == before.follow_ups
    undone = _read(workspace, session.assessment)
    assert sum(item.is_open for item in undone.items) == 5
    assert len(undone.past) == 5, "the answers given are still there"
    session.redo()
    assert session.assessment.follow_ups == after.follow_ups
