"""Take a submission back into an assessment that can be edited, for a person who lost theirs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ctg_tui.domain import edits, follow_ups
from ctg_tui.domain.assessment import Assessment, Status
from ctg_tui.domain.change_sources import from_submission
from ctg_tui.domain.changes import Change, Edit, Field, Operation
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.identity import cleaned_identity
from ctg_tui.services.beginning import double_of
from ctg_tui.services.received import read_submission
from ctg_tui.storage import lineage
from ctg_tui.storage.lineage import Lineage
from ctg_tui.submission.document import bare
from ctg_tui.submission.reader import Received
from ctg_tui.system.files import shown_name
from ctg_tui.wording.grid_files import without_its_file

if TYPE_CHECKING:
    from ctg_tui.domain.grid import Grid
    from ctg_tui.services.workspace import Workspace


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
        return lineage.id_of(workspace.store.connection, received.assessment.uuid)


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
        lineage.write(store.connection, assessment_id, lineage_of(received))
        made = tuple(_changes(store.load(assessment_id).assessment, received))
        store.record(assessment_id, Edit(Operation.IMPORT, made), None)
        if given.contributions:
            from ctg_tui.services.merged_files import keep_made_of  # only for a merged file

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


def lineage_of(received: Received) -> Lineage:
    """Return the stable id and the past of a submission; a final one goes on as its next revision."""
    given = received.assessment
    revision, released = given.revision, None
    if received.status is Status.FINAL:
        revision = given.revision + 1
        released = (given.revision, received.fingerprint, received.header.created_at)
    elif given.replaces is not None and given.revision > 1:
        released = (given.revision - 1, bare(given.replaces), received.header.created_at)
    return Lineage(given.uuid, given.previous_uuid, revision, given.proposed_lines, released)


def _changes(blank: Assessment, received: Received) -> Iterator[Change]:
    """Yield the changes that give a blank assessment every value of a submission."""
    given = received.assessment
    made: list[Change] = []
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
        made += follow_ups.keep(blank, row)
    source = from_submission(received.fingerprint)
    yield from (change._replace(source=source) for change in made)
