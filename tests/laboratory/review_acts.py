"""The review by both sides: written of a file received, then received and answered, step by step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.assessment import Rating, Status
from ctg_tui.domain.review import Decision, FollowUp, Part, part_key
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.editing import Session
from ctg_tui.services.received.intake import State, receive
from ctg_tui.services.received.kept import ReceivedSession, lineages, open_received
from ctg_tui.services.received.own import take_back
from ctg_tui.services.review import writing
from ctg_tui.services.review.answering import decided, review_to_answer
from ctg_tui.services.workspace import Workspace
from ctg_tui.submission.review import ReceivedReview, examine
from tests.databases import DATABASE_NAME, open_workspace, rows
from tests.laboratory.laboratory import DONE, Mark, do_again_if_refused, do_each
from tests.received import a_draft, a_review, an_assessment, submission

if TYPE_CHECKING:
    from ctg_tui.services.review.writing import ReviewBook

_KEPT: Final = "SELECT content FROM document WHERE kind = 'avis'"

# Written by the adviser.


def make_received(folder: Path) -> None:
    """Create a database with a submission received, and the folder that the review goes to."""
    _out(folder).mkdir()
    path = folder / "recu.json"
    path.write_bytes(submission(an_assessment()))
    workspace = open_workspace(folder)
    receive(workspace, [path])
    workspace.close()


def write_it(folder: Path, mark: Mark) -> None:
    """Note, remark, ask, take back, redo, then write the file; leave a mark after each."""
    workspace = open_workspace(folder)
    try:
        session = _received(workspace)
        book = session.book
        do_each(_edits(book), book, lambda: book.draft, workspace.writer.settle, mark)
        writing.write(workspace, session, _out(folder))
        mark(DONE)
    finally:
        workspace.close()


def is_written(folder: Path, marks: int) -> None:
    """Check the draft after so many steps, undone to nothing; the file is whole, or not there."""
    workspace = open_workspace(folder)
    try:
        session = _received(workspace)
        states = _states()
        found = dict(session.book.draft.parts)
        assert found in states[marks : marks + 2], f"{marks} reported as saved, another review found"
        files = list(_out(folder).glob("AVIS_*.json"))
        kept = [content for (content,) in rows(folder / DATABASE_NAME, _KEPT)]
        assert all(
            isinstance(examine(file.read_bytes(), workspace.catalogue), ReceivedReview) for file in files
        )
        if marks == len(states) - 1:
            assert [file.read_bytes() for file in files] == kept, "kept here as it was written"
        if found:
            writing.write(workspace, session, _out(folder), replace=True)
        while session.book.undo():
            pass
        assert session.book.draft.is_empty, "undoing everything leaves something"
    finally:
        workspace.close()


def _edits(book: ReviewBook) -> Sequence[Callable[[], object]]:
    first, second = Catalogue().default.cells[:2]
    return [
        lambda: book.note(first, Rating.FULLY),
        lambda: book.set(part_key(Part.COMMENT, first.activity), "À revoir ensemble " + "en avril " * 900),
        lambda: book.toggle_agenda(second.activity),
        book.undo,
        book.redo,
        lambda: book.set(part_key(Part.QUESTION, "/0001"), "Et l’an prochain ?"),
    ]


def _states() -> list[dict[str, str]]:
    """Return what the review holds after each step of `_edits`, and once its file is written."""
    first, second = Catalogue().default.cells[:2]
    note = {part_key(Part.NOTE, "/".join(first)): "3"}
    remark = note | {part_key(Part.COMMENT, first.activity): "À revoir ensemble " + "en avril " * 900}
    agenda = remark | {part_key(Part.AGENDA, second.activity): "1"}
    question = agenda | {part_key(Part.QUESTION, "/0001"): "Et l’an prochain ?"}
    return [{}, note, remark, agenda, remark, agenda, question, question]


def _received(workspace: Workspace) -> ReceivedSession:
    (lineage,) = lineages(workspace)
    return open_received(workspace, lineage)


def _out(folder: Path) -> Path:
    return folder / "envoi"


# Received and answered by the person.


def make_sent(folder: Path) -> None:
    """Create a database with one's own draft, and the file of a review of it."""
    path = folder / "envoi.json"
    path.write_bytes(submission(a_draft(), status=Status.DRAFT))
    _review(folder).write_bytes(a_review(Catalogue().default, a_draft()))
    workspace = open_workspace(folder)
    take_back(workspace, path)
    workspace.close()


def answer_it(folder: Path, mark: Mark) -> None:
    """Receive the review, then answer, take back, redo; leave a mark after each."""
    workspace = open_workspace(folder)
    try:
        (outcome,) = do_again_if_refused(lambda: receive(workspace, [_review(folder)]), mark)
        assert outcome.state in {State.TAKEN, State.ALREADY}
        mark(DONE)
        session = workspace.open(1)
        steps = _answers(workspace, session)
        do_each(steps, session, lambda: session.assessment.follow_ups, session.retry, mark)
    finally:
        workspace.close()


def is_answered(folder: Path, marks: int) -> None:
    """Check that the review is there byte for byte or not at all, its answers whole, and no note changed."""
    kept = [content for (content,) in rows(folder / DATABASE_NAME, _KEPT)]
    assert kept == [_review(folder).read_bytes()] or (not kept and not marks)
    workspace = open_workspace(folder)
    try:
        session = workspace.open(1)
        assert dict(session.assessment.answers) == dict(a_draft().answers)
        found = [bool(row.decision or row.text) for row in session.assessment.follow_ups].count(True)
        assert found in _NUMBERS[max(marks - 1, 0) : marks + 1], f"{marks} reported as saved, {found} found"
        if kept:
            review = review_to_answer(workspace, session.grid, session.assessment)
            assert review is not None
            assert sum(item.is_answered for item in review.items) == found
        while session.assessment.follow_ups and session.undo():
            pass
        assert not session.assessment.follow_ups, "undoing everything leaves answers"
        assert dict(session.assessment.answers) == dict(a_draft().answers)
    finally:
        workspace.close()


_NUMBERS: Final = (0, 1, 2, 1, 2, 3)
"""How many remarks and questions are answered after each step of `_answers`."""


def _answers(workspace: Workspace, session: Session) -> Sequence[Callable[[], object]]:
    review = review_to_answer(workspace, session.grid, session.assessment)
    assert review is not None
    cells = [item for item in review.items if item.cell is not None]
    question = next(item for item in review.items if item.is_question)

    def decide(rank: int, decision: Decision) -> FollowUp:
        row = decided(cells[rank], decision)
        assert row is not None
        return row

    return [
        lambda: session.answer_review(decide(0, Decision.KEPT)),
        lambda: session.answer_review(decide(1, Decision.AGREED)._replace(text="Vu ensemble.")),
        session.undo,
        session.redo,
        lambda: session.answer_review(question.row._replace(text="Par le tableau de bord " + "suivi " * 900)),
    ]


def _review(folder: Path) -> Path:
    return folder / "avis.json"
