"""The files received: one row per assessment, those expected, each opened; one's own that come back."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.domain import edits, review
from ctg_tui.domain.assessment import Assessment, Place, Status, Territory
from ctg_tui.domain.backups import Backup, BackupReason
from ctg_tui.domain.changes import Change, Edit, Field, JournalEntry, Operation, from_submission, set_doors
from ctg_tui.domain.details import cleaned_identity, name_key, same_territory, territory_keys
from ctg_tui.domain.edits import replacement
from ctg_tui.domain.errors import InvalidDocument, Refusal
from ctg_tui.domain.forecast import Forecast
from ctg_tui.domain.review import order_in
from ctg_tui.domain.scores import in_view
from ctg_tui.domain.text import clean, fold
from ctg_tui.grids.catalogue import known_territories
from ctg_tui.services.editing import Session
from ctg_tui.services.files import keep_made_of, read_submission, with_contributions
from ctg_tui.services.review.answering import as_sent, received_reviews, states_before
from ctg_tui.services.review.writing import ReviewBook
from ctg_tui.services.workspace import Workspace, double_of
from ctg_tui.storage import received as stored_received
from ctg_tui.storage import review as reviews
from ctg_tui.storage.received import StoredSubmission, own_ids
from ctg_tui.storage.refusals import is_final
from ctg_tui.storage.store import Stored
from ctg_tui.submission.document import bare, fingerprint_of
from ctg_tui.submission.reader import InvalidSubmission, Received, examine
from ctg_tui.system.computer import local_time
from ctg_tui.system.files import read_regular, shown_name
from ctg_tui.wording import received as words
from ctg_tui.wording.french import NO_TERRITORY, short_day, short_territory
from ctg_tui.wording.grid_files import without_its_file

if TYPE_CHECKING:
    from ctg_tui.domain.grid import Grid
    from ctg_tui.storage.reading import Reader


class OtherVersion(NamedTuple):
    """A submission, and the own assessment that has its stable id but not its content.

    `changes` put its content in place of the assessment's; `grid` is the whole one of the file. Without it,
    there are none: that grid is not known here.
    """

    assessment_id: int
    own: Assessment
    received: Received
    grid: Grid | None
    changes: tuple[Change, ...]

    @property
    def name(self) -> str:
        """Return `autre version de votre évaluation (3 notes, territoire)`."""
        return words.name_of(self.what)

    @property
    def what(self) -> str:
        """Return what differs, counted; that its grid is not known when it cannot be compared."""
        if self.grid is None:
            return words.UNKNOWN_GRID
        header = self.received.header
        return words.differing(
            self.changes, self.received.status, header.revision, other_previous=self.has_other_previous
        )

    @property
    def has_other_previous(self) -> bool:
        """Whether the file says that it follows another assessment, which nothing puts in place."""
        return self.received.assessment.previous_uuid != self.own.previous_uuid

    @property
    def warning(self) -> str:
        """The sentence on a copy that became another territory's; empty for any other."""
        here, there = self.own.identity, self.received.assessment.identity
        is_named = bool(here.territory.name and there.territory.name)
        if not is_named or same_territory(here.territory, there.territory):
            return ""
        return words.two_territories(here, there)

    def replaced_by(self, file_name: str) -> str:
        """Return that the content of the file is in place, and how to get back what was there."""
        said = words.replaced(file_name, self.what, is_edit=bool(self.changes))
        if not self.changes and self._is_of_this_revision:
            said = words.unchanged()
        return f"{said} {words.previous_stays()}" if self.has_other_previous else said

    @property
    def _is_of_this_revision(self) -> bool:
        present = self.own.revision, self.own.status
        return (self.received.header.revision, self.received.status) == present

    @property
    def differences(self) -> tuple[words.Difference, ...]:
        """Each value that differs."""
        found = () if self.grid is None else tuple(words.differences(self.grid, self.changes))
        if not self.has_other_previous:
            return found
        names = self.own.previous_uuid, self.received.assessment.previous_uuid
        return (*found, words.other_previous(*names))


class Replaced(NamedTuple):
    """A replacement that was made, and the backup made before it."""

    version: OtherVersion
    backup: Backup


