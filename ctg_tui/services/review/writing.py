"""The adviser's review: written of a submission received, read again, or sent back in a workbook."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import uuid4

from ctg_tui import SOFTWARE
from ctg_tui.domain.assessment import Answer, Assessment, Cell, Status, answer_text
from ctg_tui.domain.changes import Change, Edit, Field, Operation, cell_key
from ctg_tui.domain.details import FIRST_YEAR
from ctg_tui.domain.errors import InvalidDocument, Refusal
from ctg_tui.domain.review import (
    Part,
    Review,
    ReviewDraft,
    draft_from,
    part_key,
    review_of,
    with_changes,
    write_part,
)
from ctg_tui.domain.text import short_fingerprint
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.report.wording import meeting_of
from ctg_tui.services.editing import Recorder
from ctg_tui.services.files import protected_files, write_output
from ctg_tui.spreadsheet.reader import MAX_BYTES, UNREADABLE, Package, read_workbook
from ctg_tui.spreadsheet.returned_report import ReturnedReport, read_returned
from ctg_tui.storage import review as stored_reviews
from ctg_tui.storage.received import own_ids
from ctg_tui.storage.review import StoredReview
from ctg_tui.submission.document import Header, bare
from ctg_tui.submission.file import safe_part
from ctg_tui.submission.review import InvalidReview, ReceivedReview, bytes_of, examine, ordered
from ctg_tui.system.computer import utc_now
from ctg_tui.system.files import read_document, shown_name
from ctg_tui.wording import review as words
from ctg_tui.wording.received import short

if TYPE_CHECKING:
    from ctg_tui.services.received.kept import ReceivedSession
    from ctg_tui.services.workspace import Workspace
    from ctg_tui.storage.store import Store


def checked(
    review: Review, catalogue: Catalogue, now: datetime, *, name: str, status: Status = Status.FINAL
) -> tuple[bytes, ReceivedReview]:
    """Return the file of a review and what its own reader says of it; `name` is for a refusal.

    Raises InvalidReview.
    """
    content = bytes_of(review, Header(str(uuid4()), now, SOFTWARE, status))
    found = examine(content, catalogue)
    if not isinstance(found, ReceivedReview):
        raise InvalidReview(name, found)
    return content, found


def kept_as(store: Store, found: ReceivedReview, catalogue: Catalogue) -> str | None:
    """Return the hash by which the database has this review: the same state, as provisional or as final.

    None without it. Two exports of one review differ by their header, as do a file and a workbook that say
    the same.
    """
    for sha256, content in stored_reviews.of_lineage(store.connection, found.review.assessment):
        one = examine(content, catalogue)
        if not isinstance(one, ReceivedReview):
            continue
        if (one.fingerprint, one.header.status) == (found.fingerprint, found.header.status):
            return sha256
    return None


def _said_in(assessment: Assessment) -> ReviewDraft:
    """Return the review that the addressee made before, as the file holds it, with the day of the meeting."""
    said, meeting = draft_from(assessment), meeting_of(assessment)
    if not said.parts or meeting is None:
        return said
    return ReviewDraft({**said.parts, part_key(Part.MEETING): meeting[0].isoformat()})


class ReviewBook(Recorder):
    """The review of one assessment received: where none is begun here, what the file holds of the one before.

    That is stored with the first edit, as an edit of its own.
    """

    def __init__(self, workspace: Workspace, assessment: Assessment) -> None:
        """Open the review of an assessment. Raises DatabaseRefusal."""
        super().__init__(workspace.store)
        self._lineage = assessment.uuid
        self._said = _said_in(assessment)
        self.draft: ReviewDraft
        """The review with each edit, also those that are not on the disk yet."""
        self._read()

    def _owner(self) -> str:
        return stored_reviews.owner_of(self._lineage)

    def _read(self) -> None:
        self.draft = stored_reviews.draft_of(self._store, self._lineage)
        if self.draft.parts:
            self._said = ReviewDraft()
        else:
            self.draft = self._said

    def _show(self, made: tuple[Change, ...]) -> None:
        self.draft = with_changes(self.draft, made)

    @property
    def is_kept(self) -> bool:
        """Whether a review of this assessment is written here, now or before."""
        return bool(self.draft.parts) and not self._said.parts

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
        self.type(key, text)
        self.end_typing()

    def type(self, key: str, text: str) -> None:
        """Set a part that is being typed: until `end_typing`, one undo takes back all of it."""
        made = write_part(self.draft, key, text)
        if made and self._said.parts:
            said = tuple(Change(Field.REVIEW, key, None, text) for key, text in self._said.parts.items())
            self._said = ReviewDraft()
            self._do(Edit(Operation.REVIEW, said))
        self._type(made)


class Sent(NamedTuple):
    """A review written: its file, and what its own reader says of it."""

    path: Path
    received: ReceivedReview


def review_in(session: ReceivedSession) -> Review:
    """Return the review as it stands, its rows in the order of the grid."""
    review = review_of(
        session.book.draft, session.assessment, session.submission.fingerprint, session.submission.sending
    )
    return ordered(review, session.grid)


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
        written, kept = (
            stored_reviews.digest(draft.parts),
            kept_as(workspace.store, found, workspace.catalogue),
        )
        if kept is None:
            review = stored_review(content, path.name, found, now)._replace(written=written)
            stored_reviews.keep(connection, review, content)
        else:
            stored_reviews.write_again(connection, kept, now, written)
    return Sent(path, found)


def is_written(workspace: Workspace, session: ReceivedSession) -> bool:
    """Return whether the last file made here of the review holds it as it stands. Raises DatabaseRefusal."""
    submission = session.submission
    last = stored_reviews.progress(workspace.store).get(submission.lineage)
    if last is None or bare(last.about) != bare(submission.fingerprint):
        return False
    return last.written == stored_reviews.digest(session.book.draft.parts)


def file_name(found: ReceivedReview) -> str:
    """Return the name of the file of a review: `AVIS_val-de-charente_envoi-1_7F3A-21C0.json`."""
    review = found.review
    place = safe_part(review.territory.known_id or review.territory.name) or "territoire"
    draft = "_provisoire" if found.header.status is Status.DRAFT else ""
    return f"AVIS_{place}_envoi-{review.sending}_{short_fingerprint(found.fingerprint)}{draft}.json"


def stored_review(content: bytes, name: str, found: ReceivedReview, now: datetime) -> StoredReview:
    """Return the row that keeps a review, whose bytes are `content`."""
    review = found.review
    sha256 = hashlib.sha256(content).hexdigest()
    return StoredReview(sha256, name, review.assessment, review.sending, review.submission, now)


# Our own report, filled by an adviser in a spreadsheet program and sent back: the review that it holds.

SUFFIXES: Final = (".xlsx", ".xlsm", ".ods")
_OF_ANY_WORKBOOK: Final = "tableur-"
"""How the codes of refusals begin that are not about a review."""


class ReturnedWorkbook(NamedTuple):
    """What a workbook says, and the file of its review; None when nothing is read in its blue cells."""

    report: ReturnedReport
    content: bytes | None


def own_lineages(workspace: Workspace) -> Container[str]:
    """Return the stable ids of one's own assessments. Raises DatabaseRefusal."""
    return own_ids(workspace.store)


