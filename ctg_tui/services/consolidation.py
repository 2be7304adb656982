"""Consolidate many submissions into one file, for the adviser's own work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.domain.consolidation import (
    OUTSIDE,
    Choice,
    Consolidation,
    Entry,
    carried,
    choose,
    marks_of,
    reference_grid,
)
from ctg_tui.domain.errors import InvalidDocument, Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.review.document import is_review
from ctg_tui.services.envelopes import Piece, unforeseen
from ctg_tui.services.outputs import check_output, remove_leftovers_below
from ctg_tui.services.take_received import State, other_than_a_document, refused_submission
from ctg_tui.storage import submissions
from ctg_tui.submission.reader import Received, examine
from ctg_tui.system.files import atomic_write
from ctg_tui.wording import consolidation as wording

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Workspace

_NO_DATE: Final = datetime(2000, 1, 1, tzinfo=UTC)


class Reject(NamedTuple):
    """A file that is not counted: its name, a stable code, a French sentence."""

    file: str
    code: str
    message: str


class Gathered(NamedTuple):
    """What the files hold: the submissions, the grid that counts them, and the files that are not counted."""

    grid: Grid | None
    choice: Choice
    rejects: tuple[Reject, ...]
    left_aside: int

    @property
    def is_whole(self) -> bool:
        """Return whether every file given was read, and none contradicts another."""
        return not self.rejects and not self.choice.conflicts


def received(workspace: Workspace) -> Iterator[Piece]:
    """Yield the files received that the database keeps, byte for byte, in a stable order.

    Raises DatabaseRefusal.
    """
    for one in sorted(submissions.all_kept(workspace.store), key=lambda one: one.sha256):
        content = submissions.content_of(workspace.store, one.sha256)
        yield Piece(workspace.store.path, inside=one.file_name, content=content, is_given=True)


def gather(
    found: Iterable[Piece],
    catalogue: Catalogue,
    *,
    with_drafts: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> Gathered:
    """Read every submission among the files `found`; `progress` is given how many so far, and may stop it.

    The documents are not kept: 4,580 of them take a few megabytes.
    """
    entries: list[Entry] = []
    rejects: list[Reject] = []
    grids: dict[str, Grid] = {}
    left_aside = 0
    for done, piece in enumerate(found, 1):
        progress(done)
        try:
            read = _read(piece, catalogue)
        except Exception as error:  # noqa: BLE001 - the other files are counted, and this one is named
            refusal = unforeseen(piece, error)
            read = Reject(piece.own_name, refusal.code, refusal.message)
        if isinstance(read, Reject):
            rejects.append(read)
        elif read is None:
            left_aside += 1
        else:
            entry, grid = read
            grids[grid.fingerprint] = grid
            entries.append(entry)
    choice = choose(entries, with_drafts=with_drafts)
    numbers = Counter(entry.grid_fingerprint for entry in choice.counted)
    if not numbers:
        return Gathered(None, choice, tuple(sorted(rejects)), left_aside)
    grid = reference_grid((grids[fingerprint], number) for fingerprint, number in numbers.items())
    counted = []
    for entry in choice.counted:
        moved = carried(entry, grids[entry.grid_fingerprint], grid)
        if moved is None:
            rejects.append(Reject(entry.file, "autre-grille", wording.other_grid(entry.file)))
        else:
            counted.append(moved)
    former = (carried(entry, grids[entry.grid_fingerprint], grid) for entry in choice.other_years)
    nowhere = OUTSIDE * len(grid.cells)
    others = tuple(
        moved or entry._replace(marks=nowhere)
        for moved, entry in zip(former, choice.other_years, strict=True)
    )
    choice = choice._replace(counted=tuple(counted), other_years=others)
    return Gathered(grid, choice, tuple(sorted(rejects)), left_aside)


def _read(piece: Piece, catalogue: Catalogue) -> tuple[Entry, Grid] | Reject | None:
    """Return what is counted of a file and its grid, or why it is not counted; None for another piece."""
    other = other_than_a_document(piece)
    if other is not None or piece.content is None or is_review(piece.content):
        if other is not None and other.state is State.REFUSED:
            return Reject(piece.own_name, other.code, other.message)
        if piece.is_given:
            return Reject(piece.own_name, "autre-piece", wording.not_counted(piece.own_name))
        return None
    received = examine(piece.content, catalogue)
    if not isinstance(received, Received):
        refused = refused_submission(piece, received)
        return Reject(piece.own_name, refused.code, refused.message)
    assessment = received.assessment
    grid = catalogue.find(assessment.grid_id, assessment.grid_fingerprint)
    if grid is None:
        return Reject(piece.own_name, "grille-inconnue", wording.unknown_grid(piece.own_name))
    entry = Entry(
        file=piece.own_name,
        lineage=assessment.uuid,
        fingerprint=received.fingerprint,
        status=received.status,
        revision=received.header.revision,
        created_at=received.header.created_at,
        identity=assessment.identity,
        grid_id=grid.id,
        grid_fingerprint=grid.fingerprint,
        marks=marks_of(grid, assessment.answers, proposed_lines=assessment.proposed_lines),
        numbers=assessment.numbers,
        actions=tuple((line, action.due) for line, action in assessment.actions.items()),
        topics=assessment.preparation,
        comments=tuple(assessment.comments),
        open_remarks=sum(not one.is_answered for one in assessment.follow_ups)
        if assessment.follow_ups
        else None,
        previous=assessment.previous_uuid,
        contributions=assessment.contributions,
    )
    return entry, grid


def consolidate(gathered: Gathered) -> Consolidation:
    """Return the consolidation of what the files hold.

    Raises Refusal (`rien-a-consolider`), InvalidDocument where files were refused.
    """
    from ctg_tui.services import work_tables

    grid, counted = gathered.grid, gathered.choice.counted
    if grid is None or not counted:
        drafts = gathered.choice.drafts
        raise (Refusal if gathered.is_whole else InvalidDocument)(
            "rien-a-consolider",
            "Aucun fichier n’a pu être compté : rien n’a été écrit.",
            wording.nothing_counted(drafts),
        )
    tables = work_tables.tables(grid, gathered.choice, gathered.rejects)
    facts = wording.facts(grid, counted, gathered.choice.people)
    return Consolidation(wording.title(counted), wording.BANNER, facts, tables)


def write(
    content: Consolidation, path: Path, *, protected: Iterable[Path] = (), replace: bool = False
) -> None:
    """Write the consolidation in the format that the suffix of `path` names, whole or not at all.

    Raises Refusal (those of `check_output`), WriteRefusal.
    """
    check_output(path, protected, replace=replace)
    remove_leftovers_below(path.parent)
    match path.suffix.casefold():
        case ".html":
            from ctg_tui.report import consolidation as consolidated_html

            atomic_write(path, consolidated_html.as_html(content).encode("utf-8"))
        case ".xlsx":
            from ctg_tui.report import consolidation as consolidated_xlsx

            atomic_write(path, consolidated_xlsx.as_xlsx(content, _NO_DATE))
        case _:
            from ctg_tui.storage import consolidated

            consolidated.write(path, content)