def other_version(workspace: Workspace, assessment_id: int, received: Received) -> OtherVersion | None:
    """Return how a file of one's own assessment differs from it; None when its content is here.

    Raises DatabaseRefusal; Refusal (`evaluation-absente`).
    """
    own = workspace.store.load(assessment_id).assessment
    if _is_here(workspace, own, received):
        return None
    given = received.assessment
    grid = workspace.catalogue.find(given.grid_id, given.grid_fingerprint)
    made: tuple[Change, ...] = ()
    if grid is not None:
        before = workspace.catalogue.find(own.grid_id, own.grid_fingerprint)
        source = from_submission(received.fingerprint)
        made = tuple(change._replace(source=source) for change in replacement(own, before, given, grid))
    return OtherVersion(assessment_id, own, received, grid, made)


def _is_here(workspace: Workspace, own: Assessment, received: Received) -> bool:
    """Return whether the assessment holds the state of a file, of this revision or an earlier one."""
    if _stage(received.header.revision, received.status) > _stage(own.revision, own.status):
        return False
    states = []
    store = workspace.store
    if own.status is Status.FINAL:
        with store.reading():
            states.append(bare(stored_received.released(store.connection, own.id, own.revision)))
    grid = workspace.catalogue.find(own.grid_id, own.grid_fingerprint)
    if grid is not None:
        seen, sent = in_view(grid, own)
        # As it would be sent now, and as a draft of it was before a review came.
        states.append(fingerprint_of(seen, as_sent(workspace, seen, sent)))
        whole = with_contributions(workspace, sent)
        kept = received_reviews(workspace, own.uuid)
        states += (fingerprint_of(seen, state) for state in states_before(kept, seen, whole))
        states.append(fingerprint_of(seen, sent))  # a file put in its place may be of one person
    return received.fingerprint in states


def _stage(revision: int, status: Status) -> tuple[int, bool]:
    return revision, status is Status.FINAL


def put_in_place(
    workspace: Workspace, assessment_id: int, received: Received, file_name: str
) -> Replaced | None:
    """Put the content of a file in place of the assessment's, after a backup, as one edit.

    None when it is there already. The assessment takes the file's revision when it is a later one, the next
    after a final one. Raises Refusal: `evaluation-definitive`, `grille-inconnue`; WriteRefusal when the
    backup fails, NotSaved: nothing is then changed.
    """
    workspace.writer.settle()
    found = other_version(workspace, assessment_id, received)
    if found is None:
        return None
    if found.own.status is Status.FINAL:
        raise is_final()
    grid = require_grid(workspace, received)
    store = workspace.store
    backup = store.back_up(BackupReason.REPLACEMENT)
    with store.writing():
        before = workspace.catalogue.find(found.own.grid_id, found.own.grid_fingerprint)
        for file in (workspace.catalogue.file_of(one) for one in (before, grid) if one is not None):
            if file is not None:
                store.keep_grid(file)
        store.record(assessment_id, Edit(Operation.IMPORT, found.changes), None)
        stored_received.advance(store.connection, assessment_id, lineage_of(received))
        if received.assessment.contributions:
            keep_made_of(workspace, received, file_name)
    workspace.shelf.forget()
    return Replaced(found, backup)


# Take a submission back into an assessment that can be edited, for a person who lost theirs.


class TakenBack(NamedTuple):
    """The assessment of a submission. `is_new` is False when the database had it already: it is unchanged."""

    assessment_id: int
    is_new: bool
    received: Received


class FoundBack(NamedTuple):
    """A submission that was read. `present` is the id of its assessment when the database has it."""

    received: Received
    present: int | None


def read_back(workspace: Workspace, path: Path) -> FoundBack:
    """Return the submission at `path`, and its assessment here. Raises InvalidSubmission, DatabaseRefusal."""
    received = read_submission(path, workspace.catalogue)
    return FoundBack(received, present_id(workspace, received))


def present_id(workspace: Workspace, received: Received) -> int | None:
    """Return the id of the assessment that a submission comes from, if it is here. Raises DatabaseRefusal."""
    with workspace.store.reading():
        return stored_received.id_of(workspace.store.connection, received.assessment.uuid)


def take_back(workspace: Workspace, path: Path, *, doubles: bool = False) -> TakenBack:
    """Make an assessment of the submission at `path`, unless the database has it; it keeps its stable id.

    A final one opens as its next revision. Its values are one edit. A merged one is kept too: it names its
    files. Raises InvalidSubmission; Refusal when its grid is not known here, or (`evaluation-en-double`) when
    another assessment is of the same territory, year and moment, unless it `doubles` it; NotSaved: nothing is
    then taken.
    """
    workspace.writer.settle()
    received, present = read_back(workspace, path)
    if present is not None:
        return TakenBack(present, is_new=False, received=received)
    double = None if doubles else double_of(workspace, received.assessment.identity)
    if double is not None:
        raise Refusal(
            "evaluation-en-double",
            f"{double.sentence} C’est votre évaluation n° {double.id}. Rien n’a été repris.",
            "Pour réunir les deux : « fusionner ». Pour en faire une deuxième : ajoutez « --en-double ».",
        )
    return TakenBack(make(workspace, received, shown_name(path)), is_new=True, received=received)


