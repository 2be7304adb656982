"""The file of a review: built, and read if this program would write the same bytes, else refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from ctg_tui import formats
from ctg_tui.domain.assessment import Adviser, Cell, Territory
from ctg_tui.domain.details import ADVISER, TERRITORY
from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.review import AgreedNote, Remark, Review, ReviewQuestion, order_in
from ctg_tui.domain.text import fields_of, row_of, value_of
from ctg_tui.formats import (
    Document,
    Problem,
    ProblemCode,
    integrity,
    state_fingerprint,
    with_own_line_ends,
    written,
)
from ctg_tui.grids.catalogue import Catalogue, compiled
from ctg_tui.submission.document import Header, head_of, header_of

FORMAT: Final = "ctg-avis"
VERSION: Final = "1.0"
_SUBMISSION: Final = {"submission": "empreinte", "assessment": "evaluation", "sending": "envoi"}
_GRID: Final = {"grid_id": "id", "grid_version": "version", "grid_fingerprint": "empreinte"}
_CELL: Final = {"activity": "activite", "policy": "politique"}
_REMARK: Final = {**_CELL, "note": "note_conseiller", "comment": "commentaire", "on_agenda": "ordre_du_jour"}
_QUESTION: Final = {"id": "id", "activity": "activite", "text": "texte"}
_AGREED: Final = {"note": "note"}


def ordered(review: Review, grid: Grid | None) -> Review:
    """Return `review` with its rows in grid order; lines that the grid does not have come last, as given."""
    rank = order_in(grid)
    return review._replace(
        remarks=tuple(sorted(review.remarks, key=lambda row: rank(row.activity, row.policy))),
        agreed=tuple(sorted(review.agreed, key=lambda row: rank(row.cell.activity, row.cell.policy))),
    )


def document_of(review: Review, header: Header) -> Document:
    """Return the whole document, its two hashes included."""
    state: Document = {
        "soumission": row_of(review, _SUBMISSION),
        "grille": row_of(review, _GRID),
        "territoire": row_of(review.territory, TERRITORY),
        "auteur": row_of(review.author, ADVISER),
        **({} if review.meeting is None else {"entretien": {"date": review.meeting.isoformat()}}),
        "lignes": [row_of(row, _REMARK) for row in review.remarks],
        "questions": [row_of(row, _QUESTION) for row in review.questions],
        "notes_convenues": [row_of(row.cell, _CELL) | row_of(row, _AGREED) for row in review.agreed],
    }
    start: Document = {"format": FORMAT, "version": VERSION}
    fingerprint = state_fingerprint(start | state)
    head = {"document": head_of(header, fingerprint, [])}
    return start | head | state | {"integrite": integrity(fingerprint)}


def bytes_of(review: Review, header: Header) -> bytes:
    """Return the file of a review."""
    return written(document_of(review, header))


def review_of(document: Document) -> Review:
    """Return the review of a document that follows the schema. Raises ValueError for an impossible date."""
    meeting = document.get("entretien")
    return Review(
        **fields_of(Review, document["soumission"], _SUBMISSION),
        **fields_of(Review, document["grille"], _GRID),
        territory=value_of(Territory, document["territoire"], TERRITORY),
        author=value_of(Adviser, document["auteur"], ADVISER),
        meeting=None if meeting is None else date.fromisoformat(meeting["date"]),
        remarks=tuple(value_of(Remark, row, _REMARK) for row in document["lignes"]),
        questions=tuple(value_of(ReviewQuestion, row, _QUESTION) for row in document["questions"]),
        agreed=tuple(
            AgreedNote(value_of(Cell, row, _CELL), **fields_of(AgreedNote, row, _AGREED))
            for row in document["notes_convenues"]
        ),
    )


class InvalidReview(InvalidDocument):
    """A file is not a valid review: `problem` says why."""

    def __init__(self, name: str, problem: Problem) -> None:
        self.problem = problem
        super().__init__(
            problem.code.value,
            f"L’avis « {name} » est refusé : {problem.sentence()}",
            "Demandez à son auteur de l’enregistrer de nouveau et de l’envoyer tel quel.",
        )


@dataclass(frozen=True)
class ReceivedReview:
    """A review that can be trusted. `grid` is None when it is not known here.

    `apart` are the lines and `line/policy` of the review that its grid does not have: shown, tied to no line.
    """

    document: Document
    header: Header
    review: Review
    grid: Grid | None

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the state: 64 hexadecimal digits."""
        fingerprint: str = self.document["integrite"]["empreinte"]
        return fingerprint

    @property
    def apart(self) -> tuple[str, ...]:
        lines = self.grid.activities if self.grid else {}
        policies = self.grid.policies_by_id if self.grid else {}
        about: tuple[tuple[str | None, str | None], ...] = (
            *((row.activity, row.policy) for row in self.review.remarks),
            *((row.activity, None) for row in self.review.questions),
            *(row.cell for row in self.review.agreed),
        )
        places = (
            line if line not in lines else f"{line}/{policy}"
            for line, policy in about
            if line is not None and (line not in lines or policy not in {None, *policies})
        )
        return tuple(dict.fromkeys(places))


def is_review(raw: bytes) -> bool:
    """Return whether a file says that it is a review, valid or not."""
    return b'"ctg-avis"' in raw[:200]


def examine(raw: bytes, catalogue: Catalogue) -> ReceivedReview | Problem:
    """Return the review in `raw`, whose line ends a mail may have changed, or why it is refused."""
    if len(raw) > formats.MAX_BYTES:
        return Problem(ProblemCode.TOO_LARGE, "", f"il dépasse {formats.MAX_BYTES // 1_000_000} Mo.")
    raw = with_own_line_ends(raw)
    try:
        value = formats.parse_strictly(formats.decode(raw))
        document = formats.require_format(value, FORMAT, VERSION, "un avis")
    except formats.UnreadableError as error:
        return error.problem
    problem = formats.wrong_shape(document, compiled("avis")) or _impossible_date(document)
    if problem is not None:
        return problem
    grid = catalogue.grid_of(document)
    header, review = header_of(document), review_of(document)
    if grid is not None:
        review = ordered(review._replace(grid_version=grid.version), grid)
    written_again = document_of(review, header)
    if written(written_again) != raw:
        return formats.altered(document, written_again)
    return _repeated(review) or ReceivedReview(document, header, review, grid)


def _impossible_date(document: Document) -> Problem | None:
    problem = formats.impossible_date("document.cree_le", document["document"]["cree_le"])
    if problem is None and "entretien" in document:
        problem = formats.impossible_date("entretien.date", document["entretien"]["date"])
    return problem


def _repeated(review: Review) -> Problem | None:
    problem = formats.repeated("lignes", [(row.activity, row.policy) for row in review.remarks])
    problem = problem or formats.repeated("notes_convenues", [row.cell for row in review.agreed])
    if problem is not None:
        return problem
    for rank, question in enumerate(review.questions):
        if question.id != f"q{rank + 1}":
            message = f"cette question devrait être « q{rank + 1} »."
            return Problem(ProblemCode.STRUCTURE, f"questions[{rank}].id", message)
    return None