def holds_review(path: Path, catalogue: Catalogue, own: Container[str]) -> bool:
    """Return whether a workbook is our report with a review in it, even one that is to be refused.

    It is to be received, not taken for the self-notes beside the review; so is one with notes typed over
    those of an assessment among `own`, by stable id. Raises InvalidDocument when the file cannot be read.
    """
    if path.suffix.casefold() not in SUFFIXES:
        return False
    content = read_document(path, MAX_BYTES)
    try:
        found = read(content, shown_name(path), catalogue, utc_now())
    except InvalidDocument:
        return True
    if found is None:
        return False
    report = found.report
    is_offered = bool(report.typed_over) and report.review.assessment in own
    return found.content is not None or bool(report.unread) or is_offered


def read(content: bytes, name: str, catalogue: Catalogue, now: datetime) -> ReturnedWorkbook | None:
    """Return the review in a workbook, as the very bytes of a review file but for its `document`.

    None for any other workbook, one that cannot be read, and a report as it was sent: these are read as the
    workbooks they are. Raises InvalidDocument for a returned report of which nothing can be taken.
    """
    if len(content) > MAX_BYTES:
        return None
    try:
        report = read_returned(read_workbook(content, name), catalogue.find, name)
    except InvalidDocument as refusal:
        if refusal.code.startswith(_OF_ANY_WORKBOOK):
            return None
        raise
    if report is None or not (report.is_filled or report.is_touched):
        return None
    saved = _saved_at(content, now)
    return ReturnedWorkbook(report, file_of(report, name, catalogue, saved) if report.is_filled else None)


_PROPERTIES: Final = ("docProps/core.xml", "meta.xml")
"""The parts of a workbook that say when it was made and saved."""
_MADE: Final = re.compile(rb"<(?:dcterms:created|meta:creation-date)\b[^>]*>([^<]{10,40})<")
_SAVED: Final = re.compile(rb"<(?:dcterms:modified|dc:date)\b[^>]*>([^<]{10,40})<")


def _saved_at(content: bytes, now: datetime) -> datetime:
    """Return when a spreadsheet program last saved a workbook; `now` where it says none that makes sense.

    Of two workbooks of one file, the one saved last is the latest, whichever came first.
    """
    package = Package(content, "")
    for part in _PROPERTIES:
        try:
            text = package.read(part)
            made, saved = (_moment(found[1]) for found in (_MADE.search(text), _SAVED.search(text)) if found)
        except UNREADABLE:  # no such part, or it says no moment
            continue
        if made < saved <= now and saved.year >= FIRST_YEAR:
            return saved
    return now


def _moment(written: bytes) -> datetime:
    """Return a moment as a workbook spells it, to the second. Raises ValueError."""
    found = datetime.fromisoformat(written.decode("ascii"))
    return found.replace(microsecond=0, tzinfo=found.tzinfo or UTC)


def review_left(workspace: Workspace, path: Path) -> tuple[ReturnedReport | None, str] | None:
    """Return the review in a workbook whose notes alone are taken, and what is said of it; None without any.

    Without the review where it cannot be read. Raises DatabaseRefusal.
    """
    if path.suffix.casefold() not in SUFFIXES:
        return None
    try:
        found = read(read_document(path, MAX_BYTES), shown_name(path), workspace.catalogue, utc_now())
    except InvalidDocument as refusal:
        return None, words.review_unread(refusal)
    if found is None:
        return None
    review = found.report.review
    with workspace.store.reading():
        about = stored_reviews.reviewed(workspace.store.connection, review.assessment)
    return found.report, words.review_left(shown_name(path), review, is_here=about is not None)


def file_of(report: ReturnedReport, name: str, catalogue: Catalogue, now: datetime) -> bytes:
    """Return the file of the review in a report. Raises InvalidReview."""
    return checked(ordered(report.review, report.grid), catalogue, now, name=name)[0]
