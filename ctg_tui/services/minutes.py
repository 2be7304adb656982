"""The minutes of a meeting (*compte rendu d'entretien*): from a review, its self-notes and its answers."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ctg_tui.domain.answers import Answer, Cell
from ctg_tui.domain.assessment import Assessment, Status
from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.domain.review import Review
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.report.minutes import MinutesContent
from ctg_tui.review.reader import ReceivedReview, examine
from ctg_tui.review.refusals import InvalidReview
from ctg_tui.services import returned_workbook
from ctg_tui.services.answering import kept_reviews
from ctg_tui.services.export import SOFTWARE
from ctg_tui.services.outputs import write_output
from ctg_tui.spreadsheet.reader import MAX_BYTES
from ctg_tui.storage import lineage, reviews, submissions
from ctg_tui.submission import reader as submission_reader
from ctg_tui.submission.document import bare
from ctg_tui.submission.reader import Received
from ctg_tui.system.files import read_regular, shown_name
from ctg_tui.system.local_time import local_time, utc_now

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Workspace


def of_submission(received: Received, review: ReceivedReview) -> MinutesContent:
    """Return the minutes of a review of the submission `received`."""
    return _content(review, received.assessment, received.assessment.answers)


def of_file(path: Path, catalogue: Catalogue, workspace: Workspace | None) -> MinutesContent:
    """Return the minutes of the review at `path`, a .json or our report sent back filled.

    Self-notes are those that the adviser read, else the present ones; people and answers are those of the
    database, when it has the assessment. Raises InvalidDocument for any other file.
    """
    name = shown_name(path)
    raw = read_regular(path, MAX_BYTES)
    sent: Mapping[Cell, Answer] | None = None
    if path.suffix.casefold() in returned_workbook.SUFFIXES:
        found = returned_workbook.read(raw, name, catalogue, utc_now())
        if found is None or found.content is None:
            raise _without_review(name)
        raw, sent = found.content, found.report.sent
    review = examine(raw, catalogue)
    if not isinstance(review, ReceivedReview):
        raise InvalidReview(name, review)
    if workspace is None:
        return _content(review, None, sent)
    about = _assessment(workspace, review.review)
    if sent is None:
        with workspace.store.reading():
            sent = reviews.read_with(workspace.store.connection, hashlib.sha256(raw).hexdigest())
    return _content(review, about, sent)


def of_assessment(
    workspace: Workspace, assessment: Assessment, created_at: datetime | None = None
) -> MinutesContent | None:
    """Return the minutes of the latest review kept of an assessment of the database; None without any.

    `created_at` is the present moment by default.
    """
    kept = next(iter(kept_reviews(workspace, assessment.uuid)), None)
    if kept is None:
        return None
    made = _content(kept.received, assessment, kept.read)
    return made if created_at is None else dataclasses.replace(made, created_at=created_at)


def render(content: MinutesContent) -> bytes:
    """Return the page, as a file."""
    from ctg_tui.report.html import minutes  # only when one is made

    return minutes.render(content).encode("utf-8")


def write(
    content: MinutesContent, path: Path, *, protected: Iterable[Path] = (), replace: bool = False
) -> None:
    """Write the page, whole or not at all. Raises as `write_output` does."""
    write_output(path, render(content), protected, replace=replace)


def _content(
    review: ReceivedReview, about: Assessment | None, read: Mapping[Cell, Answer] | None
) -> MinutesContent:
    present = {} if about is None else about.answers
    return MinutesContent(
        review=review.review,
        fingerprint=review.fingerprint,
        grid=review.grid,
        identity=None if about is None else about.identity,
        self_notes=present if read is None else read,
        created_at=local_time(utc_now()),
        software=SOFTWARE,
        is_draft=review.header.status is Status.DRAFT,
        follow_ups=() if about is None else about.follow_ups,
    )


def _assessment(workspace: Workspace, review: Review) -> Assessment | None:
    """Return what the review is about: one's own assessment, else the file received; None for neither."""
    connection = workspace.store.connection
    with workspace.store.reading():
        own = lineage.id_of(connection, review.assessment)
        received = submissions.of_lineage(connection, review.assessment)
    if own is not None:
        return workspace.load(own)[1]
    # The very file that the adviser read comes first.
    for one in sorted(received, key=lambda one: bare(one.fingerprint) != bare(review.submission)):
        content = submissions.content_of(workspace.store, one.sha256)
        found = None if content is None else submission_reader.examine(content, workspace.catalogue)
        if isinstance(found, Received):
            return found.assessment
    return None


def _without_review(name: str) -> InvalidDocument:
    return InvalidDocument(
        "sans-avis",
        f"« {name} » ne contient pas d’avis : aucune cellule bleue n’y est remplie.",
        "Donnez l’avis de la Caf, en .json, ou le rapport qu’elle a complété.",
    )
