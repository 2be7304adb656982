"""Files of one's own assessments that come back: as another version, in place of it, or as a new one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.backups import Backup, BackupReason
from ctg_tui.domain.changes import Change, Edit, Operation, from_submission
from ctg_tui.domain.details import cleaned_identity, same_territory
from ctg_tui.domain.edits import replacement
from ctg_tui.domain.errors import Refusal
from ctg_tui.services.workspace import Workspace, double_of
from ctg_tui.storage import received as stored_received
from ctg_tui.storage import sending as sendings
from ctg_tui.submission.document import fingerprint_of, serialise
from ctg_tui.submission.file import Received, read
from ctg_tui.system.files import shown_name
from ctg_tui.wording import received as words
from ctg_tui.wording.grid_files import unknown_grid

if TYPE_CHECKING:
    from ctg_tui.domain.grid import Grid


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
    is_recorded: bool = False
    """Whether a sending of its number, or a later one, is recorded here."""

    @property
    def name(self) -> str:
        """Return `autre version de votre évaluation (3 notes, territoire)`."""
        return words.name_of(self.what)

    @property
    def what(self) -> str:
        """Return what differs, counted; that its grid is not known when it cannot be compared."""
        if self.grid is None:
            return words.UNKNOWN_GRID
        return words.differing(self.changes, self.received.sending, other_previous=self.has_other_previous)

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
        if not self.changes and self.is_recorded:
            said = words.unchanged()
        return f"{said} {words.previous_stays()}" if self.has_other_previous else said

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
    grid = workspace.catalogue.own_grid(given)
    made: tuple[Change, ...] = ()
    if grid is not None:
        before = workspace.catalogue.own_grid(own)
        made = _content(own, before, received, grid)
    latest = workspace.store.latest_sending(assessment_id)
    is_recorded = latest is not None and received.sending.number <= latest.number
    return OtherVersion(assessment_id, own, received, grid, made, is_recorded)


def _content(own: Assessment, before: Grid | None, received: Received, grid: Grid) -> tuple[Change, ...]:
    """Return the changes that give `own`, filled with `before`, the content of a submission."""
    source = from_submission(received.fingerprint)
    made = replacement(own, before, received.assessment, grid)
    return tuple(change._replace(source=source) for change in made)


def _is_here(workspace: Workspace, own: Assessment, received: Received) -> bool:
    """Return whether the assessment holds the state of a file, of its latest sending or an earlier one."""
    if received.assessment.said.keys() - own.said.keys():
        return False
    latest = workspace.store.latest_sending(own.id)
    if latest is not None and received.sending.number > latest.number:
        return False
    states = []
    grid = workspace.catalogue.own_grid(own)
    if grid is not None:
        states.append(fingerprint_of(grid, own))
    return received.fingerprint in states


def put_in_place(
    workspace: Workspace, assessment_id: int, received: Received, file_name: str
) -> Replaced | None:
    """Put the content of a file in place of the assessment's, after a backup, as one edit.

    None when it is there already. The file is a sending of the assessment from then on: the next number
    follows the file's. Raises Refusal (`grille-inconnue`); WriteRefusal when the backup fails, NotSaved:
    nothing is then changed.
    """
    workspace.writer.settle()
    found = other_version(workspace, assessment_id, received)
    if found is None:
        return None
    grid = require_grid(workspace, received)
    store = workspace.store
    backup = store.back_up(BackupReason.REPLACEMENT)
    with store.writing():
        before = workspace.catalogue.own_grid(found.own)
        workspace.keep_grids(before, grid)
        store.record(assessment_id, Edit(Operation.IMPORT, found.changes), None)
        sendings.record(store.connection, assessment_id, _as_sent(received))
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
    received = read(path, workspace.catalogue)
    return FoundBack(received, present_id(workspace, received))


def present_id(workspace: Workspace, received: Received) -> int | None:
    """Return the id of the assessment that a submission comes from, if it is here. Raises DatabaseRefusal."""
    with workspace.store.reading():
        return stored_received.id_of(workspace.store.connection, received.assessment.uuid)


def take_back(workspace: Workspace, path: Path, *, doubles: bool = False) -> TakenBack:
    """Make an assessment of the submission at `path`, unless the database has it; it keeps its stable id.

    The file is its latest sending. Its values are one edit. Raises InvalidSubmission; Refusal when
    its grid is not known here, or (`evaluation-en-double`) when another assessment is of the same territory,
    year and moment, unless it `doubles` it; NotSaved: nothing is then taken.
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
            "Pour en faire une deuxième : ajoutez « --en-double ».",
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
        lineage = stored_received.Lineage(given.uuid, given.previous_uuid)
        stored_received.write(store.connection, assessment_id, lineage)
        sendings.record(store.connection, assessment_id, _as_sent(received))
        made = _content(store.load(assessment_id).assessment, grid, received, grid)
        store.record(assessment_id, Edit(Operation.IMPORT, made), None)
    workspace.shelf.forget()
    return assessment_id


def require_grid(workspace: Workspace, received: Received) -> Grid:
    """Return the whole grid of a submission. Raises Refusal (`grille-inconnue`)."""
    given = received.assessment
    grid = workspace.catalogue.own_grid(given)
    if grid is None:
        raise unknown_grid(given.grid_id, "Rien n’a été repris.")
    return grid


def _as_sent(received: Received) -> sendings.StoredSending:
    """Return a submission as a sending of the assessment that it becomes."""
    return sendings.StoredSending(received.sending, None, serialise(received.document))
