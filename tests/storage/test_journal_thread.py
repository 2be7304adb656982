"""The thread in the database: a file taken in is one undo, until something of it was answered and sent."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ctg_tui.domain.assessment import Rating, Said
from ctg_tui.domain.changes import Edit, Field, Operation, put
from ctg_tui.domain.edits import hear
from ctg_tui.domain.thread import Choice, answers_sent, draft_of, points_of
from ctg_tui.services.editing import Session
from ctg_tui.storage import journal
from ctg_tui.storage.journal import send

ASKED = Said(
    datetime(2027, 3, 12, 9, 30, tzinfo=UTC), "Prénom Nom", True, "a" * 32, words="Quand a lieu le comité ?"
)
PROPOSED = ASKED._replace(line="m1.a02", policy="famille", words="", note=Rating.PARTLY)


@pytest.fixture
def answered(session: Session) -> Session:
    """Return a session on an assessment whose file came back, with the question answered and not sent."""
    store, owner = session._store, session.assessment.id
    journal.record(store, owner, Edit(Operation.IMPORT, hear(session.assessment, [ASKED, PROPOSED])))
    session.reload()
    question = next(point for point in points_of(session.assessment, session.grid) if point.line is None)
    kept = draft_of(question, Choice.SEEN, "En juin.", {}, is_kept=True)
    journal.record(
        store, owner, Edit(Operation.DRAFT, put(session.assessment, Field.DRAFT, question.draft_key, kept))
    )
    session.reload()
    assert session.saved_at == store.load(owner).changed_at
    return session


def test_what_a_file_brought_is_taken_back_and_brought_again(answered: Session) -> None:
    whole = answered.assessment
    assert set(whole.said) == {ASKED.id, PROPOSED.id}
    answered.undo()
    assert not answered.assessment.drafts
    answered.undo()
    assert not answered.assessment.said
    answered.redo()
    answered.redo()
    answered.reload()
    assert answered.assessment == whole


def test_once_sent_neither_the_answer_nor_what_it_answers_is_undone(answered: Session) -> None:
    _, made = answers_sent(answered.assessment, "Chargée Nom", datetime(2027, 3, 20, tzinfo=UTC))
    send(answered._store, answered.assessment.id, made.values(), made)
    answered.reload()
    assert not answered.assessment.drafts
    while answered.undo():
        pass
    answered.reload()
    left = {one.words for one in answered.assessment.said.values()}
    assert left == {"Quand a lieu le comité ?", "En juin."}
    assert not answered.assessment.answers
    assert not answered.assessment.drafts
