"""The files received: one row per assessment, each opened."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ctg_tui.domain.assessment import Place
from ctg_tui.domain.backups import BackupReason
from ctg_tui.domain.changes import Edit, JournalEntry
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.forecast import Forecast
from ctg_tui.domain.sending import Sending
from ctg_tui.domain.text import fold
from ctg_tui.grids.catalogue import known_territories
from ctg_tui.services.editing import Session
from ctg_tui.services.received.own import OtherVersion, other_version
from ctg_tui.services.review.writing import ReviewBook
from ctg_tui.services.workspace import Workspace
from ctg_tui.storage import received as stored_received
from ctg_tui.storage import review as reviews
from ctg_tui.storage.reading import Stored
from ctg_tui.storage.received import StoredSubmission, own_ids
from ctg_tui.submission.document import bare
from ctg_tui.submission.file import InvalidSubmission, Received, examine
from ctg_tui.system.computer import local_time
from ctg_tui.wording import received as words
from ctg_tui.wording.french import MOMENTS, NO_TERRITORY, STATUSES, short_day
from ctg_tui.wording.grid_files import unknown_grid

if TYPE_CHECKING:
    pass


class Progress(StrEnum):
    """How far the reading of a file received is."""

    TO_READ = "à lire"
    READ = "lu"
    BEGUN = "avis commencé"
    SENT = "avis envoyé"
    ANSWERED = "répondu"
    READ_AGAIN = "relu"

    @property
    def is_waiting(self) -> bool:
        """Whether the adviser has something to do: read the file, or end the review."""
        return self in {Progress.TO_READ, Progress.ANSWERED, Progress.BEGUN}


class Lineage(NamedTuple):
    """The files received of one assessment: the one that counts, and all of them, the latest first.

    `name` is that of the territory, the short one of the data file when it is known there.
    `conflict` says why the files contradict each other; it is empty when they do not. `reviews` is how many
    reviews of it are kept here. `own_id` is the number of the own assessment that the file that counts is
    another version of; None for those of others. `is_review_begun` says that a review is written here that
    no file holds yet, even of an earlier file.
    """

    name: str
    current: StoredSubmission
    files: tuple[StoredSubmission, ...]
    conflict: str
    progress: Progress = Progress.TO_READ
    reviews: int = 0
    own_id: int | None = None
    is_review_begun: bool = False

    @property
    def key(self) -> str:
        return self.current.lineage

    @property
    def words(self) -> tuple[str, ...]:
        """The texts in which a filter looks for words."""
        current = self.current
        return (
            *(self.name, current.territory_name, current.people, str(current.year)),
            *(MOMENTS[current.moment], STATUSES[current.status], current.department),
            *(self.conflict, self.progress, "avis" if self.reviews else ""),
        )

    @property
    def looks(self) -> tuple[object, ...]:
        """What a row of a list says of it, beside its figures: two of them may be alike."""
        one = self.current
        return fold(self.name), fold(one.people), one.year, one.status, one.sending


def lineages(workspace: Workspace) -> tuple[Lineage, ...]:
    """Return every assessment received, by territory, then the latest year first. Raises DatabaseRefusal."""
    by_lineage: dict[str, list[StoredSubmission]] = {}
    for one in stored_received.all_kept(workspace.store):
        by_lineage.setdefault(one.lineage, []).append(one)
    short_names = {key: one.short_name for one in known_territories() for key in (one.id, one.siren)}
    reviewed = reviews.progress(workspace.store)
    own = own_ids(workspace.store)
    found = []
    for files in by_lineage.values():
        files.sort(key=_rank, reverse=True)
        current = files[0]
        known = short_names.get(current.territory_id or "") or short_names.get(current.siren or "")
        name = known or current.territory_name or NO_TERRITORY
        review = reviewed.get(current.lineage, reviews.Progress())
        other = _own_version(workspace, own.get(current.lineage), current)
        conflict = words.conflict(files) or (words.OTHER_TERRITORY if other and other.warning else "")
        own_id = None if other is None else other.assessment_id
        progress = _progress(current, review)
        facts = (conflict, progress, review.kept, own_id, review.is_begun)
        found.append(Lineage(name, current, tuple(files), *facts))
    return tuple(sorted(found, key=_order))


def _progress(current: StoredSubmission, review: reviews.Progress) -> Progress:
    if current.read_at is None:
        return Progress.ANSWERED if current.answers else Progress.TO_READ
    if review.is_begun:
        return Progress.BEGUN
    if review.about and bare(review.about) == bare(current.fingerprint):
        return Progress.SENT
    return Progress.READ_AGAIN if review.about or current.answers else Progress.READ


def _own_version(workspace: Workspace, own_id: int | None, current: StoredSubmission) -> OtherVersion | None:
    """Return how a file received of one's own assessment differs from it; None for any other file."""
    if own_id is None:
        return None

    found = examine(stored_received.content_of(workspace.store, current.sha256) or b"", workspace.catalogue)
    return other_version(workspace, own_id, found) if isinstance(found, Received) else None


