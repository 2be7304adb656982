"""The meeting with the Caf: its minutes, from a review and the answers to it; its date as a calendar file."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ctg_tui import SOFTWARE
from ctg_tui.domain.assessment import Answer, Assessment, Cell, Status
from ctg_tui.domain.errors import InvalidDocument, Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.review import FollowUp, Review
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.report import calendar
from ctg_tui.report.minutes import MinutesContent
from ctg_tui.services.files import protected_files, write_output
from ctg_tui.services.review import writing
from ctg_tui.services.review.answering import kept_reviews
from ctg_tui.spreadsheet.reader import MAX_BYTES
from ctg_tui.storage import received as stored_received
from ctg_tui.storage import review as stored_reviews
from ctg_tui.submission import reader as submission_reader
from ctg_tui.submission.document import bare
from ctg_tui.submission.reader import Received
from ctg_tui.submission.review import InvalidReview, ReceivedReview, examine
from ctg_tui.submission.writer import safe_part
from ctg_tui.system.computer import local_time, utc_now
from ctg_tui.system.files import read_regular, shown_name
from ctg_tui.wording.help import NOT_SENT, NOT_SENT_ADVICE

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Workspace


def of_submission(received: Received, review: ReceivedReview) -> MinutesContent:
    """Return the minutes of a review of the submission `received`, which nothing answered yet."""
    return _content(review, received.assessment, received.assessment.answers, ())


def of_file(path: Path, catalogue: Catalogue, workspace: Workspace | None) -> MinutesContent:
    """Return the minutes of the review at `path`, a .json or our report sent back filled.

    Self-notes are those that the adviser read, else the present ones; people and answers are those of the
    database, when it has the assessment: without it they are unknown. Raises InvalidDocument for any other
    file.
    """
    name = shown_name(path)
    raw = read_regular(path, MAX_BYTES)
    sent: Mapping[Cell, Answer] | None = None
    if path.suffix.casefold() in writing.SUFFIXES:
        found = writing.read(raw, name, catalogue, utc_now())
        if found is None or found.content is None:
            raise _without_review(name)
        raw, sent = found.content, found.report.sent
    review = examine(raw, catalogue)
    if not isinstance(review, ReceivedReview):
        raise InvalidReview(name, review)
    if workspace is None:
        return _content(review, None, sent, None)
    with workspace.store.reading():
        own = stored_received.id_of(workspace.store.connection, review.review.assessment)
        if sent is None:
            sent = stored_reviews.read_with(workspace.store.connection, hashlib.sha256(raw).hexdigest())
    if own is not None:
        assessment = workspace.load(own)[1]
        return _content(review, assessment, sent, assessment.follow_ups)
    files = _received(workspace, review.review)
    read = next((one for one in files if one.fingerprint == bare(review.review.submission)), None)
    if sent is None and read is not None:
        sent = read.assessment.answers
    answers = (one.assessment.follow_ups for one in files)
    given = next((rows for rows in answers if any(row.review == review.fingerprint for row in rows)), None)
    about = read or next(iter(files), None)
    return _content(review, None if about is None else about.assessment, sent, given)


def of_assessment(
    workspace: Workspace, assessment: Assessment, created_at: datetime | None = None
) -> MinutesContent | None:
    """Return the minutes of the latest review of each adviser of an assessment; None without any.

    `created_at` is the present moment by default.
    """
    made = [
        _content(kept.received, assessment, kept.read, assessment.follow_ups)
        for kept in kept_reviews(workspace, assessment.uuid)
    ]
    if not made:
        return None
    latest = dataclasses.replace(made[0], others=tuple(made[1:]))
    return latest if created_at is None else dataclasses.replace(latest, created_at=created_at)


def render(content: MinutesContent) -> bytes:
    """Return the page, as a file."""
    from ctg_tui.report import minutes  # only when one is made

    return minutes.render(content).encode("utf-8")


def write(
    content: MinutesContent, path: Path, *, protected: Iterable[Path] = (), replace: bool = False
) -> None:
    """Write the page, whole or not at all. Raises as `write_output` does."""
    write_output(path, render(content), protected, replace=replace)


def _content(
    review: ReceivedReview,
    about: Assessment | None,
    read: Mapping[Cell, Answer] | None,
    follow_ups: tuple[FollowUp, ...] | None,
) -> MinutesContent:
    present = None if about is None else about.answers
    return MinutesContent(
        review=review.review,
        fingerprint=review.fingerprint,
        grid=review.grid,
        identity=None if about is None else about.identity,
        self_notes=present if read is None else read,
        created_at=local_time(utc_now()),
        software=SOFTWARE,
        is_draft=review.header.status is Status.DRAFT,
        follow_ups=follow_ups,
        read_is_known=read is not None or present is None,
    )


def _received(workspace: Workspace, review: Review) -> list[Received]:
    """Return the files received of the assessment that a review is about, the latest first."""
    with workspace.store.reading():
        rows = stored_received.of_lineage(workspace.store.connection, review.assessment)
    contents = (stored_received.content_of(workspace.store, one.sha256) for one in rows)
    found = [
        one
        for content in contents
        if isinstance(one := submission_reader.examine(content or b"", workspace.catalogue), Received)
    ]
    return sorted(found, key=lambda one: (one.header.revision, one.header.created_at), reverse=True)


def _without_review(name: str) -> InvalidDocument:
    return InvalidDocument(
        "sans-avis",
        f"« {name} » ne contient pas d’avis : aucune cellule bleue n’y est remplie.",
        "Donnez l’avis de la Caf, en .json, ou le rapport qu’elle a complété.",
    )


# The dates, for the person's own calendar: they leave with no file that is sent.


def has_dates(assessment: Assessment, grid: Grid) -> bool:
    """Return whether there is a date to write: that of the meeting, or of an action still to do."""
    return calendar.meeting_of(assessment) is not None or bool(calendar.dated_actions(assessment, grid))


def write_calendar(workspace: Workspace, grid: Grid, assessment: Assessment, folder: Path) -> Path:
    """Write the dates into `folder`, in place of those written before; return the file.

    Raises Refusal (`exemple`, `aucune-date`, those of `check_output`), WriteRefusal.
    """
    if workspace.store.is_in_memory:
        raise Refusal("exemple", NOT_SENT, NOT_SENT_ADVICE)
    if not has_dates(assessment, grid):
        raise Refusal(
            "aucune-date",
            "Ni l’entretien ni une action n’a de date.",
            "Donnez-en une, puis recommencez.",
        )
    identity = assessment.identity
    place = safe_part(identity.territory.known_id or identity.territory.name) or "territoire"
    path = folder / f"CTG_{place}_{identity.year}_agenda.ics"
    content = calendar.render(assessment, grid, created_at=workspace.clock(), software=SOFTWARE)
    is_ours = path.is_file() and calendar.is_ours(read_regular(path, MAX_BYTES))
    write_output(path, content, protected_files(workspace.store.path), replace=is_ours)
    return path