def make(workspace: Workspace, received: Received, file_name: str) -> int:
    """Make an assessment of a submission that is not here; return its id. Raises as `take_back` does."""
    given = received.assessment
    grid = require_grid(workspace, received)
    store = workspace.store
    with store.writing():
        assessment_id = store.create(
            grid, cleaned_identity(given.identity), file=workspace.catalogue.file_of(grid)
        )
        stored_received.write(store.connection, assessment_id, lineage_of(received))
        made = tuple(_changes(store.load(assessment_id).assessment, received))
        store.record(assessment_id, Edit(Operation.IMPORT, made), None)
        if given.contributions:
            keep_made_of(workspace, received, file_name)
    workspace.shelf.forget()
    return assessment_id


def require_grid(workspace: Workspace, received: Received) -> Grid:
    """Return the whole grid of a submission. Raises Refusal (`grille-inconnue`)."""
    given = received.assessment
    grid = workspace.catalogue.find(given.grid_id, given.grid_fingerprint)
    if grid is None:
        raise Refusal(
            "grille-inconnue",
            f"{without_its_file(given.grid_id)} Rien n’a été repris.",
            "Installez cette grille, ou ajoutez « --grille FICHIER », puis recommencez.",
        )
    return grid


def lineage_of(received: Received) -> stored_received.Lineage:
    """Return the stable id and the past of a submission; a final one goes on as its next revision."""
    given = received.assessment
    revision, released = given.revision, None
    if received.status is Status.FINAL:
        revision = given.revision + 1
        released = (given.revision, received.fingerprint, received.header.created_at)
    elif given.replaces is not None and given.revision > 1:
        released = (given.revision - 1, bare(given.replaces), received.header.created_at)
    return stored_received.Lineage(given.uuid, given.previous_uuid, revision, released)


def _changes(blank: Assessment, received: Received) -> Iterator[Change]:
    """Yield the changes that give a blank assessment every value of a submission."""
    given = received.assessment
    made: list[Change] = [*set_doors(blank, given.open_missions)]
    for cell, answer in given.answers.items():
        made += edits.rate(blank, (cell,), answer)
    for field, texts in (
        (Field.COMMENT, given.comments),
        (Field.REMARK, given.remarks),
        (Field.PREPARATION, {topic.value: text for topic, text in given.preparation.items()}),
    ):
        for key, text in texts.items():
            made += edits.write_text(blank, field, key, text)
    for indicator, number in given.numbers.items():
        made += edits.count(blank, indicator, number)
    for activity, action in given.actions.items():
        made += edits.plan(blank, activity, action)
    for row in given.follow_ups:
        made += review.keep(blank, row)
    source = from_submission(received.fingerprint)
    yield from (change._replace(source=source) for change in made)


class Progress(StrEnum):
    """How far the reading of a file received is."""

    TO_READ = "à lire"
    READ = "lu"
    BEGUN = "avis commencé"
    SENT = "avis envoyé"
    ANSWERED = "répondu"
    READ_AGAIN = "relu"


class Since(NamedTuple):
    """What a file changed since the one of the same assessment that was read before.

    `grid` is the whole one of the file; an answer is that given to a remark.
    """

    before: StoredSubmission
    grid: Grid
    changes: tuple[Change, ...]

    @property
    def counted(self) -> str:
        """Return `4 notes, 2 réponses`; empty when nothing changed."""
        return words.counted(self.changes)

    @property
    def differences(self) -> tuple[words.Difference, ...]:
        """Each value that changed, in the order of the grid."""
        return tuple(words.differences(self.grid, self.changes))

    @property
    def by_line(self) -> Mapping[str, tuple[str, ...]]:
        """What changed of each line but the answers to remarks, in words: `Famille 1 → 2`, `commentaire`."""
        found: dict[str, tuple[str, ...]] = {}
        for change in self.changes:
            line, _ = words.place_of(change)
            if line is not None and (said := words.changed_of_line(self.grid, change)):
                found[line] = (*found.get(line, ()), said)
        return found


