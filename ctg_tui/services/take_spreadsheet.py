"""Take a workbook that was read into the database: as a new assessment, or into one. All of it or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ctg_tui.domain.assessment import Identity, Moment, Status
from ctg_tui.domain.changes import Edit, Field, Operation
from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.domain.grid import campaign_year
from ctg_tui.services.import_spreadsheet import Plan, WorkbookFile, plan, read_with
from ctg_tui.spreadsheet import cells as refusals
from ctg_tui.spreadsheet.cells import first_difference
from ctg_tui.spreadsheet.reader import MAX_BYTES, read_workbook
from ctg_tui.storage import workbooks
from ctg_tui.system.files import read_regular
from ctg_tui.system.places import program_with
from ctg_tui.wording.spreadsheet import TakenCounts

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Workspace


class Taken(NamedTuple):
    """What was taken, and into which assessment."""

    assessment_id: int
    plan: Plan

    @property
    def counts(self) -> TakenCounts:
        fields = Counter(change.field for change in self.plan.changes)
        return TakenCounts(
            fields[Field.ANSWER],
            fields[Field.COMMENT] + fields[Field.REMARK],
            fields[Field.NUMBER],
            len(self.plan.conflicts),
        )


def read_for(workspace: Workspace, path: Path, assessment_id: int) -> WorkbookFile:
    """Return the workbook at `path`, read with the grid of an assessment, lines left aside included.

    Raises InvalidDocument as `read_with` does; Refusal as `Workspace.load` does.
    """
    seen, assessment = workspace.load(assessment_id)
    whole = workspace.catalogue.find(assessment.grid_id, assessment.grid_fingerprint)
    return read_with(path, whole or seen)


class Completion(NamedTuple):
    """The assessment that a workbook can complete, and what completing it would do."""

    identity: Identity
    plan: Plan


def completion(workspace: Workspace, file: WorkbookFile, assessment_id: int) -> Completion | None:
    """Return what completing an assessment would do; None for a final one, or one filled with another grid.

    Raises Refusal when it cannot be read.
    """
    stored = workspace.store.load(assessment_id).assessment
    if stored.status is Status.FINAL or stored.grid_fingerprint != file.grid.fingerprint:
        return None
    return Completion(stored.identity, plan(file.reading, stored))


def take_as_new(workspace: Workspace, file: WorkbookFile, confirmed: Collection[str] = frozenset()) -> Taken:
    """Create an assessment with the values of a workbook, as one edit; its details are left to the person.

    Its grid and the workbook itself are stored beside it. Raises InvalidDocument when the file has changed
    since it was read or is open elsewhere, NotSaved when the disk refuses: nothing is then taken.
    """
    _require_unchanged(file)
    identity = Identity(campaign_year(file.grid.campaign, workspace.today()), Moment.YEARLY)
    store = workspace.store
    workspace.writer.settle()
    with store.writing() as now:
        _keep(workspace, file, now)
        grid_file = file.new_grid or workspace.catalogue.file_of(file.grid)
        assessment_id = store.create(file.grid, identity, file=grid_file)
        planned = plan(file.reading, store.load(assessment_id).assessment, file.sha256, confirmed)
        _record(workspace, assessment_id, file, planned)
    workspace.shelf.forget()
    return Taken(assessment_id, planned)


def take_into(
    workspace: Workspace, file: WorkbookFile, assessment_id: int, confirmed: Collection[str] = frozenset()
) -> Taken:
    """Give an assessment the values of a workbook read with its grid, as one edit.

    A cell that has another answer stays as it is, unless its address is among `confirmed`. Raises as
    `take_as_new` does; Refusal when the assessment is gone or final.
    """
    _require_unchanged(file)
    store = workspace.store
    workspace.writer.settle()
    with store.writing() as now:
        planned = plan(file.reading, store.load(assessment_id).assessment, file.sha256, confirmed)
        _keep(workspace, file, now)
        _record(workspace, assessment_id, file, planned)
    return Taken(assessment_id, planned)


def _keep(workspace: Workspace, file: WorkbookFile, now: datetime) -> None:
    """Store the workbook, unless it is a report of this program: that one is not to be filled again."""
    if not file.is_ours:
        workbooks.keep(workspace.store.connection, workbooks.StoredWorkbook(file.name, file.content), now)


def _record(workspace: Workspace, assessment_id: int, file: WorkbookFile, planned: Plan) -> None:
    # Also without a change: it requires that the assessment may be written.
    workspace.store.record(assessment_id, Edit(Operation.IMPORT, planned.changes), None)
    if not file.is_ours:
        workbooks.attach(workspace.store.connection, assessment_id, file.sha256)


def _require_unchanged(file: WorkbookFile) -> None:
    """Raise InvalidDocument when the file is no longer as it was read, or is open elsewhere."""
    program = program_with(file.path)
    if program:
        raise refusals.open_elsewhere(file.name, program)
    content = read_regular(file.path, MAX_BYTES)
    if content == file.content:
        return
    try:
        address = first_difference(file.sheets, read_workbook(content, file.name))
    except InvalidDocument:  # no longer a workbook: there is no address to give
        address = ""
    raise refusals.changed_since_read(file.name, address)
