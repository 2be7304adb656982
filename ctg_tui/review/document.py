"""The document of a review: its rows in the order of the grid, texts clean, nothing a float."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from ctg_tui.domain.answers import Cell
from ctg_tui.domain.assessment import Adviser, Status, Territory
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.review import AgreedNote, Remark, Review, ReviewQuestion, order_in
from ctg_tui.domain.text import clean
from ctg_tui.formats.notes import ANSWERS, note_of
from ctg_tui.formats.sealed import Document, filled, integrity, seal, state_fingerprint, written

FORMAT: Final = "ctg-avis"
VERSION: Final = "1.0"
MULTILINE_KEYS: Final = frozenset({"commentaire", "texte"})
"""The keys whose texts may have several lines."""


@dataclass(frozen=True)
class ReviewHeader:
    """The fields of one export, outside the state. `created_at` is UTC, to the second."""

    identifier: str
    created_at: datetime
    software: str
    status: Status = Status.FINAL
    revision: int = 1


def ordered(review: Review, grid: Grid | None) -> Review:
    """Return `review` with its rows in grid order; lines that the grid does not have come last, as given."""
    rank = order_in(grid)
    return review._replace(
        remarks=tuple(sorted(review.remarks, key=lambda row: rank(row.activity, row.policy))),
        agreed=tuple(sorted(review.agreed, key=lambda row: rank(row.cell.activity, row.cell.policy))),
    )


def document_of(review: Review, header: ReviewHeader) -> Document:
    """Return the whole document, its two hashes included."""
    state: Document = {
        "soumission": {
            "empreinte": review.submission,
            "evaluation": review.assessment,
            "revision": review.revision,
        },
        "grille": {
            "id": review.grid_id,
            "version": review.grid_version,
            "empreinte": review.grid_fingerprint,
        },
        "territoire": filled(
            nom=review.territory.name,
            siren=review.territory.siren,
            departement=review.territory.department,
            identifiant=review.territory.known_id,
        ),
        "auteur": filled(nom=review.author.name, courriel=review.author.email),
        **({} if review.meeting is None else {"entretien": {"date": review.meeting.isoformat()}}),
        "lignes": [_remark(row) for row in review.remarks],
        "questions": [_question(row) for row in review.questions],
        "notes_convenues": [
            {"activite": row.cell.activity, "politique": row.cell.policy, "note": note_of(row.note)}
            for row in review.agreed
        ],
    }
    start: Document = {"format": FORMAT, "version": VERSION}
    fingerprint = state_fingerprint(start | state)
    head: Document = {
        "id": header.identifier,
        "revision": header.revision,
        "etat": header.status.value,
        "cree_le": header.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "logiciel": clean(header.software),
    }
    head["controle"] = seal(head, fingerprint)
    return start | {"document": head} | state | {"integrite": integrity(fingerprint)}


def bytes_of(review: Review, header: ReviewHeader) -> bytes:
    """Return the file of a review."""
    return written(document_of(review, header))


def _remark(row: Remark) -> Document:
    parts: Document = {
        "activite": row.activity,
        "politique": row.policy,
        "note_conseiller": None if row.note is None else note_of(row.note),
        "commentaire": clean(row.comment, multiline=True) or None,
        "ordre_du_jour": row.on_agenda or None,
    }
    return {key: value for key, value in parts.items() if value is not None}


def _question(row: ReviewQuestion) -> Document:
    about = {} if row.activity is None else {"activite": row.activity}
    return {"id": row.id, **about, "texte": clean(row.text, multiline=True)}


def header_of(document: Document) -> ReviewHeader:
    """Return the header. Raises ValueError when its date does not exist."""
    head = document["document"]
    created_at = datetime.fromisoformat(head["cree_le"].removesuffix("Z")).replace(tzinfo=UTC)
    return ReviewHeader(head["id"], created_at, head["logiciel"], Status(head["etat"]), head["revision"])


def review_of(document: Document) -> Review:
    """Return the review of a document that follows the schema. Raises ValueError for an impossible date."""
    submission, grid, territory = document["soumission"], document["grille"], document["territoire"]
    author, meeting = document["auteur"], document.get("entretien")
    return Review(
        submission=submission["empreinte"],
        assessment=submission["evaluation"],
        revision=submission["revision"],
        grid_id=grid["id"],
        grid_version=grid["version"],
        grid_fingerprint=grid["empreinte"],
        territory=Territory(
            territory.get("nom", ""),
            territory.get("siren"),
            territory.get("departement", ""),
            territory.get("identifiant"),
        ),
        author=Adviser(author.get("nom", ""), author.get("courriel", "")),
        meeting=None if meeting is None else date.fromisoformat(meeting["date"]),
        remarks=tuple(_remarks_of(document["lignes"])),
        questions=tuple(
            ReviewQuestion(row["id"], row["texte"], row.get("activite")) for row in document["questions"]
        ),
        agreed=tuple(
            AgreedNote(Cell(row["activite"], row["politique"]), ANSWERS[row["note"]])
            for row in document["notes_convenues"]
        ),
    )


def _remarks_of(rows: Iterable[Document]) -> Iterable[Remark]:
    for row in rows:
        note = row.get("note_conseiller")
        yield Remark(
            row["activite"],
            row.get("politique"),
            None if note is None else ANSWERS[note],
            row.get("commentaire", ""),
            row.get("ordre_du_jour", False),
        )