class Lineage(NamedTuple):
    """The files received of one assessment: the one that counts, and all of them, the latest first.

    `name` is that of the territory, the short one of the data file when it is known there.
    `conflict` says why the files contradict each other; it is empty when they do not. `reviews` is how many
    reviews of it are kept here. `own_id` is the number of the own assessment that the file that counts is
    another version of; None for those of others. `since` is what it changed since the file that was read.
    """

    name: str
    current: StoredSubmission
    files: tuple[StoredSubmission, ...]
    conflict: str
    progress: Progress = Progress.TO_READ
    reviews: int = 0
    own_id: int | None = None
    since: Since | None = None

    @property
    def key(self) -> str:
        return self.current.lineage

    @property
    def is_review_begun(self) -> bool:
        """Whether a review is written here that no file holds yet."""
        return self.progress is Progress.BEGUN

    @property
    def replaced(self) -> StoredSubmission | None:
        """The file received that the current one says it replaces; None when it is not here."""
        named = bare(self.current.replaces)
        return next((one for one in self.files if bare(one.fingerprint) == named), None)


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
        since = _since(workspace, files)
        progress = _progress(current, review)
        found.append(Lineage(name, current, tuple(files), conflict, progress, review.kept, own_id, since))
    return tuple(sorted(found, key=_order))


def _progress(current: StoredSubmission, review: reviews.Progress) -> Progress:
    if current.read_at is None:
        return Progress.ANSWERED if current.answers else Progress.TO_READ
    if review.changed_at > review.written_at:
        return Progress.BEGUN
    if review.about and bare(review.about) == bare(current.fingerprint):
        return Progress.SENT
    return Progress.READ_AGAIN if review.about or current.answers else Progress.READ


def _since(workspace: Workspace, files: Sequence[StoredSubmission]) -> Since | None:
    """Return what the first of `files` changed since the latest of the others that was read; None without."""
    current = files[0]
    before = next((one for one in files[1:] if one.read_at is not None), None)
    return None if before is None else _changed(workspace, before, current)


def _changed(workspace: Workspace, before: StoredSubmission, after: StoredSubmission) -> Since | None:
    """Return what a file changed; None when one cannot be compared. Two files are compared once."""
    key = before.sha256, after.sha256
    found = workspace.compared.get(key) or _compared(workspace, before, after)
    if found is not None:
        workspace.compared[key] = found
    return found


def _compared(workspace: Workspace, before: StoredSubmission, after: StoredSubmission) -> Since | None:
    contents = (stored_received.content_of(workspace.store, one.sha256) for one in (before, after))
    both = [examine(content or b"", workspace.catalogue) for content in contents]
    first, second = both
    if not isinstance(first, Received) or not isinstance(second, Received):
        return None
    former, given = first.assessment, second.assessment
    grid = workspace.catalogue.find(given.grid_id, given.grid_fingerprint)
    if grid is None:
        return None
    own = workspace.catalogue.find(former.grid_id, former.grid_fingerprint)
    made = replacement(former, own, given, grid)
    rank = order_in(grid)
    said = [change for change in made if words.is_said(change)]
    return Since(before, grid, tuple(sorted(said, key=lambda change: rank(*words.place_of(change)))))


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
    return one.revision, one.status is Status.FINAL, one.created_at


def _order(lineage: Lineage) -> tuple[object, ...]:
    current = lineage.current
    return (
        *(current.department, fold(lineage.name), -current.year),
        *(current.moment.value, current.people.casefold(), lineage.key),
    )


# The territories expected: a list that the person writes, one territory a line.


class ExpectedTerritory(NamedTuple):
    """A territory of the person's own list, named as it is there, and the files that are expected of it."""

    name: str
    territory: Territory
    files: int = 1


class Expectation(NamedTuple):
    """What came of an expected territory for a year: people whose final file is here, and of drafts alone."""

    expected: ExpectedTerritory
    finals: int
    drafts: int

    @property
    def is_complete(self) -> bool:
        """Whether all that is expected came; a draft is a draft."""
        return self.finals >= self.expected.files


_MOST_EXPECTED: Final = 5_000
_LONGEST_LIST: Final = 500_000
"""Bytes."""
_HEADINGS: Final = frozenset({"territoire", "territoires", "nom", "collectivite", "commune"})
_SIREN: Final = re.compile(r"(?<!\d)\d{3}\s?\d{3}\s?\d{3}(?!\d)")
_FILES: Final = re.compile(r"(?<!\d)(\d{1,2})\s*(?:fichier|personne|chargé|évaluation)s?\b", re.IGNORECASE)


