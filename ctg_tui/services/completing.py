"""Put a colleague’s file into one’s own assessment: what it would add, then one edit that undo takes back."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

from ctg_tui.domain.backups import BackupReason
from ctg_tui.domain.changes import Change, from_submission
from ctg_tui.domain.completing import Completing, completing
from ctg_tui.domain.thread import MOST_RECEIVED_ROWS
from ctg_tui.wording import completing as words
from ctg_tui.wording.french import people
from ctg_tui.wording.grid_files import unknown_grid

if TYPE_CHECKING:
    from ctg_tui.domain.grid import Grid
    from ctg_tui.services.workspace import Workspace
    from ctg_tui.submission.file import Received


class Listed(NamedTuple):
    """A value that differs, under the key by which it is chosen; `sentence` has both values."""

    key: str
    place: str
    own: str
    theirs: str
    sentence: str


class Offer(NamedTuple):
    """What a file would add to the assessment `own_id`; nothing is written.

    `fills` are sentences, a value each; `warning` is empty unless the file is of another territory, year or
    moment.
    """

    own_id: int
    grid: Grid
    found: Completing
    fills: tuple[str, ...]
    differences: tuple[Listed, ...]
    summary: str
    warning: str


class Completed(NamedTuple):
    """What was put into one’s own assessment, and what is left: the differences that were not chosen."""

    offer: Offer
    changes: tuple[Change, ...]
    left: int
    message: str


def look(workspace: Workspace, own_id: int, received: Received) -> Offer:
    """Return what a submission would add to an assessment that can be edited, and where both differ.

    Raises Refusal (`evaluation-absente`, `grille-inconnue`), NotSaved.
    """
    grid, own = workspace.load(own_id)
    theirs = received.assessment
    their_grid = workspace.catalogue.own_grid(theirs)
    if their_grid is None:
        raise unknown_grid(theirs.grid_id, "Rien n’a été changé.")
    found = completing(own, grid, theirs, their_grid, people(theirs.identity))
    return Offer(
        own_id,
        grid,
        found,
        tuple(words.fill_words(grid, change) for change in found.fills),
        tuple(
            Listed(
                one.key,
                words.place_words(grid, one.changes[0]),
                words.value_words(one.field, one.own),
                words.value_words(one.field, one.theirs),
                words.difference_words(grid, one),
            )
            for one in found.differences
        ),
        words.counted(found.changes),
        words.another_assessment(own.identity, theirs.identity),
    )


def complete(
    workspace: Workspace, own_id: int, received: Received, file_name: str, chosen: Collection[str] = ()
) -> Completed:
    """Put a submission into an assessment after a backup, as one edit; `chosen` are keys of differences.

    Raises as `look` does; Refusal (`difference-inconnue`, `fil-plein`); WriteRefusal when the backup fails,
    NotSaved: nothing is then changed. A session open on the assessment is to `reload` afterwards.
    """
    offer = look(workspace, own_id, received)
    try:
        edit = offer.found.edit(chosen)
    except ValueError as error:
        raise words.unknown_difference(str(error)) from error
    source = from_submission(received.fingerprint)
    edit = edit._replace(changes=tuple(change._replace(source=source) for change in edit.changes))
    rows = workspace.store.load(own_id).assessment.said.keys() | received.assessment.said.keys()
    if len(rows) > MOST_RECEIVED_ROWS:
        raise words.too_many_rows(file_name)
    if edit.changes:
        workspace.store.back_up(BackupReason.REPLACEMENT)
        workspace.store.record(own_id, edit, None)
    left = len(offer.differences) - len(set(chosen))
    apart = len(offer.found.lines_apart)
    return Completed(offer, edit.changes, left, words.completed(file_name, edit.changes, left, apart))
