"""The review that an adviser writes of a submission received: each key stored, undone, written to a file."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ctg_tui.domain.answers import Answer, Cell, answer_text
from ctg_tui.domain.assessment import Status
from ctg_tui.domain.changes import Change, Edit, Field, Operation, cell_key
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.fingerprint import short_fingerprint
from ctg_tui.domain.review_draft import Part, ReviewDraft, part_key, review_of, with_changes, write_part
from ctg_tui.review.document import ReceivedReview, ordered
from ctg_tui.services.book import Book
from ctg_tui.services.outputs import protected_files, write_output
from ctg_tui.services.pending import Typing
from ctg_tui.services.reviews import checked, kept_as
from ctg_tui.storage import review_drafts, reviews
from ctg_tui.storage.reviews import StoredReview
from ctg_tui.submission.writer import safe_part
from ctg_tui.wording.received import short

if TYPE_CHECKING:
    from ctg_tui.domain.review import Review
    from ctg_tui.services.received_list import ReceivedSession
    from ctg_tui.services.workspace import Workspace


class ReviewBook(Book[ReviewDraft]):
    """The review of one assessment received."""

    def __init__(self, workspace: Workspace, lineage: str) -> None:
        """Open the review of an assessment. Raises DatabaseRefusal."""
        store = workspace.store
        self._lineage = lineage
        owner = review_drafts.owner_of(lineage)
        super().__init__(store, lambda: owner, lambda: review_drafts.draft_of(store, lineage), with_changes)
        self._typing: Typing | None = None

    @property
    def draft(self) -> ReviewDraft:
        """The review with each edit, also those that are not on the disk yet."""
        return self._content

    # edits

    def note(self, cell: Cell, answer: Answer | None) -> None:
        """Set the adviser's note of a cell; None removes it."""
        self.set(part_key(Part.NOTE, cell_key(cell)), "" if answer is None else answer_text(answer))

    def agree(self, cell: Cell, answer: Answer | None) -> None:
        """Set the note agreed on for a cell; None removes it."""
        self.set(part_key(Part.AGREED, cell_key(cell)), "" if answer is None else answer_text(answer))

    def toggle_agenda(self, activity: str) -> bool:
        """Put a line on the agenda of the meeting, or take it off; return whether it is on it."""
        is_on = not self.draft.is_on_agenda(activity)
        self.set(part_key(Part.AGENDA, activity), "1" if is_on else "")
        return is_on

    def set(self, key: str, text: str) -> None:
        """Set a part, as an edit of its own; an empty text removes it."""
        self.end_typing()
        self._do(write_part(self.draft, key, text), None)

    def type(self, key: str, text: str) -> None:
        """Set a part that is being typed: until `end_typing`, one undo takes back all of it."""
        made = write_part(self.draft, key, text)
        if made:
            if self._typing is None or self._typing.key != key:
                self._typing = Typing(Field.REVIEW, key)
            self._do(made, self._typing)

    def end_typing(self) -> None:
        """End the edit being typed."""
        self._typing = None

    def _do(self, made: tuple[Change, ...], typing: Typing | None) -> None:
        if not made:
            return
        edit = Edit(Operation.REVIEW, made)

        def write() -> datetime:
            into = None if typing is None else typing.step
            owner = review_drafts.owner_of(self._lineage)
            step, now = self._store.record(owner, edit, into=into)
            if typing is not None and step is not None:
                typing.step = step
            return now

        self._put(made, write)


# the file


class Sent(NamedTuple):
    """A review written: its file, and what its own reader says of it."""

    path: Path
    received: ReceivedReview


def review_in(session: ReceivedSession) -> Review:
    """Return the review as it stands, its rows in the order of the grid."""
    review = review_of(session.book.draft, session.assessment, session.submission.fingerprint)
    return ordered(review, session.whole_grid)


def write(workspace: Workspace, session: ReceivedSession, folder: Path, *, replace: bool = False) -> Sent:
    """Write the review into `folder`, and keep it here byte for byte; its private part is not in it.

    Raises Refusal (`avis-vide`, `fichier-existe`…), InvalidReview, WriteRefusal, NotSaved.
    """
    draft = session.book.draft
    workspace.writer.settle()
    if draft.is_empty:
        raise Refusal(
            "avis-vide",
            f"L’avis sur {short(session.submission)} est vide : rien n’a été écrit.",
            "Notez une case, écrivez une remarque ou posez une question.",
        )
    content, found = checked(
        review_in(session), workspace.catalogue, workspace.clock(), status=draft.status, name="avis"
    )
    path = folder / file_name(found)
    write_output(path, content, protected_files(workspace.store.path), replace=replace)
    with workspace.store.writing() as now:
        connection = workspace.store.connection
        if kept_as(workspace.store, found, workspace.catalogue) is None:
            reviews.keep(connection, stored_review(content, path.name, found, now), content)
    return Sent(path, found)


def file_name(found: ReceivedReview) -> str:
    """Return the name of the file of a review: `AVIS_val-de-charente_r1_7F3A-21C0.json`."""
    review = found.review
    place = safe_part(review.territory.known_id or review.territory.name) or "territoire"
    draft = "_provisoire" if found.header.status is Status.DRAFT else ""
    return f"AVIS_{place}_r{review.revision}_{short_fingerprint(found.fingerprint)}{draft}.json"


def stored_review(content: bytes, name: str, found: ReceivedReview, now: datetime) -> StoredReview:
    """Return the row that keeps a review, whose bytes are `content`."""
    review = found.review
    sha256 = hashlib.sha256(content).hexdigest()
    return StoredReview(sha256, name, review.assessment, review.revision, review.submission, now)
