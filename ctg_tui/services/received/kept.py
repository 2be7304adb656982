"""The submissions received: one row per assessment, those expected, and each opened read-only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from ctg_tui.domain.assessment import Place, Status
from ctg_tui.domain.backups import BackupReason
from ctg_tui.domain.changes import Edit, JournalEntry
from ctg_tui.domain.details import is_known_one
from ctg_tui.domain.errors import InvalidDocument, Refusal
from ctg_tui.domain.forecast import Forecast
from ctg_tui.domain.text import fold
from ctg_tui.grids.catalogue import known_territories
from ctg_tui.services.editing import Session
from ctg_tui.services.review.writing import ReviewBook
from ctg_tui.storage import received as stored_received
from ctg_tui.storage import review as reviews
from ctg_tui.storage.received import StoredSubmission, own_ids
from ctg_tui.storage.store import Stored
from ctg_tui.submission.document import bare
from ctg_tui.submission.reader import InvalidSubmission, Received, examine
from ctg_tui.system.computer import local_time
from ctg_tui.wording import received as words
from ctg_tui.wording.french import NO_TERRITORY, short_day
from ctg_tui.wording.grid_files import without_its_file

if TYPE_CHECKING:
    from ctg_tui.domain.grid import Grid, KnownTerritory
    from ctg_tui.services.received.own import OtherVersion
    from ctg_tui.services.workspace import Workspace


class Lineage(NamedTuple):
    """The files received of one assessment: the one that counts, and all of them, the latest first.

    `name` is that of the territory, the short one of the data file when it is known there.
    `conflict` says why the files contradict each other; it is empty when they do not. `reviews` is how many
    reviews of it are kept here; one may be begun and not written to a file yet. `own_id` is the number of the
    own assessment that the file that counts is another version of; None for those of others.
    """

    name: str
    current: StoredSubmission
    files: tuple[StoredSubmission, ...]
    conflict: str
    reviews: int = 0
    is_review_begun: bool = False
    own_id: int | None = None

    @property
    def key(self) -> str:
        return self.current.lineage

    @property
    def replaced(self) -> StoredSubmission | None:
        """The file received that the current one says it replaces; None when it is not here."""
        named = bare(self.current.replaces)
        return next((one for one in self.files if bare(one.fingerprint) == named), None)


class Expected(NamedTuple):
    """The territories of the data file that sent nothing for a year."""

    year: int
    missing: tuple[KnownTerritory, ...]
    total: int


def lineages(workspace: Workspace) -> tuple[Lineage, ...]:
    """Return every assessment received, by territory, then the latest year first. Raises DatabaseRefusal."""
    by_lineage: dict[str, list[StoredSubmission]] = {}
    for one in stored_received.all_kept(workspace.store):
        by_lineage.setdefault(one.lineage, []).append(one)
    short_names = {key: one.short_name for one in known_territories() for key in (one.id, one.siren)}
    reviewed, begun = reviews.counts(workspace.store), stored_received.begun(workspace.store)
    own = own_ids(workspace.store)
    found = []
    for files in by_lineage.values():
        files.sort(key=_rank, reverse=True)
        current = files[0]
        known = short_names.get(current.territory_id or "") or short_names.get(current.siren or "")
        name = known or current.territory_name or NO_TERRITORY
        number = reviewed.get(current.lineage, 0)
        is_begun = current.lineage in begun
        other = _own_version(workspace, own.get(current.lineage), current)
        conflict = words.conflict(files) or (words.OTHER_TERRITORY if other and other.warning else "")
        own_id = None if other is None else other.assessment_id
        found.append(Lineage(name, current, tuple(files), conflict, number, is_begun, own_id))
    return tuple(sorted(found, key=_order))


def _own_version(workspace: Workspace, own_id: int | None, current: StoredSubmission) -> OtherVersion | None:
    """Return how a file received of one's own assessment differs from it; None for any other file."""
    if own_id is None:
        return None
    from ctg_tui.services.received.own import other_version

    found = examine(stored_received.content_of(workspace.store, current.sha256) or b"", workspace.catalogue)
    return other_version(workspace, own_id, found) if isinstance(found, Received) else None


def _rank(one: StoredSubmission) -> tuple[object, ...]:
    """Return the sort key of the files of one assessment: the greatest is the one that counts."""
    return one.revision, one.status is Status.FINAL, one.created_at, one.sha256


def _order(lineage: Lineage) -> tuple[object, ...]:
    current = lineage.current
    return (
        *(current.department, fold(lineage.name), -current.year),
        *(current.moment.value, current.people.casefold(), lineage.key),
    )


def expected(received: Iterable[Lineage], year: int) -> Expected:
    """Return which territories of the data file sent nothing for `year`.

    They are known by their id in that file, else by their SIREN or name.
    """
    known = known_territories()
    here = [lineage.current.territory for lineage in received if lineage.current.year == year]
    missing = tuple(one for one in known if not any(is_known_one(one, territory) for territory in here))
    return Expected(year, missing, len(known))


def read(workspace: Workspace, sha256: str) -> Received:
    """Return a submission received, verified again. Raises Refusal when it is gone or no longer valid."""
    content = stored_received.content_of(workspace.store, sha256)
    if content is None:
        raise Refusal("soumission-absente", "Ce fichier n’est plus parmi les fichiers reçus.")
    found = examine(content, workspace.catalogue)
    if isinstance(found, Received):
        return found
    from pathlib import Path

    raise InvalidSubmission(Path("fichier reçu"), found)


def open_received(workspace: Workspace, submission: StoredSubmission) -> ReceivedSession:
    """Return a read-only session on a submission received.

    Raises Refusal (`grille-inconnue`, `soumission-absente`), InvalidSubmission.
    """
    received = read(workspace, submission.sha256)
    if received.grid is None:
        raise InvalidDocument(
            "grille-inconnue",
            without_its_file(submission.grid_id),
            "Demandez-le à l’expéditeur, puis installez-le (F2, « grilles », depuis l’accueil).",
        )
    return ReceivedSession(workspace, received, submission)


def forget(workspace: Workspace, lineage: str) -> None:
    """Remove every file received of one assessment, after a backup. The caller has asked the person.

    Reviews go with it, but for those of one's own assessment, whose other version this is.
    Raises WriteRefusal when the backup fails: nothing is then removed.
    """
    workspace.writer.settle()
    workspace.store.back_up(BackupReason.DELETION)
    with workspace.store.writing():
        stored_received.forget(workspace.store.connection, lineage)


class ReceivedSession(Session):
    """A submission in the ordinary pages. Nothing edits it, and it is not among the person's own.

    `book` is the review of it: what the adviser notes, writes and undoes on those pages.
    """

    def __init__(self, workspace: Workspace, received: Received, submission: StoredSubmission) -> None:
        assert received.grid is not None
        self.submission = submission
        self.book = ReviewBook(workspace, submission.lineage)
        self._stored = Stored(received.assessment, None, submission.received_at)
        super().__init__(workspace.store, received.grid, 0, workspace.catalogue)

    def _load(self, assessment_id: int) -> Stored:
        return self._stored

    @property
    def is_read_only(self) -> bool:
        return True

    @property
    def is_received(self) -> bool:
        return True

    @property
    def whole_grid(self) -> Grid:
        """The grid that the submission was filled with, the lines left aside included."""
        return self._whole_grid

    @property
    def read_only_state(self) -> str:
        if self.book.unsaved:
            return "* avis pas encore enregistré"
        if self.book.saved_at is not None:
            return f"avis enregistré {local_time(self.book.saved_at):%H:%M:%S}"
        status = words.state_and_revision(self.submission)
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