def _rank(one: StoredSubmission) -> tuple[object, ...]:
    """Return the sort key of the files of one assessment: the greatest is the one that counts.

    Of two made at the same second, the last one received counts.
    """
    return one.sending, one.created_at


def _order(lineage: Lineage) -> tuple[object, ...]:
    current = lineage.current
    return (
        *(current.department, fold(lineage.name), -current.year),
        *(current.moment.value, current.people.casefold(), lineage.key),
    )


def read(workspace: Workspace, sha256: str) -> Received:
    """Return a submission received, verified again. Raises Refusal when it is gone or no longer valid."""
    content = stored_received.content_of(workspace.store, sha256)
    if content is None:
        raise Refusal("soumission-absente", "Ce fichier n’est plus parmi les fichiers reçus.")
    found = examine(content, workspace.catalogue)
    if isinstance(found, Received):
        return found

    raise InvalidSubmission(Path("fichier reçu"), found)


def open_received(workspace: Workspace, lineage: Lineage) -> ReceivedSession:
    """Return a read-only session on the file that counts of an assessment received.

    Raises Refusal (`grille-inconnue`, `soumission-absente`), InvalidSubmission.
    """
    submission = lineage.current
    received = read(workspace, submission.sha256)
    if received.grid is None:
        raise unknown_grid(submission.grid_id, "Le fichier reçu est gardé tel quel.")
    return ReceivedSession(workspace, received, submission)


def mark_as_read(workspace: Workspace, submission: StoredSubmission) -> None:
    """Record that a file was read, where the database can be written. Raises NotSaved."""
    if submission.read_at is None and workspace.store.writes:
        workspace.writer.settle()
        with workspace.store.writing() as now:
            stored_received.mark_as_read(workspace.store.connection, submission.sha256, now)


def forget(workspace: Workspace, lineage: str) -> None:
    """Remove every file received of one assessment, after a backup. The caller has asked the person.

    Reviews go with it, but for those of one's own assessment, whose other version this is.
    Raises WriteRefusal when the backup fails: nothing is then removed.
    """
    workspace.writer.settle()
    workspace.store.back_up(BackupReason.DELETION)
    with workspace.store.writing():
        stored_received.forget(workspace.store.connection, lineage)
        reviews.forget_draft(workspace.store.connection, lineage)


class ReceivedSession(Session):
    """A submission in the ordinary pages. Nothing edits it, and it is not among the person's own.

    `book` is the review of it: what the adviser notes, writes and undoes on those pages.
    """

    def __init__(self, workspace: Workspace, received: Received, submission: StoredSubmission) -> None:
        """Open a submission whose grid is known."""
        assert received.grid is not None
        self.submission = submission
        self.book = ReviewBook(workspace, received.assessment)
        self._stored = Stored(received.assessment, None, submission.received_at)
        super().__init__(workspace.store, received.grid, 0, workspace.catalogue)

    def _load(self, assessment_id: int) -> Stored:
        return self._stored

    def _latest_sending(self) -> Sending | None:
        return None

    @property
    def is_read_only(self) -> bool:
        return True

    @property
    def is_received(self) -> bool:
        return True

    @property
    def sending(self) -> Sending:
        """The sending that the file is."""
        one = self.submission
        return Sending(one.sending, one.sha256, one.created_at, one.status, one.fingerprint)

    @property
    def read_only_state(self) -> str:
        if self.book.unsaved:
            return "* avis pas encore enregistré"
        if self.book.saved_at is not None:
            return f"avis enregistré {local_time(self.book.saved_at):%H:%M:%S}"
        status = "avis enregistré" if self.book.is_kept else words.state_and_number(self.submission)
        return f"{status} · reçu le {short_day(local_time(self.submission.received_at).date())}"

    @property
    def read_only_advice(self) -> str:
        return f"{words.READ_ONLY} {words.TO_REVIEW}"

    def read_only_refusal(self) -> Refusal:
        """Return the refusal of an edit of someone else's file."""
        return Refusal("soumission-recue", words.READ_ONLY)

    @property
    def forecast(self) -> Forecast:
        """An empty table: a submission holds no salaries."""
        return Forecast()

    def move(self, place: Place) -> None:
        """Keep the place while the submission is open."""
        self.place = place

    # the review is all that is edited here

    def end_typing(self) -> None:
        """End the edit of the review being typed."""
        self.book.end_typing()

    def next_undo(self) -> Edit | None:
        """Return the edit of the review that `undo` would take back; None when there is none."""
        return self.book.next_undo()

    def next_redo(self) -> Edit | None:
        """Return the edit of the review that `redo` would make again; None when there is none."""
        return self.book.next_redo()

    def undo(self) -> Edit | None:
        """Take the last edit of the review back and return it; None when there is nothing to undo."""
        return self.book.undo()

    def redo(self) -> Edit | None:
        """Redo the last undone edit of the review and return it; None when there is none."""
        return self.book.redo()

    def history(self, activity: str) -> tuple[JournalEntry, ...]:
        """Return nothing: a submission does not tell when each note was given."""
        return ()