def expected_territories(text: str) -> tuple[ExpectedTerritory, ...]:
    """Return the territories of a list: one a line, its name, then its SIREN and `2 fichiers` if need be.

    The name ends at a semicolon, as in a list saved by a spreadsheet program.
    """
    known = {name_key(one.short_name): Territory(one.name, one.siren) for one in known_territories()}
    found: dict[Territory, ExpectedTerritory] = {}
    for line in text.splitlines()[:_MOST_EXPECTED]:
        siren, files = _SIREN.search(line), _FILES.search(line)
        rest = _FILES.sub(";", _SIREN.sub(";", line)).strip(" ;,\u00a0")
        name = clean(rest.partition(";")[0]).strip(' ,:"')
        if name_key(name) and name_key(name) not in _HEADINGS:
            territory = Territory(name, "".join(siren[0].split()) if siren else None)
            territory = territory if siren else known.get(name_key(name), territory)
            number = max(int(files[1]), 1) if files else 1
            found.setdefault(territory, ExpectedTerritory(name, territory, number))
    return tuple(found.values())


def expected(store: Reader) -> tuple[ExpectedTerritory, ...]:
    """Return the territories that the person expects files of. Raises DatabaseRefusal."""
    return expected_territories(stored_received.expected_text(store))


def expected_text(workspace: Workspace) -> str:
    """Return the list of the territories expected, as it was written. Raises DatabaseRefusal."""
    return stored_received.expected_text(workspace.store)


def list_in(path: Path) -> str:
    """Return the text of a list of territories. Raises InvalidDocument when it is no text, or is too long."""
    content = read_regular(path, _LONGEST_LIST)
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return clean(content.decode(encoding).replace("\t", " ; "), multiline=True)
        except UnicodeDecodeError:
            continue
    raise InvalidDocument(
        "liste-illisible",
        f"« {shown_name(path)} » n’est pas un texte : la liste n’est pas changée.",
        "Enregistrez-la en .txt ou en .csv, ou tapez-la.",
    )


def write_expected(workspace: Workspace, text: str) -> None:
    """Store the list of the territories expected. Raises NotSaved."""
    workspace.writer.settle()
    with workspace.store.writing() as now:
        stored_received.write_expected(workspace.store.connection, clean(text, multiline=True).strip(), now)


def keys_of_expected(listed: Sequence[Territory], here: Sequence[Territory]) -> list[Hashable]:
    """Return the keys of `territory_keys` for the territories of a list, then for those that are `here`.

    One of the list may be named without what it is (« communauté de communes »).
    """
    names = {name_key(one.name) for one in here}
    short = {name_key(short_territory(one.name)): one for one in here}
    named = [
        one if one.siren or name_key(one.name) in names else short.get(name_key(one.name), one)
        for one in listed
    ]
    return territory_keys([*named, *here])


def came(
    listed: Sequence[ExpectedTerritory], received: Iterable[Lineage], year: int
) -> tuple[Expectation, ...]:
    """Return what came for `year` of each territory of the list; a merged file is one of each person."""
    of_year = [lineage for lineage in received if lineage.current.year == year]
    keys = keys_of_expected(
        [one.territory for one in listed], [lineage.current.territory for lineage in of_year]
    )
    finals: dict[Hashable, set[str]] = {}
    drafts: dict[Hashable, set[str]] = {}
    for key, lineage in zip(keys[len(listed) :], of_year, strict=True):
        final = [one for one in lineage.files if one.status is Status.FINAL]
        people = (one.people_held for one in final or lineage.files)
        (finals if final else drafts).setdefault(key, set()).update(*people)
    return tuple(
        Expectation(one, len(came := finals.get(key, set())), len(drafts.get(key, set()) - came))
        for one, key in zip(listed, keys[: len(listed)], strict=True)
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
        raise InvalidDocument(
            "grille-inconnue",
            without_its_file(submission.grid_id),
            words.BLANK_WORKBOOK,
        )
    return ReceivedSession(workspace, received, submission, lineage.since)


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

    def __init__(
        self,
        workspace: Workspace,
        received: Received,
        submission: StoredSubmission,
        since: Since | None = None,
    ) -> None:
        """Open a submission whose grid is known; `since` is what it changed since the file read before."""
        assert received.grid is not None
        self.submission = submission
        self.since = since
        self.book = ReviewBook(workspace, received.assessment)
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
        status = "avis enregistré" if self.book.is_kept else words.state_and_revision(self.submission)
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
